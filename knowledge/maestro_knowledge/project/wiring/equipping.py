"""What hangs on an application: middleware, exception handlers, lifespan."""

import ast
from typing import Literal

from maestro_knowledge.project.application import App, ExceptionHandler, Lifespan, Middleware, Router
from maestro_knowledge.project.inference import resolve_path
from maestro_knowledge.project.lookup import ancestors_of
from maestro_knowledge.project.symbols import Class, Function, Target
from maestro_knowledge.project.tree import literal, source_of
from maestro_knowledge.project.wiring.follow import Wiring
from maestro_knowledge.project.wiring.values import Attached, Joined, Referred, Value, Wired, Written


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
        function = function_of(wiring, item.handler)
        name = function.id if function is not None else "?"
        return Middleware(
            name, "function", item.node, module, function=function, is_conditional=item.is_conditional
        )
    target = _subject(wiring, item)
    cls = target.cls if target is not None else None
    function = _dispatch(wiring, cls) if cls is not None else None
    if function is None and isinstance(given := item.keywords.get("dispatch"), (ast.Name, ast.Attribute)):
        found = resolve_path(wiring.project, module, given)
        function = found.function if found is not None else None
    name = target.name if target is not None else source_of(module, item.subject, 60)
    return Middleware(
        name, "class", item.node, module, cls, function, item.keywords, is_conditional=item.is_conditional
    )


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
    if isinstance(value, Written) and isinstance(value.node, (ast.Name, ast.Attribute)):
        found = resolve_path(wiring.project, value.environment.module, value.node)
        return found.function if found is not None else None
    return None
