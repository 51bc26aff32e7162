"""A client does not verify the certificate of the server."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.sec._sinks import built
from maestro_knowledge.review.view import View

RULE = Rule(id="SEC609", name="unverified-tls", severity="error", fix="safe")

_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request")
_LIBRARIES = ("requests", "httpx", "httpx2")
_VERIFYING = frozenset(
    {f"{library}.{verb}" for library in _LIBRARIES for verb in _VERBS}
    | {
        f"{library}.{name}"
        for library in ("httpx", "httpx2")
        for name in ("stream", "Client", "AsyncClient", "HTTPTransport", "AsyncHTTPTransport")
    }
    | {"ldap3.Tls", "boto3.client", "boto3.resource", "boto3.session.Session.client", "hvac.Client"}
)
_SESSIONS = ("requests.Session", "requests.sessions.Session")
_AIOHTTP = frozenset({"aiohttp.TCPConnector", "aiohttp.connector.TCPConnector", "aiohttp.request"})
_UNVERIFIED = frozenset({"ssl._create_unverified_context", "ssl._create_stdlib_context"})
_MEMBERS = frozenset({"verify", "check_hostname", "verify_mode", "_create_default_https_context"})
_CONTEXTS = ("ssl.SSLContext",)
NEEDS = Needs(calls=_UNVERIFIED, words=_MEMBERS | {"ssl", "verify_ssl", "cert_reqs"})


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports `verify=False`, aiohttp's `ssl=False`, `session.verify = False` and open contexts."""
    for call, name in view.calls(module):
        if name in _UNVERIFIED:
            message = (
                "`ssl._create_unverified_context` accepts any certificate, also that of somebody in between."
            )
            yield Report(module, call, message, subject="context")
            continue
        for given, how in _switched_off(view, module, call, name) if call.keywords else ():
            yield _report(module, given, how, view)
    for node in module.nodes.get(ast.Assign, ()):
        if isinstance(node, ast.Assign):
            yield from _assigned(view, module, node)


def _switched_off(view: View, module: Module, call: ast.Call, name: str) -> Iterator[tuple[ast.expr, str]]:
    """The arguments that switch verification off, and how that reads."""
    wanted: tuple[str, ...] = ("verify",) if name in _VERIFYING else ()
    wanted = ("ssl", "verify_ssl") if name in _AIOHTTP else wanted
    if not wanted and isinstance(call.func, ast.Attribute) and call.func.attr in (*_VERBS, "ws_connect"):
        kind = view.type(module, call.func.value)
        wanted = ("verify",) if view.is_a(kind, *_SESSIONS) else ()
        wanted = ("ssl", "verify_ssl") if view.is_a(kind, "aiohttp.ClientSession") else wanted
    for keyword in call.keywords:
        if keyword.arg in wanted and _is_false(_value(view, module, keyword.value)):
            yield keyword.value, f"{keyword.arg}=False"
        is_required = name.startswith("urllib3.") and keyword.arg == "cert_reqs"
        if is_required and ast.unparse(keyword.value).strip("'\"").endswith("CERT_NONE"):
            yield keyword.value, "cert_reqs=CERT_NONE"


def _assigned(view: View, module: Module, node: ast.Assign) -> Iterator[Report]:
    for target in node.targets:
        if not isinstance(target, ast.Attribute) or target.attr not in _MEMBERS:
            continue
        how = f"{ast.unparse(target)} = {ast.unparse(node.value)}"
        kind = view.type(module, target.value)
        value = view.name(module, node.value)
        is_session = target.attr == "verify" and view.is_a(kind, *_SESSIONS)
        is_context = target.attr == "check_hostname" and _is_context(view, module, target)
        if is_context and _is_false(node.value) and not _is_pinned(view, module, node):
            message = f"`{how}` accepts a certificate that was issued for somebody else."
            edits = (view.replace(module, node.value, "True"),)
            yield Report(module, node.value, message, subject=how, edits=edits)
        elif is_session and _is_false(node.value):
            yield _report(module, node.value, how, view)
        elif value == "ssl.CERT_NONE" or value in _UNVERIFIED:
            message = f"`{how}` accepts any certificate, also that of somebody in between."
            yield Report(module, node, message, subject=how)


def _is_pinned(view: View, module: Module, node: ast.Assign) -> bool:
    """Whether the same function loads the one certificate that is accepted."""
    function = view.around(module, node)
    nodes = function.scope.nodes if function else module.scope.nodes
    return any(
        isinstance(one, ast.Call)
        and isinstance(one.func, ast.Attribute)
        and one.func.attr in {"load_verify_locations", "load_cert_chain"}
        for one in nodes
    )


def _is_context(view: View, module: Module, target: ast.Attribute) -> bool:
    """Whether the holder is a context of `ssl`, made in the same function or file."""
    if view.is_a(view.type(module, target.value), *_CONTEXTS):
        return True
    made: ast.AST = built(view, module, target.value)
    held = view.target(module, target.value) if isinstance(made, ast.Name | ast.Attribute) else None
    made = held.node if held is not None and held.node is not None else made
    name = view.name(module, made.func) if isinstance(made, ast.Call) else ""
    return name in {"ssl.create_default_context", "ssl.SSLContext"}


def _value(view: View, module: Module, node: ast.expr) -> ast.expr:
    """The constant that a name of a module stands for."""
    target = view.target(module, node) if isinstance(node, ast.Name) else None
    if target is not None and target.kind == "value" and isinstance(target.node, ast.Constant):
        return target.node
    return node


def _report(module: Module, node: ast.expr, how: str, view: View) -> Report:
    message = f"`{how}` accepts any certificate, also that of somebody in between."
    return Report(module, node, message, subject=how, edits=(view.replace(module, node, "True"),))


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False
