"""Where an application includes its routers: the place that a new one is wired in."""

import ast
from collections import Counter
from collections.abc import Sequence

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.project.application import App, Inclusion, Router
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import FunctionNode, Module
from maestro_knowledge.project.tree import ancestors


@dataclass(frozen=True, slots=True)
class Joint:
    """A statement of a module behind which calls on `variable` can be added.

    `inherited` is the path that everything included there begins with (None: not known), `keyword` the source
    of the `prefix=` that all inclusions there share, and that is part of it.
    """

    module: Module
    anchor: ast.stmt
    variable: str
    inherited: str | None = ""
    keyword: str = ""
    has_includes: bool = False

    @property
    def function(self) -> FunctionNode | None:
        """The function that the statement stands in, if it is one."""
        around = (
            node
            for node in ancestors(self.anchor)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        )
        return next(around, None)


def find_creation(app: App) -> Joint | None:
    """The statement that makes the application and gives it a name."""
    statement = _statement(app.node)
    name = _assigned(statement)
    home = _home_of(app, statement)
    if name and home is not None:
        return Joint(home, statement, name)
    if app.factory is None:
        return None
    for candidate in app.module.tree.body:
        value = candidate.value if isinstance(candidate, (ast.Assign, ast.AnnAssign)) else None
        if (
            isinstance(value, ast.Call)
            and ast.unparse(value.func) == app.factory.name
            and _assigned(candidate)
        ):
            return Joint(app.module, candidate, _assigned(candidate))
    return None


def makes_app(project: Project, module: Module) -> bool:
    """Whether the application is made in this module, or by a factory that lies there."""
    return any(module in _modules_of(app) for app in project.apps)


def _modules_of(app: App) -> tuple[Module, ...]:
    """The module that a server is told, and that of the factory which it calls."""
    return (app.module, app.factory.module) if app.factory is not None else (app.module,)


def _home_of(app: App, statement: ast.stmt) -> Module | None:
    """The module that a statement stands in: a factory may be called from another than its own."""
    *_, root = (statement, *ancestors(statement))
    return next((module for module in _modules_of(app) if module.tree is root), None)


def find_joints(project: Project, app: App) -> list[Joint]:
    """The places for a new router, the best first: an aggregating router, the application itself."""
    found: list[Joint] = []
    for router in _aggregators(project, app):
        joint = _behind_includes(project, router, _path_to(project, app, router))
        if joint is not None:
            found.append(joint)
    own = _behind_includes(project, app.router, "")
    created = find_creation(app)
    return [*found, *(joint for joint in (own, created) if joint is not None)]


def _aggregators(project: Project, app: App) -> list[Router]:
    """The routers that the application includes and that include others, the busiest first."""
    children: Counter[str] = Counter()
    for inclusion in project.inclusions:
        if inclusion.kind == "include" and not inclusion.is_conditional:
            children[inclusion.parent] += 1
    reached = {app.router.id}
    while more := {i.child for i in project.inclusions if i.parent in reached} - reached:
        reached |= more
    routers = [r for r in project.routers if not r.is_app and r.id in reached and children[r.id]]
    return sorted(routers, key=lambda router: (-children[router.id], router.id))


def _path_to(project: Project, app: App, router: Router) -> str | None:
    """What everything included in the router begins with; None where a part of it is not known."""
    path: str | None = router.prefix
    current = router.id
    for _ in range(20):
        if path is None:
            return None
        above = next((i for i in project.inclusions if i.child == current), None)
        if above is None or above.prefix is None:
            return None
        path = above.prefix + path
        if above.parent == app.router.id:
            return path
        parent = next((r for r in project.routers if r.id == above.parent), None)
        if parent is None or parent.prefix is None:
            return None
        path, current = parent.prefix + path, parent.id
    return None


def _behind_includes(project: Project, router: Router, inherited: str | None) -> Joint | None:
    inclusions = [
        inclusion
        for inclusion in project.inclusions
        if inclusion.parent == router.id
        and inclusion.kind == "include"
        and not inclusion.is_conditional
        and isinstance(inclusion.node.func, ast.Attribute)
    ]
    if not inclusions:
        return None
    last = inclusions[-1]
    if not isinstance(last.node.func, ast.Attribute):
        return None
    keyword, value = _shared_prefix(project, inclusions)
    if keyword:
        inherited = None if inherited is None or value is None else inherited + value
    return Joint(
        last.module,
        _statement(last.node),
        ast.unparse(last.node.func.value),
        inherited,
        keyword,
        has_includes=True,
    )


def _shared_prefix(project: Project, inclusions: Sequence[Inclusion]) -> tuple[str, str | None]:
    """The `prefix=` that all inclusions give, where it is not what tells their paths apart."""
    own = {router.id: router.prefix for router in project.routers}
    if any(not own.get(inclusion.child) for inclusion in inclusions):
        return "", ""
    sources = {_prefix_source(inclusion) for inclusion in inclusions}
    if len(sources) != 1:
        return "", ""
    source = sources.pop()
    return (source, inclusions[0].prefix) if source else ("", "")


def _prefix_source(inclusion: Inclusion) -> str:
    return next(
        (
            ast.get_source_segment(inclusion.module.text, keyword.value) or ast.unparse(keyword.value)
            for keyword in inclusion.node.keywords
            if keyword.arg == "prefix"
        ),
        "",
    )


def _statement(node: ast.AST) -> ast.stmt:
    """The statement around a node that stands directly in a function or module."""
    statement: ast.AST = node
    for around in (node, *ancestors(node)):
        if (
            isinstance(around, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Module, ast.ClassDef))
            and around is not node
        ):
            break
        statement = around
    if not isinstance(statement, ast.stmt):
        raise TypeError("a call that stands in no statement")
    return statement


def _assigned(statement: ast.stmt) -> str:
    """The one name that a statement assigns."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case _:
            return ""
