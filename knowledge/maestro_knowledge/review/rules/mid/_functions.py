"""The functions that run as middleware, and what they answer with."""

import ast

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.project.inference import is_kind_of
from maestro_knowledge.project.lookup import ancestors_of
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.project.tree import literal
from maestro_knowledge.review.rules.aut._tokens import value_of
from maestro_knowledge.review.view import View

HTTP_EXCEPTIONS = ("fastapi.HTTPException", "starlette.exceptions.HTTPException")
_BASE = "starlette.middleware.base.BaseHTTPMiddleware"
_BACKEND = "starlette.authentication.AuthenticationBackend"  # what AuthenticationMiddleware calls
_RESPONSE = "fastapi.Response"
_SUCCESSES = frozenset({"OK", "CREATED", "ACCEPTED", "NO_CONTENT"})
_ASGI = ("scope", "receive", "send")


@dataclass(frozen=True, slots=True)
class Around:
    """A function around every request; `call_next` is the parameter that goes on, "" in plain ASGI."""

    function: Function
    call_next: str


def middleware_functions(view: View) -> dict[Function, Around]:
    """Every function that runs as middleware, also in classes that no application was seen to add."""
    return view.once("mid.functions", lambda: _find(view))


def _find(view: View) -> dict[Function, Around]:
    found: dict[Function, Around] = {}
    for app in view.project.apps:
        for middleware in app.middleware:
            if middleware.function is not None:
                found[middleware.function] = _around(middleware.function)
    for module in view.project.modules:
        for call, _ in view.calls_to(module, {"fastapi.FastAPI.middleware"}):
            outer = view.parent(call)  # `app.middleware("http")(function)`
            given = (
                outer.args[0] if isinstance(outer, ast.Call) and outer.func is call and outer.args else None
            )
            target = view.target(module, given)
            if target is not None and target.function is not None:
                found[target.function] = _around(target.function)
        for cls in module.classes:
            if (method := cls.methods.get("dispatch")) and _BASE in ancestors_of(view.project, cls)[1]:
                found[method] = _around(method)
            elif (method := cls.methods.get("authenticate")) and _BACKEND in ancestors_of(view.project, cls)[
                1
            ]:
                found[method] = Around(method, "")
    return found


def _around(function: Function) -> Around:
    arguments = function.node.args
    names = [one.arg for one in [*arguments.posonlyargs, *arguments.args]]
    given = names[1:] if function.owner is not None and names[:1] in (["self"], ["cls"]) else names
    return Around(function, given[1] if len(given) == 2 else "")


def calls_on(around: Around) -> list[ast.Call]:
    """The calls that hand the request on."""
    return [
        node
        for node in around.function.scope.nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == around.call_next
    ]


def own_refusals(view: View, function: Function) -> list[ast.AST]:
    """Where the function answers by itself with an error or a redirect."""
    module = function.module
    found: list[ast.AST] = []
    for node in function.scope.nodes:
        if isinstance(node, ast.Return) and node.value is not None:
            made = _made(view, function, node.value)
            if made is not None and _refuses(view, module, made):
                found.append(node)
        elif isinstance(node, ast.Await) and isinstance(node.value, ast.Call):
            call = node.value
            if [getattr(one, "id", "") for one in call.args] == list(_ASGI):
                made = _made(view, function, call.func)
                if made is not None and _refuses(view, module, made):
                    found.append(node)
        elif isinstance(node, ast.Dict) and _starts_refusal(node):
            found.append(node)
    return found


def _made(view: View, function: Function, node: ast.expr) -> ast.Call | None:
    """The call that makes the response, also where a name or a helper stands in between."""
    if isinstance(node, ast.Await):
        node = node.value
    if isinstance(node, ast.Name):
        values = [one.value for one in function.scope.bindings.get(node.id, ()) if one.value is not None]
        calls = [one for value in values if (one := _made_by_call(view, function.module, value))]
        return calls[0] if calls else None
    return _made_by_call(view, function.module, node)


def _made_by_call(view: View, module: Module, node: ast.expr) -> ast.Call | None:
    if not isinstance(node, ast.Call):
        return None
    if view.is_a(view.type(module, node), _RESPONSE):
        target = view.target(module, node.func)
        if target is not None and target.function is not None:  # a helper: what does it return?
            inner = target.function
            returns = [one for one in inner.scope.nodes if isinstance(one, ast.Return) and one.value]
            made = [_made_by_call(view, inner.module, one.value) for one in returns if one.value]
            return next((one for one in made if one is not None), None)
        return node
    return None


def _refuses(view: View, module: Module, call: ast.Call) -> bool:
    """Whether the response is a redirect or an error, as far as its status is written."""
    name = view.name(module, call.func).rpartition(".")[2]
    if name == "RedirectResponse":
        return True
    given = next((one.value for one in call.keywords if one.arg == "status_code"), None)
    given = given or (call.args[1] if len(call.args) > 1 else None)
    if given is None:
        return False
    status = literal(value_of(view, module, given) or given)
    if isinstance(status, int):
        return status >= 300
    shown = view.name(module, given) or ast.unparse(given)
    if shown.startswith("http.HTTPStatus."):
        return shown.rpartition(".")[2] not in _SUCCESSES
    return any(f"HTTP_{first}" in shown for first in "345")


def _starts_refusal(node: ast.Dict) -> bool:
    """`{"type": "http.response.start", "status": 401}`."""
    pairs = {literal(key): literal(value) for key, value in zip(node.keys, node.values, strict=True) if key}
    status = pairs.get("status")
    is_start = pairs.get("type") == "http.response.start"
    return is_start and isinstance(status, int) and status >= 300


def is_http_exception(view: View, module: Module, node: ast.expr | None) -> bool:
    """Whether the expression is an `HTTPException`, its class, or one that derives from it."""
    if node is None:
        return False
    inner = node.func if isinstance(node, ast.Call) else node
    target = view.target(module, inner)
    if target is not None and target.kind in {"class", "external"}:
        return bool(is_kind_of(view.project, target, *HTTP_EXCEPTIONS))
    return view.is_a(view.type(module, node), *HTTP_EXCEPTIONS)
