"""A request as it comes in: Pydantic at the edge, with the contract's words and no others."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from maestro_knowledge.scaffold import vocabulary as words

Scalar = bool | int | float | str
Limit = Annotated[int, Field(ge=0, le=words.MAX_LENGTH)]
Least = Annotated[int, Field(ge=0, le=words.MAX_LEAST)]
Prose = Annotated[str, Field(max_length=words.MAX_TEXT)]
Label = Annotated[str, Field(min_length=1, max_length=100)]


def _expand(value: Any) -> Any:
    return {"type": value} if isinstance(value, str) else value


def _expand_protect(value: Any) -> Any:
    if value == "all":
        return []
    return [value] if isinstance(value, str) else value


def _expand_style(value: Any) -> Any:
    return {"style": value} if isinstance(value, str) else value


def _expand_scheme(value: Any) -> Any:
    return {"scheme": value} if isinstance(value, str) else value


def _expand_name(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


Part = TypeVar("Part", bound="_Part")
Named = Annotated[Part, BeforeValidator(_expand_name)]
"""A part that may be given by its name alone."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ConstraintsPart(_Part):
    """`constraints` of a field; which of them a type knows is checked afterwards."""

    min_length: Least | None = None
    max_length: Limit | None = None
    pattern: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    ge: int | float | str | None = None
    gt: int | float | str | None = None
    le: int | float | str | None = None
    lt: int | float | str | None = None
    multiple_of: int | float | str | None = None
    max_digits: Annotated[int, Field(ge=1, le=words.MAX_DIGITS)] | None = None
    decimal_places: Annotated[int, Field(ge=0, le=words.MAX_DIGITS)] | None = None
    min_items: Least | None = None
    max_items: Limit | None = None
    unique: bool = False


class ElementPart(_Part):
    """What a list or a dict holds: a field without a name of its own."""

    type: words.FieldType
    description: Prose = ""
    constraints: ConstraintsPart = Field(default_factory=ConstraintsPart)
    values: Annotated[list[Scalar], Field(max_length=words.MAX_VALUES)] = Field(default_factory=list)
    items: "Annotated[ElementPart, BeforeValidator(_expand)] | None" = None
    fields: "Annotated[list[FieldPart], Field(max_length=words.MAX_FIELDS)]" = Field(default_factory=list)


class FieldPart(ElementPart):
    """One field of a resource."""

    name: str
    required: bool | None = None
    nullable: bool = False
    default: Any = None
    examples: Annotated[list[Any], Field(max_length=words.MAX_EXAMPLES)] = Field(default_factory=list)
    read_only: bool = False
    write_only: bool = False


class PaginationPart(_Part):
    """`options.pagination`."""

    style: words.PageStyle | None = None
    default_limit: Annotated[int, Field(ge=1, le=1_000)] | None = None
    max_limit: Annotated[int, Field(ge=1, le=1_000)] | None = None


class AuthPart(_Part):
    """`options.auth`."""

    scheme: words.AuthScheme | None = None
    protect: Annotated[list[words.Operation], BeforeValidator(_expand_protect)] = Field(default_factory=list)
    header: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,62}[A-Za-z0-9]$")] | None = None
    issuer: Annotated[str, Field(max_length=500)] | None = None
    audience: Annotated[str, Field(min_length=1, max_length=200)] | None = None


class ApiPart(_Part):
    """One of the APIs that `external_apis` asks."""

    name: str
    base_url: Annotated[str, Field(max_length=500)] = ""
    path: Annotated[str, Field(max_length=200)] = "/"
    timeout: Annotated[float, Field(gt=0, le=300)] | None = None


class DependencyPart(_Part):
    """One of the things that `health` asks."""

    name: str
    kind: Literal["postgres", "redis", "http", "llm", "convex"] | None = None
    base_url: Annotated[str, Field(max_length=500)] = ""


class NodePart(_Part):
    """One step of `agent_workflow`."""

    name: str
    description: Prose = ""
    after: list[str] = Field(default_factory=list)


class OptionsPart(_Part):
    """`options`; what is None was not said, and is chosen and told."""

    plural: str | None = None
    tags: Annotated[list[Label], Field(max_length=20)] | None = None
    id_type: words.IdType | None = None
    pagination: "Annotated[PaginationPart, BeforeValidator(_expand_style)] | None" = None
    auth: "Annotated[AuthPart, BeforeValidator(_expand_scheme)] | None" = None
    storage: words.Storage | None = None
    database: words.Database | None = None
    prefix: Annotated[str, Field(max_length=100)] | None = None
    filters: Annotated[list[str], Field(max_length=words.MAX_FIELDS)] = Field(default_factory=list)
    sort: Annotated[list[str], Field(max_length=words.MAX_FIELDS)] = Field(default_factory=list)
    timestamps: bool = False
    soft_delete: bool = False
    description: Prose = ""
    tests: bool = True
    dependencies: Annotated[list[Named[DependencyPart]], Field(max_length=20)] = Field(default_factory=list)
    nodes: Annotated[list[Named[NodePart]], Field(max_length=20)] = Field(default_factory=list)
    middleware_stack: Annotated[list[words.MiddlewareName], Field(max_length=20)] = Field(
        default_factory=list
    )
    apis: Annotated[list[Named[ApiPart]], Field(max_length=20)] = Field(default_factory=list)


PARTS: Mapping[str, type[BaseModel]] = {
    "fields": FieldPart,
    "items": ElementPart,
    "constraints": ConstraintsPart,
    "options": OptionsPart,
    "pagination": PaginationPart,
    "auth": AuthPart,
    "apis": ApiPart,
    "dependencies": DependencyPart,
    "nodes": NodePart,
}
"""Which part stands under which key, so that an unknown key can be answered with those that exist."""

TOP_KEYS = ("name", "pattern", "fields", "operations", "options")
