"""Registrations as they were followed → routers and path operations."""

import ast

from maestro_knowledge.project.application import Dependency, Inclusion, Level, Operation, Parameter, Router
from maestro_knowledge.project.injection import Reader
from maestro_knowledge.project.signatures import (
    Argument,
    Callee,
    function_signature,
    is_transparent,
    read_callee,
)
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.project.template import compile_template
from maestro_knowledge.project.tree import literal, source_of
from maestro_knowledge.project.wiring.follow import Wiring
from maestro_knowledge.project.wiring.options import Options
from maestro_knowledge.project.wiring.values import (
    Draft,
    Joined,
    Referred,
    Wired,
    Written,
)

_CBV = ("cbv", "controller", "resource", "View")


Sources = tuple[tuple[ast.expr, Module], ...]  # the elements of `dependencies=[…]`


def read_dependencies(
    wiring: Wiring, given: Sources, level: Level, names: frozenset[str]
) -> tuple[Dependency, ...]:
    """The dependencies of a `dependencies=[…]` argument, behind a path with these placeholders."""
    if not given:
        return ()
    reader = Reader(wiring.project, names)
    return tuple(reader.listed(node, module, level) for node, module in given)


def declare_router(wiring: Wiring, wired: Wired, identifier: str) -> Router:
    """The router that a record stands for."""
    options = wired.options or Options()
    names = frozenset(compile_template(wired.prefix or "").names)
    level: Level = "app" if wired.is_app else "router"
    return Router(
        id=identifier,
        module=wired.module,
        node=wired.node,
        prefix=wired.prefix,
        tags=options.tags,
        dependencies=read_dependencies(wiring, options.dependencies, level, names),
        keywords=options.keywords,
        is_app=wired.is_app,
        is_assumed=wired.is_assumed,
    )


def declare_inclusion(wiring: Wiring, joined: Joined, parent: str, child: str) -> Inclusion:
    """The inclusion or mount that a record stands for."""
    names = frozenset(compile_template(joined.prefix or "").names)
    return Inclusion(
        parent=parent,
        child=child,
        kind=joined.kind,
        prefix=joined.prefix,
        node=joined.node,
        module=joined.environment.module,
        order=joined.order,
        tags=joined.options.tags,
        dependencies=read_dependencies(wiring, joined.options.dependencies, "include", names),
        is_conditional=joined.is_conditional,
    )


def handler_callee(wiring: Wiring, draft: Draft) -> Callee:
    """What a path operation calls, with its signature."""
    handler = draft.handler
    if isinstance(handler, Referred) and handler.target.function is not None:
        function = handler.target.function
        skip = 1 if _has_instance(function, bound=handler.instance is not None) else 0
        below = _decorators_below(function, draft.node)
        known = all(is_transparent(wiring.project, function.module, d) for d in below)
        return Callee(
            function.id,
            "function",
            function,
            arguments=function_signature(function, skip=skip),
            is_known=known,
        )
    if isinstance(handler, Written):
        return read_callee(wiring.project, handler.environment.module, handler.node)
    if isinstance(draft.handler_node, ast.expr):
        return read_callee(wiring.project, draft.environment.module, draft.handler_node)
    return Callee("?", "unknown", is_known=False)


def _decorators_below(function: Function, node: ast.Call) -> list[ast.expr]:
    decorators = function.node.decorator_list
    return decorators[decorators.index(node) + 1 :] if node in decorators else decorators


def _has_instance(function: Function, *, bound: bool) -> bool:
    """Whether the first parameter is filled: a bound method, or a method of a class-based view."""
    if function.owner is None or not (function.node.args.posonlyargs or function.node.args.args):
        return False
    names = [source_of(function.module, d, 60) for d in function.node.decorator_list]
    if "staticmethod" in names:
        return False
    decorators = [source_of(function.module, d, 60) for d in function.owner.node.decorator_list]
    return bound or any(word in decorator for decorator in decorators for word in _CBV)


def declare_operation(wiring: Wiring, draft: Draft, router: Router, callee: Callee) -> Operation:
    """The path operation that a record stands for, read with the prefix of its own router."""
    options = draft.options
    names = frozenset(compile_template(f"{router.prefix or ''}{draft.path or ''}").names)
    return Operation(
        router=router,
        kind=draft.kind,
        methods=draft.methods,
        path=draft.path,
        node=draft.node,
        module=draft.environment.module,
        order=draft.order,
        handler=callee.function.qualname if callee.function is not None else callee.name,
        function=callee.function,
        keywords=options.keywords,
        tags=options.tags,
        dependencies=read_dependencies(wiring, options.dependencies, "operation", names),
        parameters=read_parameters(wiring, callee.arguments, draft.kind, names),
        status_code=options.status_code,
        response_model=_response_model(draft, callee),
        is_deprecated=options.is_deprecated,
        in_schema=draft.kind == "http" and options.in_schema,
        is_conditional=draft.is_conditional,
    )


def mount_operation(joined: Joined, router: Router) -> Operation:
    """A mount as an entry of the route table."""
    given = joined.options.keywords.get("app") or next(iter(joined.node.args[1:2]), None)
    return Operation(
        router=router,
        kind="mount",
        methods=(),
        path=joined.prefix,
        node=joined.node,
        module=joined.environment.module,
        order=joined.order,
        handler=source_of(joined.environment.module, given, 60) if given is not None else "?",
        function=None,
        in_schema=False,
        is_conditional=joined.is_conditional,
    )


def read_parameters(
    wiring: Wiring, arguments: tuple[Argument, ...], kind: str, names: frozenset[str]
) -> tuple[Parameter, ...]:
    """The parameters of a handler behind a path with these placeholders; Starlette's own routes have none."""
    return () if kind in {"starlette", "mount"} else Reader(wiring.project, names).parameters(arguments)


def _response_model(draft: Draft, callee: Callee) -> str | None:
    given = draft.options.keywords.get("response_model")
    if given is not None:
        return None if literal(given) is None else source_of(draft.environment.module, given)
    if callee.function is None or callee.function.node.returns is None:
        return None
    return source_of(callee.function.module, callee.function.node.returns)
