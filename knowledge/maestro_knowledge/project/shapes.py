"""Whether FastAPI takes a type for a single value, a file, a body, or one of its own objects."""

import ast

from maestro_knowledge.project.annotations import Annotation, type_of
from maestro_knowledge.project.inference import is_kind_of
from maestro_knowledge.project.lookup import ancestors_of, look_up_path
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Class, Type

SPECIAL = (
    "fastapi.Request", "fastapi.WebSocket", "starlette.requests.HTTPConnection", "fastapi.Response",
    "fastapi.BackgroundTasks", "starlette.background.BackgroundTasks", "fastapi.security.SecurityScopes",
)  # fmt: skip
_SEQUENCES = frozenset(
    {"builtins.list", "builtins.set", "builtins.frozenset", "builtins.tuple", "collections.deque"}
    | {f"collections.abc.{name}" for name in ("Sequence", "MutableSequence")}
)
_MAPPINGS = (
    "builtins.dict", "collections.abc.Mapping", "collections.abc.MutableMapping", "typing.TypedDict",
)  # fmt: skip
_SCALAR_NAMES = """
builtins: str int float bool bytes complex None object
datetime: datetime date time timedelta
ipaddress: IPv4Address IPv6Address IPv4Network IPv6Network IPv4Interface IPv6Interface
pydantic: EmailStr NameEmail AnyUrl AnyHttpUrl HttpUrl FileUrl AnyWebsocketUrl WebsocketUrl
pydantic: PostgresDsn RedisDsn
pydantic: SecretStr SecretBytes StrictStr StrictInt StrictFloat StrictBool StrictBytes Base64Str Base64Bytes
pydantic: PositiveInt NegativeInt NonNegativeInt NonPositiveInt PositiveFloat NegativeFloat NonNegativeFloat
pydantic: NonPositiveFloat FiniteFloat UUID1 UUID3 UUID4 UUID5 FilePath DirectoryPath ByteSize
pydantic: PaymentCardNumber
pydantic: IPvAnyAddress IPvAnyInterface IPvAnyNetwork PastDate FutureDate PastDatetime FutureDatetime
pydantic: AwareDatetime NaiveDatetime
typing: Any Literal LiteralString
uuid: UUID
decimal: Decimal
pathlib: Path
re: Pattern
fractions: Fraction
enum: Enum
"""
_SCALARS = frozenset(
    f"{module}.{name}"
    for module, names in (line.split(": ") for line in _SCALAR_NAMES.strip().splitlines())
    for name in names.split()
)


def is_special(project: Project, type_: Type | None) -> bool:
    """Whether FastAPI hands in an object of its own for this type."""
    return type_ is not None and not type_.is_class and bool(is_kind_of(project, type_, *SPECIAL))


def shape_of(project: Project, annotation: Annotation | None) -> str:
    """`scalar`, `file`, `complex`, or `unknown`; a parameter without annotation is a scalar."""
    if annotation is None or annotation.core is None:
        return "scalar"
    if annotation.members:
        shapes = {shape_of(project, member) for member in annotation.members}
        if "file" in shapes:
            return "file"
        if "complex" in shapes:
            return "complex"
        return "unknown" if "unknown" in shapes else "scalar"
    type_ = type_of(project, annotation)
    if type_ is None:
        return "scalar" if _is_type_variable(annotation) else "unknown"
    if is_kind_of(project, type_, "fastapi.UploadFile"):
        return "file"
    if type_.name in _SEQUENCES:
        return _sequence_shape(project, type_)
    return _class_shape(project, type_)


def _sequence_shape(project: Project, type_: Type) -> str:
    """FastAPI asks whether all elements are uploads, which holds for a bare `list`, too."""
    if all(is_kind_of(project, argument, "fastapi.UploadFile") for argument in type_.args):
        return "file"
    return "complex"


def _class_shape(project: Project, type_: Type) -> str:
    if type_.name in _SCALARS:
        return "scalar"
    if type_.cls is None:
        if is_kind_of(project, type_, "pydantic.BaseModel", *_MAPPINGS, *_SEQUENCES):
            return "complex"
        return "scalar" if is_kind_of(project, type_, *_SCALARS) else "unknown"
    return _own_class_shape(project, type_.cls)


def _own_class_shape(project: Project, cls: Class) -> str:
    if is_kind_of(project, cls, "enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag"):
        return "scalar"
    if is_kind_of(project, cls, "pydantic.BaseModel", *_MAPPINGS):
        return "complex"
    if is_kind_of(project, cls, "typing.NamedTuple", *_SEQUENCES):
        return "file"  # a sequence without elements to look at
    own, _, complete = ancestors_of(project, cls)
    if any(is_dataclass(project, holder) for holder in own):
        return "complex"
    if any("__get_pydantic_core_schema__" in holder.methods for holder in own):
        return "complex"
    if is_kind_of(project, cls, *_SCALARS):
        return "scalar"
    return "scalar" if complete else "unknown"


def is_dataclass(project: Project, cls: Class) -> bool:
    """Whether `@dataclass`, of the standard library or of Pydantic, stands above the class."""
    for decorator in cls.node.decorator_list:
        node = decorator.func if isinstance(decorator, ast.Call) else decorator
        target = look_up_path(project, cls.module, node)
        if target is not None and target.name in {"dataclasses.dataclass", "pydantic.dataclasses.dataclass"}:
            return True
    return False


def _is_type_variable(annotation: Annotation) -> bool:
    target = annotation.target
    return target is not None and target.kind == "value" and isinstance(target.node, ast.Call)
