"""Work is sent off in a thread, a process or an executor that nobody waits for, while a request is served."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function
from maestro_knowledge.project.tree import keywords_of, literal
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.bgt._requests import request_path, served_by
from maestro_knowledge.review.view import View

RULE = Rule(id="BGT901", name="thread-per-request", severity="warning", umbrella=("API003",))

_WORKERS = frozenset(
    {"threading.Thread", "threading.Timer", "multiprocessing.Process", "multiprocessing.context.Process"}
)
_AT_ONCE = frozenset({"_thread.start_new_thread"})
_POOLS = (
    "concurrent.futures.ThreadPoolExecutor",
    "concurrent.futures.ProcessPoolExecutor",
    "concurrent.futures.Executor",
)
_WAITING = frozenset(
    {"join", "result", "is_alive", "exitcode", "add_done_callback", "cancel", "done", "exception"}
)
NEEDS = Needs(calls=_WORKERS | _AT_ONCE, words=frozenset({"submit", "run_in_executor"}))


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports each piece of work that a request starts and then lets go."""
    path: tuple[Function, ...] | None = None
    for node in view.own(function, ast.Call):
        what = _started(view, function, node)
        if not what:
            continue
        path = request_path(view, function) if path is None else path
        if not path:
            return
        yield Report(
            function.module,
            node,
            f"`{function.name}` starts {what} for each request, and nothing waits for it.",
            subject=what,
            hops=served_by(path),
        )


def _started(view: View, function: Function, node: ast.Call) -> str:
    """What the call starts and lets go, in words; empty if it starts nothing, or somebody keeps it."""
    name = view.name(function.module, node.func)
    if name in _AT_ONCE:
        return "a thread"
    if name in _WORKERS:
        return _worker(view, function, node, name)
    if isinstance(node.func, ast.Attribute) and isinstance(view.parent(node), ast.Expr):
        if (
            node.func.attr == "submit"
            and not _is_entered(function, node.func.value)
            and view.is_a(view.type(function.module, node.func.value), *_POOLS)
        ):
            return "work in an executor"
        if node.func.attr == "run_in_executor":
            return "work in an executor"
    return ""


def _is_entered(function: Function, pool: ast.expr) -> bool:
    """Whether the pool is of a `with` block here, whose end waits for all work."""
    bindings = function.scope.bindings.get(pool.id, []) if isinstance(pool, ast.Name) else []
    return any(binding.kind == "with" for binding in bindings)


def _worker(view: View, function: Function, node: ast.Call, name: str) -> str:
    what = "a process" if name.endswith("Process") else "a timer" if name.endswith("Timer") else "a thread"
    if _is_long_lived(view, function, node):
        return ""
    around = view.parent(node)
    if isinstance(around, ast.Attribute):
        return what if around.attr == "start" else ""
    owner = ""
    if isinstance(around, ast.Assign) and isinstance(around.targets[0], ast.Name):
        owner = around.targets[0].id
    if not owner or function.scope.outer_names.get(owner):
        return ""
    uses = [
        view.parent(one)
        for one in function.scope.nodes
        if isinstance(one, ast.Name) and one.id == owner and isinstance(one.ctx, ast.Load)
    ]
    # Anything but setting attributes and starting: a list it is joined from, a registry, a return.
    attributes = [one.attr if isinstance(one, ast.Attribute) else "" for one in uses]
    if "start" not in attributes or "" in attributes or _WAITING & set(attributes):
        return ""
    return what


def _is_long_lived(view: View, function: Function, node: ast.Call) -> bool:
    """Whether what runs is a loop without end: a worker, which is started once."""
    given = keywords_of(node).get("target") or keywords_of(node).get("function")
    given = given or (node.args[1] if len(node.args) > 1 else None)
    target = view.target(function.module, given)
    inner = target.function if target else None
    return inner is not None and any(
        isinstance(one, ast.While) and bool(literal(one.test)) for one in inner.scope.nodes
    )
