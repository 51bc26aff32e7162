"""A route is added to a router after the router was included."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project import tree
from maestro_knowledge.project.application import Inclusion, Operation
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.project.versions import at_least
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Ask, Hop, Report
from maestro_knowledge.review.view import View

RULE = Rule(id="RTE212", name="added-after-inclusion", severity="error", fix="suggest")

_METHODS = frozenset(
    {"get", "post", "put", "patch", "delete", "head", "options", "api_route", "websocket"}
    | {"include_router", "add_api_route", "add_api_websocket_route"}
)
_LIVE = "0.137.0"  # since then an included router is asked at every request


def check(project: Project, view: View) -> Iterator[Report | Ask]:
    """Reports what a router gets after its routes were copied, where FastAPI still copies them."""
    is_live = _is_live(project)
    if is_live is None:
        yield from _asks(project, view)
    elif not is_live:
        # What is served by nothing is no operation of the project: here it is missing as it is at run time.
        known = {one.node for one in project.operations} | {one.node for one in project.inclusions}
        last = _last_inclusions(project)
        routers = {router.node: last[router.id] for router in project.routers if router.id in last}
        for module in project.modules:
            for call in _registrations(module):
                target = view.target(module, getattr(call.func, "value", None))
                before = routers.get(target.node) if target is not None and target.node is not None else None
                if before is not None and call not in known and _comes_later(module, call, before):
                    yield _report(module, call, before)


def _registrations(module: Module) -> Iterator[ast.Call]:
    """The calls at module level that could register something, decorators or statements."""
    for call in module.nodes.get(ast.Call, ()):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in _METHODS:
            statement = tree.parent(call)
            if statement is not None and tree.parent(statement) is module.tree:
                yield call


def _comes_later(module: Module, call: ast.Call, before: Inclusion) -> bool:
    return before.module is not module or call.lineno > before.node.lineno


def _asks(project: Project, view: View) -> Iterator[Ask]:
    last = _last_inclusions(project)
    asked = set()
    added: list[Operation | Inclusion] = [*project.operations, *project.inclusions]
    for late in added:
        router = late.router.id if isinstance(late, Operation) else late.parent
        before = last.get(router)
        if before is None or router in asked or before.order >= late.order or late.kind == "mount":
            continue
        if before is not late and not before.is_conditional and not late.is_conditional:
            asked.add(router)
            yield _ask(view, late, before)


def _is_live(project: Project) -> bool | None:
    """Whether the version that is surely used asks included routers; None where it is not known."""
    known = project.versions.get("fastapi")
    return at_least(project.versions, "fastapi", _LIVE) if known is not None and known.version else None


def _last_inclusions(project: Project) -> dict[str, Inclusion]:
    """Of each router its last inclusion: what comes before that is not late."""
    found: dict[str, Inclusion] = {}
    for inclusion in project.inclusions:
        if inclusion.kind == "include" and inclusion.child != "?":
            known = found.get(inclusion.child)
            if known is None or inclusion.order > known.order:
                found[inclusion.child] = inclusion
    return found


def _name(late: Operation | Inclusion) -> str:
    if isinstance(late, Operation):
        return f"`{'/'.join(late.methods) or 'WEBSOCKET'} {late.path}`"
    return "A router"


def _report(module: Module, call: ast.Call, before: Inclusion) -> Report:
    shown = ast.unparse(call.func)
    path = ast.unparse(call.args[0]) if call.args else ""
    return Report(
        module,
        call,
        f"`{shown}({path})` comes after its router was included: what it adds is served nowhere.",
        subject=f"{shown} {path}",
        hops=(Hop(before.module, before.node, "the routes are copied here"),),
        fix="Include the router after its last route, or update to FastAPI 0.137.",
    )


def _ask(view: View, late: Operation | Inclusion, before: Inclusion) -> Ask:
    line = view.lines(before.module).place(before.node)[0]
    return Ask(
        asks=f"{_name(late)} is added to a router that was included before. Does this run on FastAPI 0.137 "
        "or newer? With an older one it is missing.",
        looked_for="the FastAPI version that is installed, locked or pinned",
        looked_in=("the virtual environment", "lock files", "pyproject.toml", "requirements.txt"),
        seen_near=(f"{before.module.path}:{line} {view.source(before.module, before.node)[:100]}",),
        module=late.module,
        node=late.node,
    )
