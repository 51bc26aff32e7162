"""What wiring works with: values that are known without running anything, and records of what is wired."""

import ast
from typing import TYPE_CHECKING, Literal

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.project.symbols import Class, Function, Module, Target

if TYPE_CHECKING:
    from maestro_knowledge.project.wiring.options import Options


@dataclass(slots=True, eq=False)
class Environment:
    """The names of a module, a class body or one call of a function."""

    module: Module
    names: dict[str, "Value"] = field(default_factory=dict)
    outer: "Environment | None" = None  # of the function around
    function: Function | None = None
    outer_names: frozenset[str] = frozenset()  # declared `global`
    returned: list["Value"] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A plain Python value: text, a number, a truth value, None; not certain if it is a setting's default."""

    value: object
    is_certain: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """A list, tuple or set; `is_whole` says whether all its elements are here."""

    items: list["Value"]
    is_whole: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Mapped:
    """A dictionary, as pairs in order."""

    items: list[tuple["Value", "Value"]]


@dataclass(frozen=True, slots=True, eq=False)
class Referred:
    """A function, class or module; `environment` is where a nested function was defined."""

    target: Target
    environment: Environment | None = None
    instance: "Value | None" = None  # what a method is bound to


@dataclass(slots=True, eq=False)
class Made:
    """An instance of one of the project's classes."""

    cls: Class
    attributes: dict[str, "Value"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """Any other expression, kept as it is written."""

    node: ast.expr
    environment: Environment


@dataclass(frozen=True, slots=True, eq=False)
class Unknown:
    """Nothing is known."""


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A path operation as it was registered on a router."""

    kind: Literal["http", "websocket", "starlette"]
    methods: tuple[str, ...]
    path: str | None
    handler: "Value"
    handler_node: ast.AST
    node: ast.Call
    options: "Options"
    environment: Environment
    order: int
    is_conditional: bool


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """An inclusion or a mount as it was registered; `seen` is how much the child held then."""

    kind: Literal["include", "mount"]
    child: "Value"
    prefix: str | None
    node: ast.Call
    options: "Options"
    environment: Environment
    order: int
    seen: int
    is_conditional: bool


@dataclass(frozen=True, slots=True, eq=False)
class Attached:
    """A middleware, an exception handler or a lifespan function, as it was registered."""

    kind: Literal["middleware", "exception", "lifespan", "startup", "shutdown"]
    subject: ast.expr | None  # the middleware class, the exception
    handler: "Value | None"
    node: ast.AST
    environment: Environment
    keywords: dict[str, ast.expr]
    is_conditional: bool = False


@dataclass(slots=True, eq=False)
class Wired:
    """A router or an application while it is being put together."""

    is_app: bool
    module: Module
    node: ast.AST
    name: str = ""
    prefix: str | None = ""
    options: "Options | None" = None
    entries: list[Draft | Joined] = field(default_factory=list)
    attached: list[Attached] = field(default_factory=list)
    listed_middleware: list[Attached] = field(default_factory=list)
    factory: Function | None = None
    is_assumed: bool = False
    is_module_level: bool = False
    attributes: dict[str, "Value"] = field(default_factory=dict)


Value = Known | Listed | Mapped | Referred | Made | Written | Unknown | Wired
UNKNOWN = Unknown()
NONE = Known(None)
