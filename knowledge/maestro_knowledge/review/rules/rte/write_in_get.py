"""A GET path operation changes what is stored."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.application import Operation
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.rte._parameters import BODYLESS
from maestro_knowledge.review.view import View

RULE = Rule(id="RTE218", name="write-in-get", severity="warning", confidence="medium", preview=True)

_SESSIONS = (
    "sqlalchemy.orm.Session", "sqlalchemy.ext.asyncio.AsyncSession", "sqlmodel.Session",
    "sqlmodel.ext.asyncio.session.AsyncSession", "sqlalchemy.orm.scoped_session",
)  # fmt: skip
_SESSION_WRITES = frozenset(
    {"add", "add_all", "delete", "merge", "bulk_save_objects", "bulk_insert_mappings"}
)
_STATEMENTS = frozenset(
    f"{package}.{name}" for package in ("sqlalchemy", "sqlmodel") for name in ("insert", "update", "delete")
)
_DOCUMENT_WRITES = frozenset(
    {"insert_one", "insert_many", "update_one", "update_many", "delete_one", "delete_many", "replace_one"}
    | {"find_one_and_delete", "find_one_and_update", "find_one_and_replace"}
)
# What others send a browser to, or a person by a link in a mail, can only be a GET.
_LINKS = Pattern(
    r"callback|oauth|oidc|sso|saml|verify|confirm|activate|unsubscribe|invit|login|logout|redirect|track|magic",
    re.IGNORECASE,
)
_DEPTH = 2


def check(operation: Operation, view: View) -> Iterator[Report]:
    """Reports the first write that a path operation makes, itself or by way of what it calls."""
    function = operation.function
    if function is None or operation.kind != "http" or not set(operation.methods) <= BODYLESS:
        return
    paths = [route.path or "" for route in view.routes(function)]
    if any(_LINKS.search(name) for name in [*paths, function.name]):
        return
    for node in function.scope.nodes:
        if not isinstance(node, ast.Call):
            continue
        shown, hops = _write(view, function, node, _DEPTH)
        if shown:
            yield Report(
                function.module,
                node,
                f"`{function.name}` answers GET and changes what is stored: `{shown}`.",
                subject=f"{function.qualname} {shown}",
                hops=hops,
            )
            return


def _write(view: View, function: Function, node: ast.Call, depth: int) -> tuple[str, tuple[Hop, ...]]:
    """What the call writes with, and the way there."""
    shown = _direct(view, function, node)
    if shown or not depth:
        return shown, ()
    called = _called(view, function, node)
    if called is None or called is function or view.is_handler(called):
        return "", ()
    for inner in called.scope.nodes:
        if isinstance(inner, ast.Call):
            shown, hops = _write(view, called, inner, depth - 1)
            if shown:
                return shown, (Hop(called.module, inner, f"in `{called.name}`"), *hops)
    return "", ()


def _called(view: View, function: Function, node: ast.Call) -> Function | None:
    """The function of the project that is called, or handed to the background."""
    target = view.target(function.module, node.func)
    if target is not None and target.function is not None:
        return target.function
    if isinstance(node.func, ast.Attribute) and node.func.attr == "add_task" and node.args:
        target = view.target(function.module, node.args[0])
        return target.function if target is not None else None
    return None


def _direct(view: View, function: Function, node: ast.Call) -> str:
    if not isinstance(node.func, ast.Attribute):
        return ""
    method, owner = node.func.attr, view.type(function.module, node.func.value)
    if method in _DOCUMENT_WRITES:
        return ast.unparse(node.func)
    if not view.is_a(owner, *_SESSIONS):
        return ""
    if method in _SESSION_WRITES:
        return ast.unparse(node.func)
    if method in {"execute", "exec"} and node.args and _is_writing(view, function, node.args[0]):
        return ast.unparse(node.func)
    return ""


def _is_writing(view: View, function: Function, node: ast.expr) -> bool:
    """Whether the statement is made of `insert`, `update` or `delete`."""
    while isinstance(node, ast.Call | ast.Attribute):
        if isinstance(node, ast.Call) and view.name(function.module, node.func) in _STATEMENTS:
            return True
        node = node.func if isinstance(node, ast.Call) else node.value
    return False
