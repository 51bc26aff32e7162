"""A POST operation that creates something answers 200."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.application import Operation
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.rsp._answers import is_response, returns_of
from maestro_knowledge.review.rules.rsp._edits import add_argument
from maestro_knowledge.review.rules.rsp._spelling import spelled
from maestro_knowledge.review.view import View

RULE = Rule(id="RSP412", name="created-without-201", severity="info", fix="safe")

_CREATING = Pattern(
    r"(?:api_|post_|handle_|async_|do_)*(?:create|add|register|insert|new|signup|sign_up)(?:_|$)"
)
_ACTION = Pattern(r"token|login|session|search|query|job|task|report|preview|checkout|payment_?intent|to_")
_INSERTING = frozenset({"insert_one", "insert_many", "add_all", "bulk_create", "insert", "insert_row"})
_SQL = Pattern(r"\binsert\s+into\b", re.IGNORECASE)
_DEPTH = 2


def check(operation: Operation, view: View) -> Iterator[Report]:
    """Reports each POST with a creating name and a visible insert that says nothing of its status."""
    function = operation.function
    if function is None or operation.methods != ("POST",) or operation.kind != "http":
        return
    # One function behind several routes, and options from elsewhere, are not decided here.
    if "status_code" in operation.keywords or len(view.operations(function)) > 1:
        return
    if any(one.arg is None for one in operation.node.keywords):
        return
    name = function.name.lower().lstrip("_")
    if not _CREATING.match(name) or _ACTION.search(name) or not _inserts(view, function, _DEPTH):
        return
    if _sets_status(function) or any(
        is_response(view, function.module, node.value) for node in returns_of(view, function) if node.value
    ):
        return
    if operation.module is not function.module or operation.node not in function.node.decorator_list:
        return
    yield Report(
        operation.module,
        operation.node,
        f"`{function.name}` creates something and answers 200.",
        subject=function.name,
        edits=(_created(view, operation),),
    )


def _created(view: View, operation: Operation) -> Edit:
    text = f"status_code={spelled(view, operation.module, 201, operation.node)}"
    return add_argument(view, operation.module, operation.node, text)


def _inserts(view: View, function: Function, depth: int) -> bool:
    """Whether a row is added and committed, or inserted, here or in a function called here."""
    called = {
        node.func.attr
        for node in function.scope.nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    if called & _INSERTING or {"add", "commit"} <= called or {"add", "flush"} <= called:
        return True
    texts = (node.value for node in function.scope.nodes if isinstance(node, ast.Constant))
    if any(isinstance(text, str) and _SQL.search(text) for text in texts):
        return True
    if any(
        isinstance(node, ast.Call) and view.name(function.module, node.func) in _BUILDERS
        for node in function.scope.nodes
    ):
        return True
    if any(_is_kept(function, node) for node in function.scope.nodes):
        return True
    return depth > 0 and any(_inserts(view, callee, depth - 1) for callee in view.callees(function))


_BUILDERS = frozenset({"sqlalchemy.insert", "sqlalchemy.dialects.postgresql.insert", "sqlmodel.insert"})


def _is_kept(function: Function, node: ast.AST) -> bool:
    """`ITEMS[key] = item` or `ITEMS.append(item)` with a collection of the module."""
    match node:
        case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()):
            pass
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append" | "add" | "setdefault")):
            pass
        case _:
            return False
    return name not in function.scope.bindings and name in function.module.scope.bindings


def _sets_status(function: Function) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr == "status_code" and isinstance(node.ctx, ast.Store)
        for node in function.scope.nodes
    )
