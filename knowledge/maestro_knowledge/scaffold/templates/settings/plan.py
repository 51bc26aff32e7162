"""What the settings of an application need."""

import json
from typing import Any
from urllib.parse import urlsplit

from maestro_knowledge.core.records import replace
from maestro_knowledge.scaffold.annotations import Dialect
from maestro_knowledge.scaffold.fields import read_fields
from maestro_knowledge.scaffold.literals import call, lay_out, subscript, to_node
from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.names import split_words
from maestro_knowledge.scaffold.planning import Plan, Setting
from maestro_knowledge.scaffold.reading import RouteRequest
from maestro_knowledge.scaffold.refusals import Refusals
from maestro_knowledge.scaffold.request import FieldPart
from maestro_knowledge.scaffold.samples import make_samples
from maestro_knowledge.scaffold.schema_lines import describe, write_schemas
from maestro_knowledge.scaffold.shapes import Field

SECRETS = frozenset({"password", "passwd", "secret", "token", "credential", "credentials", "dsn", "apikey"})
USUAL: tuple[dict[str, Any], ...] = (
    {"name": "database_pool_size", "default": 20, "description": "Connections that are kept open."},
    {"name": "database_max_overflow", "default": 30, "description": "Connections opened beyond those."},
    {"name": "http_client_timeout", "default": 30, "description": "Seconds that one call may take."},
    {"name": "http_client_pool_connections", "default": 100, "description": "Connections to other services."},
    {"name": "background_task_max_workers", "default": 4, "description": "Tasks that run at once."},
)


def make_plan(request: RouteRequest, setting: Setting) -> Plan:
    """The plan of a settings class with its dependency."""
    refusals = Refusals()
    fields = request.fields or _read_usual(request, refusals)
    secrets = {item.wire for item in fields if is_secret(item)}
    for number, item in enumerate(request.fields):
        _check(item, f"fields[{number}]", item.wire in secrets, refusals)
    refusals.raise_any()
    names = request.names
    plain = tuple(item for item in fields if item.wire not in secrets)
    lines = write_schemas(
        tuple(replace(item, write_only=False) for item in plain),
        (),
        names,
        Dialect(),
        missing=False,
        width=setting.width,
    )
    is_usual = names.singular == ("settings",)
    variables = [_variable(item, item.wire in secrets) for item in fields]
    prefix = "" if is_usual else f"{names.attribute.upper()}_"
    by_wire = dict(zip((item.wire for item in plain), lines.create_lines, strict=True))
    return Plan(
        context={
            "enums": lines.enums,
            "parts": lines.parts,
            "aliases": lines.aliases,
            "setting_lines": [
                by_wire.get(item.wire) or _spell_secret(item, setting.width) for item in fields
            ],
            "env_prefix": prefix,
            "stem": "" if is_usual else names.stem,
            "description": request.options.description,
            "variables": variables,
            "required": [item.attribute for item in fields if item.required],
            "secrets": [item.attribute for item in fields if item.wire in secrets],
        },
        choices=_choices(request, secrets),
        environment={
            ("" if one["has_alias"] else prefix) + one["name"]: one["value"]
            for one, item in zip(variables, fields, strict=True)
            # A variable cannot say null: what is null by default is left out.
            if item.default is not None
        },
    )


def is_secret(item: Field) -> bool:
    """Whether the value must not be seen: said by the request, or by its name."""
    named = set(split_words(item.wire))
    by_name = bool(named & SECRETS) or (
        "key" in named and bool(named & {"api", "private", "signing", "access"})
    )
    return item.shape.type in {"string", "text"} and (item.write_only or by_name)


def _check(item: Field, where: str, secret: bool, refusals: Refusals) -> None:
    if item.unique or item.read_only:
        refusals.add(
            where, f"{item.wire} is {'unique' if item.unique else 'read_only'}", "a setting is neither"
        )
    if not item.has_default or item.default is None:
        return
    if secret:
        refusals.add(where, f"{item.wire} is a secret with a default", "leave it out: the environment has it")
    elif isinstance(item.default, str) and "@" in urlsplit(item.default).netloc:
        refusals.add(where, f"the default of {item.wire} holds a credential", "leave it out of the address")


def _read_usual(request: RouteRequest, refusals: Refusals) -> tuple[Field, ...]:
    parts = [
        FieldPart.model_validate({**part, "type": "integer", "constraints": {"ge": 1, "le": 10_000}})
        for part in USUAL
    ]
    return read_fields(parts, "fields", request.names.stem, refusals)


def _spell_secret(item: Field, width: int) -> str:
    described = call("Field", min_length="1", description=to_node(describe(item)))
    head = f"{item.attribute}: "
    spelled = lay_out(
        subscript("Annotated", "SecretStr", described), column=4 + len(head), indent=4, width=width
    )
    return head + spelled if item.required else f"{head}SecretStr | None = None"


def _variable(item: Field, secret: bool) -> dict[str, Any]:
    """A variable of the environment: its name, and a value that a test can set."""
    value = "a-secret-for-tests" if secret else next(iter(make_samples(item, 1)), None)
    name = item.wire.upper() if item.has_alias else item.attribute.upper()
    return {
        "name": name,
        "has_alias": item.has_alias,
        "attribute": item.attribute,
        "text": _spell(value),
        "value": "" if secret else _spell(item.default if item.has_default else value),
        "required": item.required,
        "description": describe(item),
        "secret": secret,
    }


def _spell(value: Any) -> str:
    """A value as a variable of the environment has it: text as it is, the rest as JSON."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), default=str)


def _choices(request: RouteRequest, secrets: set[str]) -> tuple[Choice, ...]:
    found: list[Choice] = []
    if not request.fields:
        asks = "What differs between deployments?"
        taken = "pool sizes, limits and time-outs"
        found.append(Choice("fields", asks, taken, "no fields were given", ("fields of your own",)))
    if secrets:
        listed = ", ".join(sorted(secrets))
        why = "their names say so: no default, never printed"
        found.append(Choice("fields", "Which settings are secrets?", listed, why, ("write_only on a field",)))
    return tuple(found)
