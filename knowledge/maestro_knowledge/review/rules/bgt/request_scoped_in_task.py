"""Something that belongs to the request is handed to work that runs after it."""

import ast
from collections.abc import Iterator

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.project.application import BackgroundTask, Dependency, Parameter
from maestro_knowledge.project.lookup import find_bindings
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.project.tree import scope_around, walk
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.bgt._requests import parameters_of
from maestro_knowledge.review.rules.bgt._tasks import given_to
from maestro_knowledge.review.rules.din._sessions import SESSION_CLASSES
from maestro_knowledge.review.view import View

RULE = Rule(id="BGT903", name="request-scoped-in-task", severity="warning", umbrella=("API003",))
_OF_REQUEST = ("fastapi.Request", "fastapi.WebSocket", "fastapi.UploadFile")
_UPLOADS = ("fastapi.UploadFile", "starlette.datastructures.UploadFile")


@dataclass(frozen=True, slots=True)
class _Held:
    """What a name of the request holds, in words, and where that comes from."""

    what: str
    hops: tuple[Hop, ...] = ()


def check(task: BackgroundTask, view: View) -> Iterator[Report]:
    """Reports each argument of the task that is closed, or spent, with the request."""
    function = view.around(task.module, task.node)
    if function is None:
        return
    seen: set[str] = set()
    for name in _handed(view, task, function):
        held = _held(view, task.module, function, name)
        if held is None or name.id in seen:
            continue
        seen.add(name.id)
        yield Report(
            task.module,
            task.node,
            f"The background task is handed `{name.id}`, {held.what}.",
            subject=name.id,
            hops=held.hops,
        )


def _handed(view: View, task: BackgroundTask, function: Function) -> Iterator[ast.Name]:
    """The names that the task gets: as arguments, bound in a method or `partial`, caught in a closure."""
    given = given_to(task.node)
    values = [*task.node.args, *(one.value for one in task.node.keywords)]
    for value in values:
        if value is given:
            yield from _in_callable(view, task.module, value, function)
        else:
            yield from _in_value(view, task.module, value)


def _in_value(view: View, module: Module, value: ast.expr) -> Iterator[ast.Name]:
    match value:
        case ast.Name():
            yield value
        case ast.Starred(value=inner):
            yield from _in_value(view, module, inner)
        case ast.Attribute(value=ast.Name() as owner, attr="file"):
            if view.is_a(view.type(module, owner), *_UPLOADS):
                yield owner
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            for one in elements:
                yield from _in_value(view, module, one)


def _in_callable(view: View, module: Module, value: ast.expr, function: Function) -> Iterator[ast.Name]:
    match value:
        case ast.Lambda(body=body):
            own = {one.arg for one in value.args.args}
            yield from (
                n for n in walk(body) if isinstance(n, ast.Name) and n.id not in own and _is_whole(view, n)
            )
        case ast.Call(args=[_, *rest], keywords=keywords):
            if view.name(module, value.func) == "functools.partial":
                for one in (*rest, *(keyword.value for keyword in keywords)):
                    yield from _in_value(view, module, one)
        case ast.Attribute(value=ast.Name() as owner):
            yield owner
        case ast.Name():
            target = view.target(module, value)
            inner = target.function if target else None
            if inner is not None and inner is not function and inner.scope.parent is function.scope:
                yield from (
                    n for n in inner.scope.nodes
                    if isinstance(n, ast.Name) and n.id not in inner.scope.bindings and _is_whole(view, n)
                )  # fmt: skip


def _is_whole(view: View, name: ast.Name) -> bool:
    """Whether the thing itself is used, rather than a plain value of it, as in `request.url`."""
    around = view.parent(name)
    if not isinstance(around, ast.Attribute):
        return True
    call = view.parent(around)
    return isinstance(call, ast.Call) and call.func is around


def _held(view: View, module: Module, function: Function, name: ast.Name) -> _Held | None:
    """What of the request the name stands for; None where it is nothing of it, or that is not known."""
    found = find_bindings(scope_around(module, name), name.id)
    if found is None or len(found[1]) != 1:
        return None
    binding = found[1][0]
    what = view.type(module, name)
    if binding.kind == "with" and view.is_a(what, *SESSION_CLASSES):
        return _Held(_closed("a session", "its `with` block ends"))
    if binding.kind != "parameter":
        return None
    parameter = parameters_of(view, function).get(name.id)
    if parameter is None:
        return None
    if parameter.dependency is None:
        return _plain(view, parameter)
    return _session(view, parameter.dependency, is_session=view.is_a(what, *SESSION_CLASSES))


def _plain(view: View, parameter: Parameter) -> _Held | None:
    if view.is_a(parameter.type, *_UPLOADS) or (
        parameter.type is not None and any(view.is_a(one, *_UPLOADS) for one in parameter.type.args)
    ):
        return _Held("an upload whose file belongs to the request")
    if view.is_a(parameter.type, *_OF_REQUEST):
        return _Held("which belongs to the request")
    return None


def _session(view: View, dependency: Dependency, *, is_session: bool) -> _Held | None:
    """A session that a dependency with `yield` opens and closes; one level of services is looked through."""
    giver = dependency.function
    if giver is None:
        # Of a provider that was not read: who hands out a session by `Depends` closes it with the request.
        is_unread = is_session and dependency.kind in {"external", "unknown"}
        return _Held("a session that a dependency provides for the request") if is_unread else None
    if giver.is_generator and (is_session or _closes(giver)):
        hops = (Hop(giver.module, giver.node, "closes it at the end of the request"),)
        if _is_early(view, dependency):
            return _Held("a resource that its dependency has closed before the task runs", hops)
        return _Held("a resource that its dependency closes with the request", hops)
    for inner in dependency.parameters:
        if inner.dependency is None or inner.dependency.function is None:
            continue
        is_inner = view.is_a(inner.type, *SESSION_CLASSES)
        held = _session(view, inner.dependency, is_session=is_inner) if is_inner else None
        if held is not None and _keeps(giver, inner.name):
            return _Held(f"which holds `{inner.name}`, {held.what}", held.hops)
    return None


def _closes(giver: Function) -> bool:
    """Whether the dependency yields from inside a `with`, or closes in a `finally` what it made itself."""
    for node in giver.scope.nodes:
        if not isinstance(node, ast.Yield) or not isinstance(node.value, ast.Name):
            continue
        bindings = giver.scope.bindings.get(node.value.id, [])
        if any(binding.kind == "with" for binding in bindings):
            return True
        made = any(
            binding.kind == "assign" and isinstance(_awaited(binding.value), ast.Call) for binding in bindings
        )
        if made and _is_closed(giver, node.value.id):
            return True
    return False


def _awaited(node: ast.expr | None) -> ast.expr | None:
    return node.value if isinstance(node, ast.Await) else node


def _is_closed(giver: Function, name: str) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in {"close", "aclose", "release"}
        and isinstance(node.value, ast.Name)
        and node.value.id == name
        for node in giver.scope.nodes
    )


def _keeps(giver: Function, name: str) -> bool:
    """Whether the service that the dependency makes has the session, or gets it for good."""
    for node in giver.scope.nodes:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
            stored = any(isinstance(target, ast.Attribute) for target in node.targets)
            if stored and node.value.id == name:
                return True
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Call):
            given = [*node.value.args, *(keyword.value for keyword in node.value.keywords)]
            if any(isinstance(one, ast.Name) and one.id == name for one in given):
                return True
    return False


def _is_early(view: View, dependency: Dependency) -> bool:
    """Whether the dependency ends before the response is sent: by its scope, or by FastAPI's version."""
    if dependency.lifetime == "function":
        return True
    known = view.project.versions.get("fastapi")
    numbers = (known.version or "").split(".") if known else []
    return len(numbers) > 1 and numbers[0] == "0" and numbers[1].isdigit() and 106 <= int(numbers[1]) < 118


def _closed(what: str, when: str) -> str:
    return f"{what} that is closed when {when}"
