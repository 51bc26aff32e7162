"""What was chosen for every open option, and why: said choices are kept, the rest decided here."""

import re
from collections.abc import Sequence

from maestro_knowledge.core.records import dataclass, field, replace
from maestro_knowledge.core.text import quote
from maestro_knowledge.scaffold import vocabulary as words
from maestro_knowledge.scaffold.confidential import hide_secrets
from maestro_knowledge.scaffold.fields import bound_decimal, bound_text
from maestro_knowledge.scaffold.guards import GuardSource
from maestro_knowledge.scaffold.listing import TIMESTAMPS, decide_filters, decide_paging, decide_sorts
from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.reading import RouteRequest
from maestro_knowledge.scaffold.refusals import Refusals
from maestro_knowledge.scaffold.security import Auth, decide_auth
from maestro_knowledge.scaffold.session_use import SessionUse, use_session
from maestro_knowledge.scaffold.sessions import SessionSource
from maestro_knowledge.scaffold.shapes import Field

SQLITE_DIGITS = 18
_PREFIX = r"(?:/[A-Za-z0-9._~-]+)*"


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource with nothing left open."""

    request: RouteRequest
    fields: tuple[Field, ...]
    operations: tuple[words.Operation, ...]
    storage: words.Storage
    database: words.Database
    id_type: words.IdType
    paging: words.PageStyle
    default_limit: int
    max_limit: int
    auth: Auth
    filters: tuple[Field, ...]
    sorts: tuple[str, ...]
    prefix: str
    tags: tuple[str, ...]
    session: SessionUse
    choices: tuple[Choice, ...] = field(default=())

    @property
    def timestamps(self) -> bool:
        """Whether rows carry when they were made and changed."""
        return self.request.options.timestamps

    @property
    def has_orm(self) -> bool:
        """Whether rows are objects of SQLAlchemy or SQLModel."""
        return self.storage in {"sqlalchemy", "sqlmodel"}

    @property
    def soft_delete(self) -> bool:
        """Whether deleted rows stay stored."""
        return self.request.options.soft_delete


@dataclass(frozen=True, slots=True)
class Habits:
    """What the project does already, and so decides what was not said."""

    storage: words.Storage | None = None
    database: words.Database | None = None
    storage_why: str = ""
    session: SessionSource | None = None
    guard: GuardSource | None = None


def decide(request: RouteRequest, habits: Habits) -> Resource:
    """The resource that is going to be written, or `BadArgument` with every contradiction."""
    refusals = Refusals()
    choices: list[Choice] = []
    options = request.options
    operations = request.operations or words.DEFAULT_OPERATIONS
    if not request.fields:
        refusals.add("fields", "crud needs at least one field", 'such as {"name": "title", "type": "string"}')
    if not request.operations:
        taken = ", ".join(operations)
        choices.append(
            Choice("operations", "Which operations?", taken, "the usual five", ("replace (PUT) as well",))
        )
    if request.renamed_from:
        choices.append(_say_name(request))
    request = replace(request, fields=hide_secrets(request.fields, refusals, choices))
    storage, database = _decide_storage(request, habits, refusals, choices)
    paging, default_limit, max_limit = decide_paging(request, operations, refusals, choices)
    filters = decide_filters(request, paging, refusals)
    sorts = decide_sorts(request, paging, refusals)
    fields = _bound_indexed(request.fields, {field.wire for field in filters} | set(sorts))
    if storage != "memory":
        fields = _bound_columns(fields, database, refusals)
    _check_reserved(request, refusals)
    resource = Resource(
        request=request,
        fields=fields,
        operations=operations,
        storage=storage,
        database=database,
        id_type=_decide_id(request, choices),
        paging=paging,
        default_limit=default_limit,
        max_limit=max_limit,
        auth=decide_auth(request, operations, habits.guard, refusals, choices),
        filters=tuple(f for f in fields if f.wire in {field.wire for field in filters}),
        sorts=sorts,
        prefix=read_prefix(options.prefix, refusals),
        tags=tuple(options.tags or (request.names.path,)),
        session=use_session(storage, habits.session),
    )
    refusals.raise_any()
    return replace(resource, choices=(*choices, *_say_bounds(request.fields, fields)))


def read_prefix(prefix: str | None, refusals: Refusals) -> str:
    """The prefix with one slash before and none behind."""
    text = (prefix or "").rstrip("/")
    text = f"/{text}" if text and not text.startswith("/") else text
    if re.fullmatch(_PREFIX, text) is None or ".." in text:
        refusals.add(
            "options.prefix",
            f"{quote(prefix or '')} is not a path",
            "such as /api/v1: letters, digits, - . _ ~",
        )
        return ""
    return text


def _say_name(request: RouteRequest) -> Choice:
    names = request.names
    why = f"{quote(request.renamed_from)} looks plural; a resource is named in the singular"
    return Choice(
        "name", "What is one of them called?", names.title, why, ("set options.plural to keep the name",)
    )


def _decide_storage(
    request: RouteRequest, habits: Habits, refusals: Refusals, choices: list[Choice]
) -> tuple[words.Storage, words.Database]:
    options = request.options
    storage = options.storage
    if storage is None:
        others = tuple(name for name in ("memory", "sqlmodel", "sqlalchemy", "asyncpg"))
        if habits.storage is not None:
            storage, why = habits.storage, habits.storage_why
        elif options.database is not None:
            storage, why = "sqlmodel", "a database was asked for, and the project has no ORM yet"
        else:
            storage, why = "memory", "nothing was said about a database; rows are gone at a restart"
        left = tuple(name for name in others if name != storage)
        choices.append(Choice("options.storage", "Where are rows kept?", storage, why, left))
    database = options.database
    if storage == "asyncpg" and database == "sqlite":
        refusals.add(
            "options.database", "asyncpg speaks PostgreSQL only", "use postgres, or storage sqlmodel"
        )
    if storage == "memory" and options.storage == "memory" and database is not None:
        refusals.add(
            "options.database",
            "storage memory has no database",
            "use storage sqlmodel, sqlalchemy or asyncpg",
        )
    if storage == "asyncpg":
        return storage, "postgres"
    if storage in {"sqlalchemy", "sqlmodel"} and database is None:
        database = habits.database or "sqlite"
        why = "the project uses it" if habits.database else "it needs no server; the code runs on both"
        other = "postgres" if database == "sqlite" else "sqlite"
        choices.append(Choice("options.database", "Which database?", database, why, (other,)))
    return storage, database or "sqlite"


def _bound_indexed(fields: tuple[Field, ...], names: set[str]) -> tuple[Field, ...]:
    return tuple(bound_text(field) if field.wire in names else field for field in fields)


def _bound_columns(
    fields: tuple[Field, ...], database: words.Database, refusals: Refusals
) -> tuple[Field, ...]:
    bounded = tuple(bound_decimal(field) for field in fields)
    for item in bounded:
        limits = item.shape.limits
        if database == "sqlite" and (limits.max_digits or 0) > SQLITE_DIGITS:
            mend = f"keep max_digits to {SQLITE_DIGITS}, or use database postgres"
            refusals.add(f"fields ({item.wire})", f"{limits.max_digits} digits do not fit SQLite", mend)
        if item.unique and (limits.max_length or 0) > words.MAX_INDEXED:
            mend = f"keep max_length to {words.MAX_INDEXED}"
            refusals.add(f"fields ({item.wire})", "is unique and too long for an index", mend)
    return bounded


def _say_bounds(before: Sequence[Field], after: Sequence[Field]) -> list[Choice]:
    changed = [field.wire for old, field in zip(before, after, strict=True) if old != field]
    changed += [
        f.wire
        for f in before
        if f.unique and f.shape.type in {"string", "text"} and f.shape.limits.max_length == 255
    ]
    if not changed:
        return []
    why = "what is unique, filtered or sorted is indexed, and an index needs a bound"
    return [
        Choice(
            "fields",
            f"How long may {', '.join(dict.fromkeys(changed))} be?",
            "255 characters",
            why,
            ("max_length",),
        )
    ]


def _check_reserved(request: RouteRequest, refusals: Refusals) -> None:
    own = {"id": "the key of every resource"}
    if request.options.timestamps:
        own |= dict.fromkeys(TIMESTAMPS, "set by timestamps")
    if request.options.soft_delete:
        own |= {"deleted_at": "set by soft_delete"}
    for number, item in enumerate(request.fields):
        name = item.wire if item.wire in own else item.attribute.rstrip("_")
        if name in own:
            mend = "choose its type with options.id_type" if name == "id" else "rename the field"
            refusals.add(f"fields[{number}]", f"{item.wire} is {own[name]}", mend)


def _decide_id(request: RouteRequest, choices: list[Choice]) -> words.IdType:
    if request.options.id_type is not None:
        return request.options.id_type
    why = "keys can be made anywhere, tell nothing, and (version 7) sort by time"
    choices.append(Choice("options.id_type", "What is the key?", "uuid", why, ("integer", "string")))
    return "uuid"
