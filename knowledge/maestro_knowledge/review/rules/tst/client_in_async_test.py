"""`TestClient` inside `async def` tests."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.tst._testing import CLIENT, is_fixture, is_test, is_testing, type_of
from maestro_knowledge.review.view import View

RULE = Rule(id="TST304", name="client-in-async-test", severity="warning", preview=True, tests=True)

_VERBS = frozenset(
    {"get", "post", "put", "patch", "delete", "head", "options", "request", "stream", "websocket_connect"}
)


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports the first request that a coroutine of the tests sends with the synchronous client."""
    module = function.module
    if not function.is_async or not is_testing(module):
        return
    if not (is_test(function) or is_fixture(view, function)):
        return
    for node in function.scope.nodes:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr in _VERBS and view.is_a(type_of(view, module, node.func.value), CLIENT):
            yield Report(
                module,
                node,
                f"`{function.name}` is a coroutine and calls `TestClient`, which blocks its loop.",
                subject=function.qualname,
            )
            return
