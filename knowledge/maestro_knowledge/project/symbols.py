"""The nouns of Python code: scopes and what they bind, functions, classes, modules; targets and types."""

import ast
from typing import Literal

from maestro_knowledge.core.records import dataclass, field

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """One place where a scope gives a name its meaning."""

    kind: Literal[
        "import", "from", "function", "class", "assign", "unpack", "augment", "parameter", "for", "with",
        "except", "comprehension", "match", "alias", "delete",
    ]  # fmt: skip
    node: ast.AST  # the statement, the `ast.arg` or the comprehension
    value: ast.expr | None = None  # what is assigned, iterated, entered or caught
    annotation: ast.expr | None = None
    position: int = 0  # of the name among the targets or import aliases


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """A namespace; `nodes` are those that run with it, without nested functions and classes."""

    kind: Literal["module", "class", "function", "lambda", "comprehension"]
    node: ast.AST
    parent: "Scope | None" = field(repr=False)
    bindings: dict[str, list[Binding]] = field(repr=False)
    nodes: list[ast.AST] = field(repr=False)
    outer_names: dict[str, str] = field(default_factory=dict, repr=False)  # name → "global" | "nonlocal"


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function or method."""

    name: str
    qualname: str  # as `__qualname__`, without `<locals>`: "ItemService.get", "create_app.read_root"
    module: "Module" = field(repr=False)
    node: FunctionNode = field(repr=False)
    scope: Scope = field(repr=False)
    owner: "Class | None" = field(repr=False)
    is_async: bool

    @property
    def is_generator(self) -> bool:
        """Whether the body yields."""
        nodes = self.module.nodes
        if not (nodes.get(ast.Yield) or nodes.get(ast.YieldFrom)):
            return False  # in few modules anything does
        return any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in self.scope.nodes)

    @property
    def id(self) -> str:
        """The dotted name of the function in its project."""
        return f"{self.module.name}.{self.qualname}"


@dataclass(frozen=True, slots=True, eq=False)
class Class:
    """A class; `attributes` are those set on the instance (`self.client = …`), with who sets them."""

    name: str
    qualname: str
    module: "Module" = field(repr=False)
    node: ast.ClassDef = field(repr=False)
    scope: Scope = field(repr=False)
    methods: dict[str, Function] = field(repr=False)
    attributes: dict[str, list[Binding]] = field(repr=False)

    @property
    def id(self) -> str:
        """The dotted name of the class in its project."""
        return f"{self.module.name}.{self.qualname}"


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """A file: its text, its tree and the index of its nodes."""

    path: str  # relative to the project's root, forward slashes
    name: str
    text: str = field(repr=False)  # decoded, line ends as in the file
    encoding: str
    tree: ast.Module = field(repr=False)
    scope: Scope = field(repr=False)
    nodes: dict[type[ast.AST], list[ast.AST]] = field(repr=False)  # every node by type, in source order
    functions: list[Function] = field(repr=False)  # all, nested ones too, in source order
    classes: list[Class] = field(repr=False)
    scopes: dict[ast.AST, Scope] = field(repr=False)
    stars: list[ast.ImportFrom] = field(repr=False)
    is_package: bool = False
    is_test: bool = False
    in_scope: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """What a name refers to: something of the project, or a dotted name from elsewhere."""

    name: str  # canonical: "requests.get", "app.services.ItemService.load"
    kind: Literal["module", "function", "class", "value", "external"]
    module: Module | None = field(default=None, repr=False)  # where it is defined
    function: Function | None = None
    cls: Class | None = None
    node: ast.AST | None = field(default=None, repr=False)  # the binding's value where `kind` is "value"


@dataclass(frozen=True, slots=True)
class Type:
    """The class of a value, by canonical dotted name."""

    name: str
    args: tuple["Type", ...] = ()
    cls: Class | None = field(default=None, compare=False)
    is_optional: bool = False
    is_class: bool = False  # the value is the class itself
    is_coroutine: bool = False  # awaiting gives the type
