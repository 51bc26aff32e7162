"""Registrations as they were followed → routers and path operations."""

import ast
import re
from http import HTTPStatus

from maestro_knowledge.project.application import Dependency, Inclusion, Operation, Parameter, Router
from maestro_knowledge.project.injection import Reader
from maestro_knowledge.project.signatures import (
    Argument,
    Callee,
    function_signature,
    is_transparent,
    read_callee,
)
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.project.template import compile_template
from maestro_knowledge.project.tree import keywords_of, literal, source_of
from maestro_knowledge.project.wiring.evaluating import as_list, text_of, truth
from maestro_knowledge.project.wiring.follow import Wiring
from maestro_knowledge.project.wiring.registering import argument
from maestro_knowledge.project.wiring.values import (
    Draft,
    Environment,
    Joined,
    Known,
    Referred,
    Wired,
    Written,
)

_STATUS = re.compile(r"\.HTTP_(\d{3})_")
_CBV = ("cbv", "controller", "resource", "View")


def read_tags(wiring: Wiring, node: ast.expr | None, environment: Environment) -> tuple[str, ...]:
    """The texts of a `tags=[…]` argument."""
    listed = as_list(wiring, wiring.evaluate(node, environment)) if node is not None else None
    return tuple(text for item in (listed.items if listed is not None else ()) if (text := text_of(item)))


def read_dependencies(
    wiring: Wiring, node: ast.expr | None, environment: Environment, level: str, names: frozenset[str]
) -> tuple[Dependency, ...]:
    """The dependencies of a `dependencies=[…]` argument."""
    if node is None:
        return ()
    listed = as_list(wiring, wiring.evaluate(node, environment))
    reader = Reader(wiring.project, names)
    if listed is None:
        return (reader.listed(node, environment.module, level),)
    found: list[Dependency] = []
    for number, item in enumerate(listed.items):
        if isinstance(item, Written):
            found.append(reader.listed(item.node, item.environment.module, level))
        elif isinstance(node, (ast.List, ast.Tuple)) and number < len(node.elts):
            found.append(reader.listed(node.elts[number], environment.module, level))
    return tuple(found)


def declare_router(wiring: Wiring, wired: Wired, identifier: str) -> Router:
    """The router that a record stands for."""
    tags, environment = wired.keywords.get("tags", (None, Environment(wired.module)))
    dependencies, where = wired.keywords.get("dependencies", (None, Environment(wired.module)))
    names = frozenset(compile_template(wired.prefix or "").names)
    return Router(
        id=identifier,
        module=wired.module,
        node=wired.node,
        prefix=wired.prefix,
        tags=read_tags(wiring, tags, environment),
        dependencies=read_dependencies(
            wiring, dependencies, where, "app" if wired.is_app else "router", names
        ),
        keywords={name: node for name, (node, _) in wired.keywords.items()},
        is_app=wired.is_app,
        is_assumed=wired.is_assumed,
    )


def declare_inclusion(wiring: Wiring, joined: Joined, parent: str, child: str) -> Inclusion:
    """The inclusion or mount that a record stands for."""
    keywords = keywords_of(joined.node)
    names = frozenset(compile_template(joined.prefix or "").names)
    return Inclusion(
        parent=parent,
        child=child,
        kind=joined.kind,
        prefix=joined.prefix,
        node=joined.node,
        module=joined.environment.module,
        order=joined.order,
        tags=read_tags(wiring, keywords.get("tags"), joined.environment),
        dependencies=read_dependencies(
            wiring, keywords.get("dependencies"), joined.environment, "include", names
        ),
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


def declare_operation(wiring: Wiring, draft: Draft, router: Router) -> Operation:
    """The path operation that a record stands for, read with the prefix of its own router."""
    keywords = keywords_of(draft.node)
    callee = handler_callee(wiring, draft)
    path = f"{router.prefix or ''}{draft.path or ''}"
    names = frozenset(compile_template(path).names)
    environment = draft.environment
    return Operation(
        router=router,
        kind=draft.kind,
        methods=draft.methods,
        path=draft.path,
        node=draft.node,
        module=environment.module,
        order=draft.order,
        handler=callee.function.qualname if callee.function is not None else callee.name,
        function=callee.function,
        keywords=keywords,
        tags=read_tags(wiring, keywords.get("tags"), environment),
        dependencies=read_dependencies(wiring, keywords.get("dependencies"), environment, "operation", names),
        parameters=read_parameters(wiring, callee.arguments, draft.kind, names),
        status_code=_status_code(wiring, keywords.get("status_code"), environment),
        response_model=_response_model(draft, callee),
        is_deprecated=_flag(wiring, keywords.get("deprecated"), environment) is True,
        in_schema=draft.kind == "http"
        and _flag(wiring, keywords.get("include_in_schema"), environment) is not False,
        is_conditional=draft.is_conditional,
    )


def mount_operation(joined: Joined, router: Router) -> Operation:
    """A mount as an entry of the route table."""
    given = argument(joined.node, 1, "app")
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


def _flag(wiring: Wiring, node: ast.expr | None, environment: Environment) -> bool | None:
    return truth(wiring.evaluate(node, environment)) if node is not None else None


def _status_code(wiring: Wiring, node: ast.expr | None, environment: Environment) -> int | None:
    if node is None:
        return None
    value = wiring.evaluate(node, environment)
    if isinstance(value, Known):
        return value.value if isinstance(value.value, int) else None
    if not isinstance(value, Referred):
        return None
    if (match := _STATUS.search(value.target.name)) is not None:
        return int(match.group(1))
    name = value.target.name.removeprefix("http.HTTPStatus.")
    return int(HTTPStatus[name]) if name in HTTPStatus.__members__ else None


def _response_model(draft: Draft, callee: Callee) -> str | None:
    given = keywords_of(draft.node).get("response_model")
    if given is not None:
        return None if literal(given) is None else source_of(draft.environment.module, given)
    if callee.function is None or callee.function.node.returns is None:
        return None
    return source_of(callee.function.module, callee.function.node.returns)
