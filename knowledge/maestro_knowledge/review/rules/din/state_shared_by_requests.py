"""Path operations write to a variable of the module, of which each worker process has its own copy."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.symbols import Function, Module, Target
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.view import View

RULE = Rule(id="DIN512", name="state-shared-by-requests", severity="warning")

_CHANGING = frozenset(
    [
        "append",
        "appendleft",
        "add",
        "extend",
        "insert",
        "update",
        "setdefault",
        "pop",
        "popitem",
        "popleft",
        "remove",
        "discard",
        "clear",
        "difference_update",
        "intersection_update",
        "symmetric_difference_update",
        "subtract",
        "sort",
        "reverse",
    ]
)
_CONTAINERS = frozenset(
    {f"builtins.{name}" for name in ("dict", "list", "set", "bytearray")}
    | {f"collections.{name}" for name in ("defaultdict", "deque", "Counter", "OrderedDict")}
)
_LIVE = (
    "fastapi.WebSocket",
    "asyncio.Task",
    "asyncio.Future",
    "asyncio.Event",
    "asyncio.Lock",
    "asyncio.Queue",
    "asyncio.Semaphore",
    "threading.Thread",
    "threading.Event",
    "threading.Lock",
    "queue.Queue",
    "multiprocessing.Process",
    "subprocess.Popen",
    "asyncio.subprocess.Process",
)
# Said to be for one process, a cache, or demonstration data: the author knows.
_KNOWINGLY = Pattern(r"cache|memo|fake|dummy|mock|demo|sample|example", re.IGNORECASE)
_SAID = Pattern(
    r"#.*\b(?:cache|per[- ]process|per[- ]worker|single[- ](?:process|worker)|demo)", re.IGNORECASE
)


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports the first write to each module variable by a path operation or dependency."""
    if not view.is_handler(function) and not view.is_dependency(function):
        return
    seen: set[str] = set()
    for node, name in _writes(view, function):
        target = _variable(view, function.module, name)
        if target is None or target.module is None or target.name in seen:
            continue
        if (
            _is_known_about(view, target)
            or _holds_live_objects(view, function, node)
            or _is_made_once(view, node)
        ):
            continue
        seen.add(target.name)
        short = target.name.rpartition(".")[2]
        yield Report(
            function.module,
            node,
            f"`{function.name}` changes `{short}`, of which every worker process has its own copy.",
            subject=target.name,
            hops=(Hop(target.module, target.node, "defined for the whole module"),) if target.node else (),
        )


def _writes(view: View, function: Function) -> Iterator[tuple[ast.AST, ast.expr]]:
    """Each place that changes something in place or binds a global, with what is changed, in source order."""
    found: dict[ast.AST, ast.expr] = {}
    for call in view.own(function, ast.Call):
        if isinstance(call.func, ast.Attribute) and call.func.attr in _CHANGING:
            found[call] = _whole(call.func.value)
    for part in view.own(function, ast.Subscript):
        if not isinstance(part.ctx, ast.Load):
            found[part] = _whole(part.value)
    for added in view.own(function, ast.AugAssign):
        if isinstance(added.target, ast.Attribute):
            found[added] = added.target
    outer = function.scope.outer_names
    names = view.own(function, ast.Name) if outer else ()
    found |= {
        one: one for one in names if outer.get(one.id) == "global" and not isinstance(one.ctx, ast.Load)
    }
    yield from ((node, found[node]) for node in function.scope.nodes if node in found) if found else ()


def _whole(node: ast.expr) -> ast.expr:
    """What `posts[1]["tags"]` is a part of."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node


def _variable(view: View, module: Module, node: ast.expr) -> Target | None:
    """The module variable meant: a global that is bound here, or a container made at import."""
    if not isinstance(node, ast.Name | ast.Attribute):
        return None
    target = view.target(module, node)
    if target is None or target.kind != "value" or target.module is None:
        return None
    if target.name.count(".") != target.module.name.count(".") + 1:
        return None  # an attribute of a class or object
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
        return target
    return target if _is_container(view, target.module, target.node) else None


def _is_container(view: View, module: Module, value: ast.AST | None) -> bool:
    if isinstance(value, ast.Call):
        return view.name(module, value.func) in _CONTAINERS
    return isinstance(value, ast.Dict | ast.List | ast.Set | ast.DictComp | ast.ListComp | ast.SetComp)


def _is_known_about(view: View, target: Target) -> bool:
    if _KNOWINGLY.search(target.name.rpartition(".")[2]):
        return True
    if target.module is None or target.node is None:
        return False
    lines = view.lines(target.module)
    line = lines.place(target.node)[0]
    return any(_SAID.search(lines.line(number)) for number in (line - 1, line))


def _is_made_once(view: View, node: ast.AST) -> bool:
    """Whether a global is bound only while it is empty: an object that each process makes at first use."""
    if not isinstance(node, ast.Name):
        return False
    around = view.parent(node)
    while around is not None and not isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
        if isinstance(around, ast.If) and any(
            isinstance(part, ast.Name) and part.id == node.id for part in walk(around.test)
        ):
            return True
        around = view.parent(around)
    return False


def _holds_live_objects(view: View, function: Function, node: ast.AST) -> bool:
    """Whether something is kept that no other process could use: a task, a lock, an open WebSocket."""
    parts = list(node.args) if isinstance(node, ast.Call) else []
    statement = view.parent(node)
    if isinstance(statement, ast.Assign):
        parts.append(statement.value)
    return any(view.is_a(view.type(function.module, part), *_LIVE) for part in parts)
