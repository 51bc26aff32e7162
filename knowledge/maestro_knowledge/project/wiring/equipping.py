"""What hangs on an application: middleware, exception handlers, lifespan."""

import ast
from typing import Literal

from maestro_knowledge.project.application import App, ExceptionHandler, Lifespan, Middleware, Router
from maestro_knowledge.project.inference import is_kind_of, resolve_path
from maestro_knowledge.project.lookup import ancestors_of
from maestro_knowledge.project.signatures import read_callee
from maestro_knowledge.project.symbols import Class, Function, Target
from maestro_knowledge.project.tree import literal, source_of
from maestro_knowledge.project.wiring.follow import Wiring
from maestro_knowledge.project.wiring.values import Attached, Joined, Made, Referred, Value, Wired, Written

_BASE = "starlette.middleware.base.BaseHTTPMiddleware"
_MANAGER = "contextlib.asynccontextmanager"


def equip(wiring: Wiring, wired: Wired, router: Router) -> App:
    """The application that a record stands for."""
    added = [_middleware(wiring, item) for item in wired.attached if item.kind == "middleware"]
    listed = [_middleware(wiring, item) for item in wired.listed_middleware]
    factory = wired.factory if not wired.is_module_level else None
    name = wired.name or router.id.rpartition(":")[2]
    made_by = (
        f"{wired.module.name}:{factory.qualname}()" if factory is not None else f"{wired.module.name}:{name}"
    )
    return App(
        id=made_by,
        module=wired.module,
        node=wired.node,
        router=router,
        keywords=router.keywords,
        factory=wired.factory,
        middleware=(*reversed(added), *listed),
        exception_handlers=tuple(
            _handler(wiring, item) for item in wired.attached if item.kind == "exception"
        ),
        lifespans=tuple(_lifespan(wiring, item) for item in _lifespans(wired, ())),
        is_assumed=wired.is_assumed,
    )


def _lifespans(wired: Wired, above: tuple[Wired, ...]) -> list[Attached]:
    """The lifespan functions of a router and of every router that it includes."""
    found = [item for item in wired.attached if item.kind in {"lifespan", "startup", "shutdown"}]
    for entry in wired.entries:
        included = entry.child if isinstance(entry, Joined) and entry.kind == "include" else None
        if isinstance(included, Wired) and included not in above and included is not wired:
            found += _lifespans(included, (*above, wired))
    return list(dict.fromkeys(found))


def _subject(wiring: Wiring, item: Attached) -> Target | None:
    if not isinstance(item.subject, (ast.Name, ast.Attribute)):
        return None
    value = wiring.evaluate(item.subject, item.environment)
    if isinstance(value, Referred):
        return value.target
    return resolve_path(wiring.project, item.environment.module, item.subject)


def _middleware(wiring: Wiring, item: Attached) -> Middleware:
    module = item.environment.module
    if item.subject is None:
        function = _called(wiring, item.handler)
        name = function.id if function is not None else "?"
        return Middleware(
            name, "function", item.node, module, function=function, is_conditional=item.is_conditional
        )
    target = _subject(wiring, item)
    cls = target.cls if target is not None else None
    function = _given(wiring, item, target) or (_dispatch(wiring, cls) if cls is not None else None)
    name = target.name if target is not None else source_of(module, item.subject, 60)
    return Middleware(
        name, "class", item.node, module, cls, function, item.keywords, is_conditional=item.is_conditional
    )


def _given(wiring: Wiring, item: Attached, target: Target | None) -> Function | None:
    """What `add_middleware(BaseHTTPMiddleware, dispatch=…)` hands over to run in place of its own method."""
    if item.handler is None or not is_kind_of(wiring.project, target, _BASE):
        return None
    return _called(wiring, item.handler)


def _called(wiring: Wiring, value: Value | None) -> Function | None:
    """What runs when a value is called: a function, an instance, what a factory or `partial` makes."""
    if isinstance(value, Made):
        return _dispatch(wiring, value.cls)
    if isinstance(value, Written):
        return read_callee(wiring.project, value.environment.module, value.node).function
    return function_of(wiring, value)


def _dispatch(wiring: Wiring, cls: Class) -> Function | None:
    own, _, _ = ancestors_of(wiring.project, cls)
    for name in ("dispatch", "__call__"):
        for holder in own:
            if name in holder.methods:
                return holder.methods[name]
    return None


def _handler(wiring: Wiring, item: Attached) -> ExceptionHandler:
    module = item.environment.module
    target = _subject(wiring, item)
    number = literal(item.subject)
    if target is not None:
        name = target.name
    elif isinstance(number, int):
        name = str(number)
    else:
        name = source_of(module, item.subject, 60) if item.subject is not None else "?"
    return ExceptionHandler(name, item.node, module, function_of(wiring, item.handler))


def _lifespan(wiring: Wiring, item: Attached) -> Lifespan:
    kinds: dict[str, Literal["startup", "shutdown"]] = {"startup": "startup", "shutdown": "shutdown"}
    return Lifespan(
        kinds.get(item.kind, "lifespan"),
        item.node,
        item.environment.module,
        function_of(wiring, item.handler),
    )


def function_of(wiring: Wiring, value: Value | None) -> Function | None:
    """The function that a value is or refers to."""
    if isinstance(value, Referred):
        return value.target.function
    if isinstance(value, Written):
        node = value.node
        if isinstance(node, ast.Call) and len(node.args) == 1:  # `asynccontextmanager(start_and_stop)`
            maker = resolve_path(wiring.project, value.environment.module, node.func)
            node = node.args[0] if maker is not None and maker.name == _MANAGER else node
        if isinstance(node, (ast.Name, ast.Attribute)):
            found = resolve_path(wiring.project, value.environment.module, node)
            return found.function if found is not None else None
    return None
