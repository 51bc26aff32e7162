"""A client does not verify the certificate of the server."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.view import View

RULE = Rule(id="SEC609", name="unverified-tls", severity="error", fix="safe")

_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request")
_VERIFYING = frozenset(
    {f"{library}.{verb}" for library in ("requests", "httpx") for verb in _VERBS}
    | {"httpx.stream", "httpx.Client", "httpx.AsyncClient", "httpx.HTTPTransport", "httpx.AsyncHTTPTransport"}
)
_SESSIONS = ("requests.Session", "requests.sessions.Session")
_AIOHTTP = frozenset({"aiohttp.TCPConnector", "aiohttp.connector.TCPConnector"})


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports `verify=False`, aiohttp's `ssl=False` and `session.verify = False`."""
    for call, name in view.calls(module):
        wanted = "verify" if name in _VERIFYING else "ssl" if name in _AIOHTTP else ""
        if not wanted and isinstance(call.func, ast.Attribute) and call.func.attr in _VERBS:
            kind = view.type(module, call.func.value)
            wanted = "verify" if view.is_a(kind, *_SESSIONS) else ""
            wanted = "ssl" if view.is_a(kind, "aiohttp.ClientSession") else wanted
        given = next((keyword.value for keyword in call.keywords if keyword.arg == wanted), None)
        if wanted and given is not None and _is_false(given):
            yield _report(module, given, f"{wanted}=False", view)
    for node in module.nodes.get(ast.Assign, ()):
        if not isinstance(node, ast.Assign) or not _is_false(node.value):
            continue
        for target in node.targets:
            if not isinstance(target, ast.Attribute) or target.attr != "verify":
                continue
            if view.is_a(view.type(module, target.value), *_SESSIONS):
                yield _report(module, node.value, f"{ast.unparse(target)} = False", view)


def _report(module: Module, node: ast.expr, how: str, view: View) -> Report:
    message = f"`{how}` accepts any certificate, also that of somebody in between."
    return Report(module, node, message, subject=how, edits=(view.replace(module, node, "True"),))


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False
