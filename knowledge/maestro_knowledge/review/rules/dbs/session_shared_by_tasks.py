"""One asynchronous session is used by several tasks at the same time."""

import ast
from collections import Counter
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Class, Function
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.view import View

RULE = Rule(id="DBS206", name="session-shared-by-tasks", severity="error")

_SESSIONS = (
    "sqlalchemy.ext.asyncio.AsyncSession",
    "sqlmodel.ext.asyncio.session.AsyncSession",
    "sqlalchemy.ext.asyncio.AsyncConnection",
    "asyncpg.Connection",
)
_GATHERING = frozenset({"asyncio.gather", "asyncio.wait", "asyncio.as_completed"})
_STARTING = frozenset({"asyncio.create_task", "asyncio.ensure_future"})
_GROUP_METHODS = frozenset({"create_task", "start_soon"})
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
NEEDS = Needs(calls=_GATHERING | _STARTING, words=_GROUP_METHODS)


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports each gathering, and each group of tasks, in which a session is used more than once."""
    yield from _gathered(function, view)
    yield from _started(function, view)


def _gathered(function: Function, view: View) -> Iterator[Report]:
    for node in view.own_calls_to(function, _GATHERING):
        uses: Counter[str] = Counter()
        for given in _work(function, node):
            many = 2 if isinstance(given, _COMPREHENSIONS) else 1
            inner = given.elt if isinstance(given, ast.ListComp | ast.SetComp | ast.GeneratorExp) else given
            own = _own_names(given)
            for name in _sessions_in(view, function, inner) - own:
                uses[name] += many
        for name in sorted(name for name, count in uses.items() if count > 1):
            yield _report(function, node, name)


def _work(function: Function, node: ast.Call) -> Iterator[ast.expr]:
    """What is gathered: the arguments, or what the list that is spread holds."""
    for given in node.args:
        inner = given.value if isinstance(given, ast.Starred) else given
        if not isinstance(inner, ast.Name):
            if isinstance(inner, ast.List | ast.Tuple):
                yield from inner.elts
            else:
                yield inner
            continue
        for binding in function.scope.bindings.get(inner.id, []):
            if isinstance(binding.value, ast.List | ast.Tuple):
                yield from binding.value.elts
            elif binding.value is not None:
                yield binding.value
        yield from _appended(function, inner.id)


def _appended(function: Function, name: str) -> Iterator[ast.expr]:
    """What `tasks.append(…)` adds; in a loop it adds it several times."""
    for node in function.scope.nodes:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr="append"), args=[given]) if (
                owner == name
            ):
                yield given
                if _loop_around(function, node) is not None:
                    yield given


def _started(function: Function, view: View) -> Iterator[Report]:
    """Tasks of one group, or of `create_task`, that are all started before the first is awaited."""
    uses: Counter[tuple[str, str]] = Counter()
    places: dict[tuple[str, str], ast.Call] = {}
    for node in view.own(function, ast.Call):
        group = _group_of(view, function, node)
        if not group or _is_awaited_at_once(view, node):
            continue
        loop = _loop_around(function, node)
        own = _own_names(loop) if loop is not None else set()
        for given in (*node.args, *(keyword.value for keyword in node.keywords)):
            for name in _sessions_in(view, function, given) - own:
                if loop is not None and _is_bound_in(loop, name):
                    continue
                uses[group, name] += 2 if loop is not None else 1
                places[group, name] = node
    for key in sorted(key for key, count in uses.items() if count > 1):
        yield _report(function, places[key], key[1])


def _group_of(view: View, function: Function, node: ast.Call) -> str:
    """The task group that the call starts work in; "asyncio" for the loop's own, empty for no start."""
    if view.name(function.module, node.func) in _STARTING:
        # In a list that is gathered it is counted there.
        around = view.parent(node)
        is_listed = isinstance(around, ast.List | ast.Tuple | ast.Starred | ast.Call | ast.ListComp)
        return "" if is_listed else "asyncio"
    if isinstance(node.func, ast.Attribute) and node.func.attr in _GROUP_METHODS:
        what = view.type(function.module, node.func.value)
        if what is not None and what.name in {
            "asyncio.TaskGroup",
            "anyio.abc.TaskGroup",
            "asyncio.taskgroups.TaskGroup",
        }:
            return ast.unparse(node.func.value)
        if isinstance(node.func.value, ast.Name) and _is_task_group(view, function, node.func.value.id):
            return node.func.value.id
    return ""


def _is_task_group(view: View, function: Function, name: str) -> bool:
    return any(
        binding.kind == "with"
        and isinstance(binding.value, ast.Call)
        and view.name(function.module, binding.value.func).endswith(("TaskGroup", "create_task_group"))
        for binding in function.scope.bindings.get(name, [])
    )


def _is_awaited_at_once(view: View, node: ast.Call) -> bool:
    return isinstance(view.parent(node), ast.Await)


def _sessions_in(view: View, function: Function, node: ast.AST) -> set[str]:
    """The variables of the expression that are sessions, or objects of the project that hold one."""
    found = set()
    for one in walk(node):
        if not isinstance(one, ast.Name) or not isinstance(one.ctx, ast.Load):
            continue
        what = view.type(function.module, one)
        if what is None or what.is_class:
            continue
        if view.is_a(what, *_SESSIONS) or (
            what.cls is not None and _calls_it(view, one) and _holds(view, what.cls)
        ):
            found.add(one.id)
        around = view.parent(one)
        if isinstance(around, ast.Attribute) and view.is_a(view.type(function.module, around), *_SESSIONS):
            found.add(one.id)
    return found


def _calls_it(view: View, name: ast.Name) -> bool:
    """Whether a method of the object is called: `repository.load(…)`."""
    around = view.parent(name)
    return isinstance(around, ast.Attribute) and isinstance(view.parent(around), ast.Call)


def _holds(view: View, cls: Class) -> bool:
    """Whether an instance keeps a session that it was given."""
    return any(
        binding.value is not None and view.is_a(view.type(cls.module, binding.value), *_SESSIONS)
        for bindings in cls.attributes.values()
        for binding in bindings
    )


def _own_names(node: ast.AST) -> set[str]:
    """The variables that a comprehension or a loop binds anew each time."""
    if isinstance(node, _COMPREHENSIONS):
        return {one.id for part in node.generators for one in walk(part.target) if isinstance(one, ast.Name)}
    if isinstance(node, ast.For | ast.AsyncFor):
        return {one.id for one in walk(node.target) if isinstance(one, ast.Name)}
    return set()


def _is_bound_in(loop: ast.AST, name: str) -> bool:
    return any(
        isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Store) for one in walk(loop)
    )


def _loop_around(function: Function, node: ast.AST) -> ast.AST | None:
    around = getattr(node, "parent", None)
    while around is not None and around is not function.node:
        if isinstance(around, (*_LOOPS, *_COMPREHENSIONS)):
            return around
        around = getattr(around, "parent", None)
    return None


def _report(function: Function, node: ast.Call, name: str) -> Report:
    return Report(
        function.module,
        node,
        f"Several tasks of `{function.name}` use the session of `{name}` at the same time.",
        subject=name,
    )
