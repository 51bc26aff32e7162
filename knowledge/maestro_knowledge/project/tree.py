"""Moving about in an indexed tree: parents, scopes, the source of a node."""

import ast
from collections import deque
from collections.abc import Iterator

from maestro_knowledge.project.lean import FIELDS
from maestro_knowledge.project.symbols import Class, Function, FunctionNode, Module, Scope

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def parent(node: ast.AST) -> ast.AST | None:
    """The node that `node` stands in; None for the module."""
    return getattr(node, "parent", None)


def ancestors(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes around `node`, innermost first."""
    while (node := getattr(node, "parent", None)) is not None:  # type: ignore[assignment]
        yield node


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """The node and all below it, outer ones first, as `ast.walk` has them but for operators and contexts."""
    waiting: deque[ast.AST] = deque([node])
    while waiting:
        node = waiting.popleft()
        for name in FIELDS[type(node)]:
            value = getattr(node, name, None)
            if type(value) is list:
                waiting += [each for each in value if each is not None]
            elif value is not None:
                waiting.append(value)
        yield node


def scope_of(module: Module, node: ast.AST) -> Scope:
    """The scope whose names `node` sees first; a decorator, default or annotation belongs outside."""
    scopes = module.scopes
    below: ast.AST | None = None
    child = node
    current = getattr(node, "parent", None)
    while current is not None:
        if current in scopes and _is_inside(current, child, below):
            return scopes[current]
        below, child, current = child, current, getattr(current, "parent", None)
    return module.scope


def scope_around(module: Module, name: ast.Name) -> Scope:
    """The same for a name, which the index noted; in a comprehension it depends on where the name stands."""
    known = getattr(name, "scope", None)
    return known if isinstance(known, Scope) and known.kind != "comprehension" else scope_of(module, name)


def _is_inside(owner: ast.AST, child: ast.AST, below: ast.AST | None) -> bool:
    if isinstance(owner, (*_FUNCTIONS, ast.ClassDef)):
        return isinstance(child, ast.stmt)
    if isinstance(owner, ast.Lambda):
        return child is owner.body
    if isinstance(owner, _COMPREHENSIONS):
        first = owner.generators[0]
        return child is not first or below is not first.iter
    return True


def function_around(module: Module, node: ast.AST) -> Function | None:
    """The function whose body holds `node`, lambdas and comprehensions looked through."""
    child: ast.AST = node
    for around in ancestors(node):
        if isinstance(around, _FUNCTIONS) and isinstance(child, ast.stmt):
            return function_at(module, around)
        if isinstance(around, ast.ClassDef) and isinstance(child, ast.stmt):
            return None
        child = around
    return None


def function_at(module: Module, node: FunctionNode) -> Function | None:
    """The function that this definition makes."""
    owner = getattr(node, "definition", None)
    return owner if isinstance(owner, Function) and owner.module is module else None


def class_at(module: Module, node: ast.ClassDef) -> Class | None:
    """The class that this definition makes."""
    owner = getattr(node, "definition", None)
    return owner if isinstance(owner, Class) and owner.module is module else None


def statement_of(node: ast.AST) -> ast.stmt | None:
    """The statement that `node` stands in, or is."""
    current: ast.AST | None = node
    while current is not None and not isinstance(current, ast.stmt):
        current = parent(current)
    return current


def lines_of(module: Module) -> list[str]:
    """The module's lines as the parser counts them, without line ends."""
    return module.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def source_of(module: Module, node: ast.AST, limit: int = 200) -> str:
    """The text of an expression or statement on one line, cut at `limit` characters."""
    try:
        text = " ".join(ast.unparse(node).split())
    except (ValueError, RecursionError):
        return f"<{type(node).__name__} at {module.path}:{getattr(node, 'lineno', 0)}>"
    return text if len(text) <= limit else text[: limit - 1] + "…"


def literal(node: ast.AST | None) -> object:
    """The value of a constant, also negated; `...` (Ellipsis) for anything else."""
    if isinstance(node, ast.Constant):
        return node.value
    if (
        isinstance(node, ast.UnaryOp)
        and isinstance(node.op, ast.USub)
        and isinstance(node.operand, ast.Constant)
        and isinstance(node.operand.value, (int, float))
    ):
        return -node.operand.value
    return ...


def keywords_of(call: ast.Call) -> dict[str, ast.expr]:
    """The keyword arguments of a call by name; `**` ones are left out."""
    return {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}


def has_star_arguments(call: ast.Call) -> bool:
    """Whether `*args` or `**kwargs` are passed, so that what is given is not all in sight."""
    return any(isinstance(value, ast.Starred) for value in call.args) or any(
        keyword.arg is None for keyword in call.keywords
    )
