"""A router with path operations is included nowhere."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.application import Inclusion, Router
from maestro_knowledge.project.model import Project
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Ask
from maestro_knowledge.review.view import View

RULE = Rule(id="RTE213", name="router-never-included", severity="question")

# With these a router can be found that no file names.
_DYNAMIC = frozenset(
    {"importlib.import_module", "pkgutil.iter_modules", "pkgutil.walk_packages", "builtins.__import__"}
    | {"importlib.metadata.entry_points", "pkg_resources.iter_entry_points", "builtins.vars"}
    | {"builtins.globals", "stevedore.ExtensionManager"}
)
_MOST = 5


def check(project: Project, view: View) -> Iterator[Ask]:
    """Asks about each router whose path operations no application of the project serves."""
    apps = [app for app in project.apps if not app.is_assumed and not app.module.is_test]
    if not apps or any(inclusion.child == "?" for inclusion in project.inclusions):
        return
    used = {operation.router.id for operation in project.operations}
    included = {inclusion.child for inclusion in project.inclusions}
    left = [
        router
        for router in project.routers
        if router.id in used - included and not (router.is_app or router.is_assumed)
        if router.module.in_scope and not router.module.is_test and not _is_handed_on(view, router)
    ]
    if left and not any(True for module in project.modules for _ in view.calls_to(module, _DYNAMIC)):
        yield from (_ask(view, router, project) for router in left)


def _ask(view: View, router: Router, project: Project) -> Ask:
    paths = [operation.path or "?" for operation in project.operations if operation.router is router]
    return Ask(
        asks=f"I found no `include_router` for the router `{router.id.rpartition(':')[2]}` with "
        f"{', '.join(f'`{path}`' for path in paths[:3])}. Is it included somewhere else?",
        looked_for="include_router and mount calls that name it",
        looked_in=tuple(sorted({module.path for module in project.modules if not module.is_test})[:20]),
        seen_near=tuple(_shown(view, one) for one in project.inclusions[:_MOST]),
        module=router.module,
        node=router.node,
    )


def _shown(view: View, inclusion: Inclusion) -> str:
    line = view.lines(inclusion.module).place(inclusion.node)[0]
    return f"{inclusion.module.path}:{line} {view.source(inclusion.module, inclusion.node)[:100]}"


def _is_handed_on(view: View, router: Router) -> bool:
    """Whether the router is given to a function, or put into a list or dictionary."""
    return router.node in view.once("rte.handed_on", lambda: _handed_on(view))


def _handed_on(view: View) -> frozenset[ast.AST]:
    """The calls that made the routers which somebody hands on."""
    nodes = {router.node for router in view.project.routers}
    names = {router.id.rpartition(":")[2].rpartition(".")[2] for router in view.project.routers}
    found: set[ast.AST] = set()
    for module in view.project.modules:
        for node in module.nodes.get(ast.Name, []) + module.nodes.get(ast.Attribute, []):
            if getattr(node, "attr", getattr(node, "id", "")) in names and _is_handing(view, node):
                target = view.target(module, node)
                if target is not None and target.node in nodes:
                    found.add(target.node)
    return frozenset(found)


def _is_handing(view: View, node: ast.AST) -> bool:
    above = view.parent(node)
    if isinstance(above, ast.Call):
        return node is not above.func
    return isinstance(
        above, ast.List | ast.Tuple | ast.Set | ast.Dict | ast.Return | ast.Starred | ast.keyword
    )
