"""What a path operation answers with: which values reach a `return`, and what kind of response that is."""

import ast
from collections.abc import Iterator, Mapping
from http import HTTPStatus

from maestro_knowledge.project.application import Operation, Route
from maestro_knowledge.project.symbols import Function, Module, Type
from maestro_knowledge.project.tree import keywords_of, literal, walk
from maestro_knowledge.review.view import View

RESPONSE = "fastapi.Response"
_SUMMARIES = frozenset(
    {"len", "sum", "any", "all", "bool", "next", "min", "max", "isinstance", "print", "hash"}
)
_GROWING = frozenset({"append", "extend", "add", "update", "insert", "setdefault"})
_JSON_CLASSES = frozenset(
    f"fastapi.responses.{name}" for name in ("JSONResponse", "ORJSONResponse", "UJSONResponse")
)
_DISPLAYS = (ast.Dict, ast.List, ast.Set, ast.Tuple, ast.Constant, ast.JoinedStr)
_DEFAULT = "default_response_class"
_TEMPLATES = ("fastapi.templating.Jinja2Templates.TemplateResponse",)


def returns_of(view: View, function: Function) -> list[ast.Return]:
    """The `return`s of the function itself that give a value."""
    returns = view.own(function, ast.Return)
    return [node for node in returns if node.value is not None and literal(node.value) is not None]


def is_display(node: ast.expr) -> bool:
    """Whether the value is written out, and so of one of Python's own types."""
    return isinstance(node, _DISPLAYS)


def is_response(view: View, module: Module, node: ast.expr) -> bool:
    """Whether the value is known to be a response."""
    if is_display(node):
        return False
    what = view.type(module, node)
    return view.is_a(what, RESPONSE) or (
        isinstance(node, ast.Call) and view.name(module, node.func).startswith(_TEMPLATES)
    )


def returned_response(view: View, function: Function, node: ast.Return) -> ast.Call | None:
    """The call that makes the response which is returned."""
    made = returned_call(function, node)
    return made if made is not None and is_response(view, function.module, made) else None


def returned_call(function: Function, node: ast.Return) -> ast.Call | None:
    """The call whose value is returned, also by way of a variable."""
    value: ast.expr | None = node.value
    if isinstance(value, ast.Name):
        bindings = function.scope.bindings.get(value.id, [])
        value = bindings[0].value if len(bindings) == 1 else None
    return value if isinstance(value, ast.Call) else None


def answers_json(operation: Operation, view: View) -> bool:
    """Whether what is returned is made JSON of; False where another response class may be set above."""
    given = operation.keywords.get("response_class")
    if given is not None:
        return view.name(operation.module, given) in _JSON_CLASSES
    if _DEFAULT in operation.router.keywords:
        return False
    return not any(
        route.operation is operation and _has_default(view, route)
        for route in view.routes(operation.function)
    )


def _has_default(view: View, route: Route) -> bool:
    """Whether the application, an inclusion or a router on the way says what class responses have."""
    if route.app is not None and _DEFAULT in route.app.keywords:
        return True
    return any(
        _DEFAULT in _router(view, inclusion.child)
        or any(one.arg == _DEFAULT for one in inclusion.node.keywords)
        for inclusion in route.inclusions
    )


def _router(view: View, router_id: str) -> Mapping[str, ast.expr]:
    table = view.once("rsp._answers", lambda: {router.id: router.keywords for router in view.project.routers})
    return table.get(router_id, {})


def status_of(view: View, module: Module, node: ast.expr | None) -> int | None:
    """The number of a status code, as a number or by name; None if it is not known."""
    found = literal(node)
    if isinstance(found, int) and not isinstance(found, bool):
        return found
    name = view.name(module, node)
    if name.startswith("fastapi.status."):
        digits = name.rpartition(".")[2].split("_")
        return int(digits[1]) if len(digits) > 1 and digits[1].isdigit() else None
    if name.startswith("http.HTTPStatus."):
        member = HTTPStatus.__members__.get(name.split(".")[2])
        return member.value if member else None
    target = view.target(module, node)
    if target is not None and target.kind == "value":
        found = literal(target.node)
        return found if isinstance(found, int) and not isinstance(found, bool) else None
    return None


def response_status(view: View, module: Module, call: ast.Call) -> int | None:
    """The status code of a response that is made: 200 if none is given, None if it is not known."""
    if any(keyword.arg is None for keyword in call.keywords) or any(
        isinstance(one, ast.Starred) for one in call.args
    ):
        return None
    given = keywords_of(call).get("status_code") or (call.args[1] if len(call.args) > 1 else None)
    if given is not None:
        return status_of(view, module, given)
    name = view.name(module, call.func)
    return 307 if name.endswith("RedirectResponse") else 200


def reaches_return(view: View, function: Function, node: ast.AST) -> bool:
    """Whether the node's value, or what is made of it piece by piece, is returned."""
    known: set[str] = set()
    waiting: list[ast.AST] = [node]
    for one in waiting:
        for name in _carried(view, function, one):
            if name == "return":
                return True
            if name not in known:
                known.add(name)
                waiting += [
                    use
                    for use in view.own(function, ast.Name)
                    if use.id == name and isinstance(use.ctx, ast.Load)
                ]
    return False


def _carried(view: View, function: Function, node: ast.AST) -> Iterator[str]:
    """The variables that get the node's value, or "return"."""
    child: ast.AST = node
    around = view.parent(node)
    while around is not None and around is not function.node:
        match around:
            case ast.Return():
                yield "return"
                return
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))
                return
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.AugAssign(target=ast.Name(id=name)):
                yield name
                return
            case ast.NamedExpr(target=ast.Name(id=name)):
                yield name
            case ast.For() | ast.AsyncFor() if child is around.iter:
                yield from _grown(around)
                return
            case ast.Call(func=ast.Name(id=name)) if name in _SUMMARIES:
                return
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if attr in _GROWING:
                yield name
                return
            case ast.IfExp() if child is around.test:
                return
            case ast.Compare() | ast.Subscript(slice=ast.Constant()):
                return
            case ast.If() | ast.While() | ast.Assert() | ast.Raise() | ast.stmt():
                return
        child, around = around, view.parent(around)


def _grown(loop: ast.For | ast.AsyncFor) -> Iterator[str]:
    """The collections that the loop fills."""
    for node in (inner for statement in loop.body for inner in walk(statement)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if attr in _GROWING:
                yield name
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name))]):
                yield name


def plain_type(what: Type | None) -> bool:
    """Whether the type is known to be data, so nothing that FastAPI would send as it is."""
    return (
        what is not None
        and not what.is_class
        and not what.is_coroutine
        and (what.name.startswith("builtins.") or what.cls is not None)
    )
