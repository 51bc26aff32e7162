"""`response_model` says what the return annotation says already."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.annotations import read_annotation
from maestro_knowledge.project.application import Operation
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.rsp._edits import remove_keyword
from maestro_knowledge.review.rules.rsp._models import is_none
from maestro_knowledge.review.view import View

RULE = Rule(id="RSP403", name="repeated-response-model", severity="info", fix="safe")


def check(operation: Operation, view: View) -> Iterator[Report]:
    """Reports each `response_model` that is the return annotation once more."""
    function = operation.function
    given = operation.keywords.get("response_model")
    if function is None or given is None or function.node.returns is None or is_none(given):
        return
    keyword = next((one for one in operation.node.keywords if one.arg == "response_model"), None)
    # A function with two decorators would lose for both what one of them says.
    if keyword is None or keyword.value is not given or function.module is not operation.module:
        return
    if not _is_same(operation, given, function.node.returns, view):
        return
    yield Report(
        operation.module,
        keyword,
        f"`response_model={ast.unparse(given)}` of `{function.name}` repeats its return annotation.",
        subject=function.name,
        edits=(remove_keyword(view, operation.module, operation.node, keyword),),
    )


def _is_same(operation: Operation, given: ast.expr, returns: ast.expr, view: View) -> bool:
    if ast.dump(given) == ast.dump(returns):
        return True
    if isinstance(returns, ast.Constant) and isinstance(returns.value, str):
        return returns.value.strip() == ast.unparse(given)
    left = read_annotation(view.project, operation.module, given)
    right = read_annotation(view.project, operation.module, returns)
    # `Any` and unions lose their parts on the way, and what is not known equals nothing.
    if left is None or right is None or "?" in repr(left) or left.name in {"typing.Any", "typing.Union"}:
        return False
    return left == right and left.cls is right.cls
