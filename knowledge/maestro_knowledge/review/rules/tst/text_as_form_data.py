"""`data=` with text or bytes in a test client's call."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Module, Type
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.aut._tokens import value_of
from maestro_knowledge.review.rules.tst._testing import CLIENT, is_testing, type_of
from maestro_knowledge.review.rules.upg._editing import renamed_keyword
from maestro_knowledge.review.view import View

RULE = Rule(id="TST305", name="text-as-form-data", severity="warning", fix="safe", tests=True)

_CLIENTS = (CLIENT, "httpx.Client", "httpx.AsyncClient", "httpx2.Client", "httpx2.AsyncClient")
_VERBS = frozenset({"post", "put", "patch", "request", "stream", "delete"})
_TEXTS = ("builtins.str", "builtins.bytes")
_TEXT_CALLS = frozenset(
    {"json.dumps", "orjson.dumps", "builtins.str", "builtins.bytes", "urllib.parse.urlencode"}
)
_TEXT_METHODS = frozenset({"encode", "model_dump_json", "decode", "read_text", "read_bytes"})
NEEDS = Needs(words=frozenset({"data"}))


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each request whose raw body is given as form data."""
    if not is_testing(module):
        return
    for keyword in module.nodes.get(ast.keyword, ()):
        if not isinstance(keyword, ast.keyword) or keyword.arg != "data":
            continue
        call = view.parent(keyword)
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        if call.func.attr not in _VERBS or any(one.arg in {"content", "files"} for one in call.keywords):
            continue
        if _is_client(view, type_of(view, module, call.func.value)) and _is_text(view, module, keyword.value):
            yield Report(
                module,
                keyword,
                f"`data=` of `{call.func.attr}` is given text or bytes: a raw body is `content=`.",
                subject=view.source(module, keyword.value)[:60],
                edits=(renamed_keyword(view, module, keyword, "content"),),
            )


def _is_client(view: View, what: Type | None) -> bool:
    return view.is_a(what, *_CLIENTS)


def _is_text(view: View, module: Module, node: ast.expr) -> bool:
    value = value_of(view, module, node) or node
    if isinstance(value, ast.Constant):
        return isinstance(value.value, str | bytes)
    if isinstance(value, ast.JoinedStr):
        return True
    if isinstance(value, ast.Call):
        if view.name(module, value.func) in _TEXT_CALLS:
            return True
        if isinstance(value.func, ast.Attribute) and value.func.attr in _TEXT_METHODS:
            return True
    return view.is_a(view.type(module, value), *_TEXTS)
