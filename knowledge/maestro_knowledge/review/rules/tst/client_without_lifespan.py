"""`TestClient(app)` without `with`, although the application has a lifespan."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.application import App
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.project.tree import literal
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.tst._testing import CLIENT, app_of
from maestro_knowledge.review.view import View

RULE = Rule(id="TST303", name="client-without-lifespan", severity="warning", fix="suggest", tests=True)

_ENTERING = frozenset({"enter_context", "enter_async_context", "closing", "aclosing"})
_SAYING = frozenset({"print", "info", "debug", "warning", "error", "exception", "log", "critical"})
NEEDS = Needs(calls=frozenset({CLIENT}))


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each client that drives an application whose start-up then never runs."""
    for call, _ in view.calls_to(module, {CLIENT}):
        given = call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "app"), None)
        app = app_of(view, module, given)
        if app is None or _is_entered(view, module, call) or _expects_failure(view, module, call):
            continue
        started = [one for one in app.lifespans if one.function is None or _prepares(one.function)]
        kinds = {one.kind for one in started}
        if "lifespan" not in kinds and "lifespan" in {one.kind for one in app.lifespans}:
            continue  # then the events beside it never run either
        if kinds & {"lifespan", "startup"} and all(one.function is not None for one in started):
            first = started[0]
            yield Report(
                module,
                call,
                f"`TestClient` is used without `with`, so the {_what(app)} of `{app.id}` does not run.",
                subject=view.source(module, call)[:60],
                hops=(Hop(first.module, first.node, "does not run in these tests"),),
            )


def _expects_failure(view: View, module: Module, call: ast.Call) -> bool:
    """Whether a test makes the client so that errors come as answers: it is about what is missing."""
    off = any(k.arg == "raise_server_exceptions" and literal(k.value) is False for k in call.keywords)
    return off and view.around(module, call) is not None


def _what(app: App) -> str:
    return "lifespan" if any(one.kind == "lifespan" for one in app.lifespans) else "start-up"


def _prepares(function: Function) -> bool:
    """Whether it does anything that a test could miss: more than saying that it starts."""
    for node in function.scope.nodes:
        if isinstance(
            node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Await | ast.AsyncWith | ast.With
        ):
            return True
        if isinstance(node, ast.Yield) and node.value is not None:
            return True
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", "") or getattr(node.func, "id", "")
            if name not in _SAYING:
                return True
    return False


def _is_entered(view: View, module: Module, call: ast.Call) -> bool:
    """Whether the client is used as a context manager somewhere: here, or by the name it is given."""
    around = view.parent(call)
    if isinstance(around, ast.withitem):
        return True
    if (
        isinstance(around, ast.Call)
        and getattr(around.func, "attr", getattr(around.func, "id", "")) in _ENTERING
    ):
        return True
    if isinstance(around, ast.Return):  # `with make_client() as client:`
        function = view.around(module, call)
        return function is not None and _is_entered_by_name(module, function.name)
    targets = around.targets if isinstance(around, ast.Assign) else [getattr(around, "target", None)]
    names = [one.id if isinstance(one, ast.Name) else getattr(one, "attr", "") for one in targets if one]
    return any(_is_entered_by_name(module, name) for name in names if name)


def _is_entered_by_name(module: Module, name: str) -> bool:
    for node in module.nodes.get(ast.withitem, ()):
        if isinstance(node, ast.withitem) and _last_name(node.context_expr) == name:
            return True
    for node in module.nodes.get(ast.Call, ()):
        if not isinstance(node, ast.Call):
            continue
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if owner is not None and getattr(node.func, "attr", "") == "__enter__" and _last_name(owner) == name:
            return True
        if getattr(node.func, "attr", "") in _ENTERING and any(_last_name(one) == name for one in node.args):
            return True
    return False


def _last_name(node: ast.expr) -> str:
    inner = node.func if isinstance(node, ast.Call) else node
    return inner.id if isinstance(inner, ast.Name) else getattr(inner, "attr", "")
