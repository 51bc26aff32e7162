"""An attribute is read after the commit that has expired it."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.model import ModelClass
from maestro_knowledge.project.symbols import Class, Function, Module
from maestro_knowledge.project.tree import keywords_of, literal
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.view import View

RULE = Rule(
    id="DBS205",
    name="expired-after-commit",
    severity="error",
    confidence="medium",
    fix="suggest",
    preview=True,
)

_FACTORIES = frozenset({"sqlalchemy.ext.asyncio.async_sessionmaker"})
_SESSIONS = ("sqlalchemy.ext.asyncio.AsyncSession", "sqlmodel.ext.asyncio.session.AsyncSession")
NEEDS = Needs(calls=_FACTORIES)


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each factory that lets commits expire its objects, where one is read afterwards."""
    for node, _ in view.calls_to(module, _FACTORIES):
        named = keywords_of(node)
        if any(one.arg is None for one in node.keywords):
            continue
        if "expire_on_commit" in named and literal(named["expire_on_commit"]) is not True:
            continue
        place = view.once("dbs.expired_after_commit", lambda: _read_after_commit(view))
        if place is None:
            continue
        hop, what = place
        yield Report(
            module,
            node,
            f"`{ast.unparse(node.func)}(…)` expires objects on commit, and `{what}` is read after one.",
            subject=what,
            hops=(hop,),
            edits=_edits(view, module, node),
        )


def _read_after_commit(view: View) -> tuple[Hop, str] | None:
    """The first place where a row's attribute, or the row as the answer, is read after `commit()`."""
    tables = {model.cls: model for model in view.project.models if model.kind in {"sqlalchemy", "table"}}
    for module in view.project.modules:
        if not module.in_scope or module.is_test:
            continue
        for function in module.functions:
            if function.is_async and (found := _in_function(view, function, tables)) is not None:
                return found
    return None


def _in_function(view: View, function: Function, tables: dict[Class, ModelClass]) -> tuple[Hop, str] | None:
    commits = [node for node in function.scope.nodes if _is_call(view, function, node, "commit")]
    if not commits:
        return None
    first = min(node.lineno for node in commits if isinstance(node, ast.Call))
    refreshed = {
        one.id
        for node in function.scope.nodes
        if isinstance(node, ast.Call) and _is_call(view, function, node, "refresh")
        for one in node.args
        if isinstance(one, ast.Name)
    }
    for node in function.scope.nodes:
        if not isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Load) or node.lineno <= first:
            continue
        owner = node.value
        if not isinstance(owner, ast.Name) or owner.id in refreshed or not _is_behind(view, node, commits):
            continue
        what = view.type(function.module, owner)
        model = (
            tables.get(what.cls) if what is not None and what.cls is not None and not what.is_class else None
        )
        if model is not None and any(field.name == node.attr for field in model.fields):
            return Hop(function.module, node, "read after the commit"), ast.unparse(node)
    return None


def _is_behind(view: View, node: ast.AST, commits: list[ast.AST]) -> bool:
    """Whether a commit stands in the same block as the place, or in one around it."""
    chain = {node}
    around = view.parent(node)
    while around is not None:
        chain.add(around)
        around = view.parent(around)
    for commit in commits:
        statement: ast.AST | None = commit
        while statement is not None and not isinstance(statement, ast.stmt):
            statement = view.parent(statement)
        block = view.parent(statement) if statement is not None else None
        if block in chain and getattr(commit, "lineno", 0) < getattr(node, "lineno", 0):
            return True
    return False


def _is_call(view: View, function: Function, node: ast.AST, method: str) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == method
        and view.is_a(view.type(function.module, node.func.value), *_SESSIONS)
    )


def _edits(view: View, module: Module, node: ast.Call) -> tuple[Edit, ...]:
    given = keywords_of(node).get("expire_on_commit")
    if given is not None:
        return (view.replace(module, given, "False"),)
    parts: list[ast.AST] = [*node.args, *node.keywords]
    if not parts:
        return ()
    last = max(parts, key=lambda one: view.lines(module).offsets(one)[1])
    return (view.insert_after(module, last, ", expire_on_commit=False"),)
