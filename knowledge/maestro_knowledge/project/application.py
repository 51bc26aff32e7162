"""The nouns of a FastAPI application: routers, path operations, routes, dependencies, middleware."""

import ast
from collections.abc import Mapping
from typing import Literal

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.project.symbols import Class, Function, Module, Target, Type

Location = Literal[
    "path", "query", "header", "cookie", "body", "form", "file", "dependency", "special", "unknown"
]

Level = Literal["parameter", "operation", "router", "include", "app"]
DependencyKind = Literal["function", "class", "instance", "factory", "security", "external", "unknown"]


@dataclass(frozen=True, slots=True, eq=False)
class SecurityScheme:
    """An instance of one of `fastapi.security`'s classes."""

    name: str  # "OAuth2PasswordBearer"
    node: ast.Call | None = field(repr=False)
    module: Module | None = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """A parameter of a path operation or a dependency, as FastAPI reads it."""

    name: str
    alias: str  # the name in the request
    location: Location
    node: ast.arg = field(repr=False)
    module: Module = field(repr=False)
    annotation: ast.expr | None = field(repr=False)  # as written
    type: Type | None = None  # None: not known
    required: bool = True
    default: ast.expr | None = field(default=None, repr=False)
    marker: ast.Call | None = field(default=None, repr=False)  # the `Query(…)`, `Path(…)`, `Body(…)`
    marker_module: Module | None = field(default=None, repr=False)
    is_annotated: bool = False  # the marker stands in `Annotated[…]`
    dependency: "Dependency | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class Dependency:
    """One `Depends(…)` or `Security(…)`, what it calls, and what that needs in turn."""

    name: str  # dotted name of what is called, "?" if not known
    level: Level
    node: ast.expr = field(repr=False)
    module: Module = field(repr=False)
    kind: DependencyKind
    function: Function | None = None  # what runs: the function, `__init__`, or `__call__`
    cls: Class | None = None
    scheme: SecurityScheme | None = None
    is_security: bool = False  # written `Security(…)`
    scopes: tuple[str, ...] = ()
    use_cache: bool = True
    lifetime: str | None = None  # `scope="function"` or "request"
    parameters: tuple[Parameter, ...] = ()
    is_complete: bool = True  # False: it, or something below it, is not known


@dataclass(frozen=True, slots=True, eq=False)
class Router:
    """An `APIRouter`, or the one inside an application."""

    id: str  # "app.api.users:router"
    module: Module = field(repr=False)
    node: ast.AST = field(repr=False)  # the call that makes it, or the first use of an assumed one
    prefix: str | None  # None: not known
    tags: tuple[str, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    keywords: Mapping[str, ast.expr] = field(default_factory=dict, repr=False)
    is_app: bool = False
    is_assumed: bool = False  # never seen being made; taken for a router by the way it is used


@dataclass(frozen=True, slots=True, eq=False)
class Inclusion:
    """One `include_router` or `mount`; `order` counts everything wired in the project."""

    parent: str  # Router.id
    child: str  # Router.id, or "?" for what is not known
    kind: Literal["include", "mount"]
    prefix: str | None
    node: ast.Call = field(repr=False)
    module: Module = field(repr=False)
    order: int
    tags: tuple[str, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    is_conditional: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """A path operation as declared."""

    router: Router
    kind: Literal["http", "websocket", "starlette", "mount"]  # a mount has no parameters, and no methods
    methods: tuple[str, ...]
    path: str | None  # below the router's prefix
    node: ast.Call = field(repr=False)  # the decorator or the `add_api_route` call
    module: Module = field(repr=False)
    order: int
    handler: str  # qualified name, or the source of what stands there
    function: Function | None
    keywords: Mapping[str, ast.expr] = field(default_factory=dict, repr=False)
    tags: tuple[str, ...] = ()
    dependencies: tuple[Dependency, ...] = ()  # of the decorator
    parameters: tuple[Parameter, ...] = ()  # read with the router's prefix, before any inclusion
    status_code: int | None = None
    response_model: str | None = None  # source text of `response_model=` or of the return annotation
    is_deprecated: bool = False
    in_schema: bool = True
    is_conditional: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A compiled path: its parts are literal text or (name, converter)."""

    path: str
    parts: tuple[str | tuple[str, str], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The placeholders in order."""
        return tuple(part[0] for part in self.parts if not isinstance(part, str))


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """What an application serves: an operation behind every prefix, in matching order."""

    app: "App | None"  # None: the router is included nowhere that was read
    operation: Operation
    methods: tuple[str, ...]
    path: str | None
    template: Template | None
    inclusions: tuple[Inclusion, ...]  # outermost first
    tags: tuple[str, ...]
    dependencies: tuple[Dependency, ...]  # app, router, include and decorator level, outermost first
    parameters: tuple[Parameter, ...]  # read with the full path
    is_deprecated: bool = False
    in_schema: bool = True
    is_complete: bool = True  # False: a prefix or a dependency on the way is not known


@dataclass(frozen=True, slots=True, eq=False)
class Middleware:
    """A middleware; an application lists them in execution order, outermost first."""

    name: str
    kind: Literal["class", "function"]
    node: ast.AST = field(repr=False)
    module: Module = field(repr=False)
    cls: Class | None = None
    function: Function | None = None  # `dispatch`, `__call__` or the decorated function
    keywords: Mapping[str, ast.expr] = field(default_factory=dict, repr=False)
    is_conditional: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class ExceptionHandler:
    """A handler of an exception class or status code."""

    exception: str
    node: ast.AST = field(repr=False)
    module: Module = field(repr=False)
    function: Function | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Lifespan:
    """What runs when the application starts or stops."""

    kind: Literal["lifespan", "startup", "shutdown"]
    node: ast.AST = field(repr=False)
    module: Module = field(repr=False)
    function: Function | None = None


@dataclass(frozen=True, slots=True, eq=False)
class App:
    """A FastAPI application."""

    id: str  # the import string a server takes: "app.main:app"; for a factory "app.main:create_app()"
    module: Module = field(repr=False)
    node: ast.AST = field(repr=False)
    router: Router = field(repr=False)
    keywords: Mapping[str, ast.expr] = field(default_factory=dict, repr=False)
    factory: Function | None = None
    middleware: tuple[Middleware, ...] = ()
    exception_handlers: tuple[ExceptionHandler, ...] = ()
    lifespans: tuple[Lifespan, ...] = ()
    mounts: tuple[Inclusion, ...] = ()
    is_assumed: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class BackgroundTask:
    """One `add_task(…)` call or `BackgroundTask(…)`, and what it will run."""

    node: ast.Call = field(repr=False)
    module: Module = field(repr=False)
    target: Target | None
