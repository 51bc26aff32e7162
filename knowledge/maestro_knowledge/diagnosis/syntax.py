"""Small questions about syntax trees that several looks ask."""

import ast
from collections import deque
from collections.abc import Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef
HTTP_METHODS = ("get", "post", "put", "patch", "delete", "head", "options")


def dotted(node: ast.AST | None) -> str:
    """`a.b.c` of a name or attribute, the callee's of a call; empty for anything else."""
    if isinstance(node, ast.Call):
        return dotted(node.func)
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        return ".".join([node.id, *reversed(parts)])
    return ".".join(["?", *reversed(parts)]) if parts else ""


def last_name(node: ast.AST | None) -> str:
    """The last part of a dotted name."""
    return dotted(node).rpartition(".")[2]


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """The value of a keyword argument."""
    return next((item.value for item in call.keywords if item.arg == name), None)


def text_of(node: ast.AST | None) -> str:
    """The value of a string literal, else nothing."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def is_true(node: ast.AST | None) -> bool:
    """Whether the node is the literal `True`."""
    return isinstance(node, ast.Constant) and node.value is True


def functions(tree: ast.AST) -> Iterator[Function]:
    """Every function of the tree."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    """Every call whose callee's last name is one of `names`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and last_name(node.func) in names:
            yield node


def own_nodes(function: Function) -> Iterator[ast.AST]:
    """The nodes of a function's body, without those of functions inside it."""
    todo: deque[ast.AST] = deque(function.body)
    while todo:
        node = todo.popleft()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            todo.extend(ast.iter_child_nodes(node))


def parameters(function: Function) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    """Every parameter with its default."""
    args = function.args
    positional = [*args.posonlyargs, *args.args]
    defaults = [None] * (len(positional) - len(args.defaults)) + list(args.defaults)
    yield from zip(positional, defaults, strict=True)
    yield from zip(args.kwonlyargs, args.kw_defaults, strict=True)


def route_calls(function: Function) -> Iterator[tuple[ast.Call, str, str]]:
    """The route decorators of a function: the call, its method, its path."""
    for decorator in function.decorator_list:
        if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
            continue
        method = decorator.func.attr
        path = text_of(decorator.args[0] if decorator.args else keyword(decorator, "path"))
        if method in HTTP_METHODS:
            yield decorator, method.upper(), path
        elif method in ("websocket", "websocket_route"):
            yield decorator, "WS", path
        elif method == "api_route":
            listed = keyword(decorator, "methods")
            names = [text_of(item) for item in listed.elts] if isinstance(listed, ast.List) else ["GET"]
            for name in names:
                yield decorator, name.upper(), path


def handlers(tree: ast.AST) -> Iterator[tuple[Function, str]]:
    """Every function with a route decorator, and its method."""
    for function in functions(tree):
        for _, method, _ in route_calls(function):
            yield function, method
            break


def classes_of(tree: ast.AST, *bases: str) -> dict[str, ast.ClassDef]:
    """The classes of the tree that derive, through one another, from a class of these names."""
    found: dict[str, ast.ClassDef] = {}
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    for _ in range(4):
        for node in classes:
            if any(last_name(_bare(base)) in (*bases, *found) for base in node.bases):
                found[node.name] = node
    return found


def annotation_names(node: ast.AST | None) -> set[str]:
    """The last names of everything that an annotation mentions."""
    if node is None:
        return set()
    if text := text_of(node):
        try:
            node = ast.parse(text, mode="eval")
        except SyntaxError:
            return set()
    return {last_name(part) for part in ast.walk(node) if isinstance(part, ast.Name | ast.Attribute)}


def source(node: ast.AST, limit: int = 60) -> str:
    """The node as source text on one short line."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _bare(node: ast.expr) -> ast.expr:
    """A base class without its type arguments."""
    return node.value if isinstance(node, ast.Subscript) else node
