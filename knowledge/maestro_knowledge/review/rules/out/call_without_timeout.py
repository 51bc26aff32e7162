"""An outgoing call waits for its answer without a limit."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.project.tree import keywords_of
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.out._values import constant
from maestro_knowledge.review.view import View

RULE = Rule(id="OUT101", name="call-without-timeout", severity="error", umbrella=("API006",), fix="unsafe")

_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request")
_SESSION_CALLS = frozenset(f"requests.Session.{verb}" for verb in (*_VERBS, "send"))
_POOL_CALLS = frozenset(
    f"{pool}.{verb}"
    for pool in ("urllib3.PoolManager", "urllib3.ProxyManager")
    for verb in ("request", "urlopen", "request_encode_body", "request_encode_url")
)
_URLOPEN = frozenset({"urllib.request.urlopen", "urllib.request.OpenerDirector.open"})
# Where the limit stands if it is given by position.
_POSITIONS = {
    **dict.fromkeys(_URLOPEN, 2),
    **{f"requests.{verb}": 99 for verb in _VERBS},
    **dict.fromkeys(_SESSION_CALLS, 99),
    "requests.Session.request": 8,
    **dict.fromkeys(_POOL_CALLS, 99),
    "urllib3.request": 99,
}
_HTTPX = ("httpx", "httpx2")
# These wait five seconds unless they are told not to; `stream` may well have no end.
_LIMITED = frozenset(
    f"{package}.{name}"
    for package in _HTTPX
    for name in (
        *_VERBS, "Client", "AsyncClient",
        *(f"{client}.{verb}" for client in ("Client", "AsyncClient") for verb in _VERBS),
    )
)  # fmt: skip
_TIMEOUTS = frozenset(f"{package}.Timeout" for package in _HTTPX)
NEEDS = Needs(calls=frozenset(_POSITIONS) | _LIMITED | _TIMEOUTS | {"aiohttp.ClientTimeout"})


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each call that never gives up: by default, or because it is told so."""
    for node, name in view.calls(module):
        if name in _POSITIONS:
            yield from _unlimited(view, module, node, name)
        elif name in _LIMITED or name in _TIMEOUTS or name == "aiohttp.ClientTimeout":
            yield from _switched_off(view, module, node, name)


def _unlimited(view: View, module: Module, node: ast.Call, name: str) -> Iterator[Report]:
    """A call that waits for ever unless it is given a limit."""
    if any(keyword.arg is None for keyword in node.keywords) or any(
        isinstance(one, ast.Starred) for one in node.args
    ):
        return
    position = _POSITIONS[name]
    given = keywords_of(node).get("timeout") or (node.args[position] if position < len(node.args) else None)
    if given is not None and constant(view, module, given) is not None:
        return
    if given is None and _is_limited_elsewhere(view, module, node, name):
        return
    yield _report(view, module, node, given, "waits without a timeout")


def _is_limited_elsewhere(view: View, module: Module, node: ast.Call, name: str) -> bool:
    """Whether a limit may be set on the session, by its adapter, by a wrapper, or for all sockets."""
    if name in _URLOPEN:
        return view.once("out.call_without_timeout", lambda: _has_default_timeout(view, view.project))
    if name not in _SESSION_CALLS | _POOL_CALLS or not isinstance(node.func, ast.Attribute):
        return False
    owner = view.type(module, node.func.value)
    if owner is None or owner.cls is not None:
        return True
    made = _maker(view, module, node.func.value)
    if name in _POOL_CALLS:
        return made is None or "timeout" in keywords_of(made) or any(one.arg is None for one in made.keywords)
    return _is_adapted(view, node.func.value)


def _maker(view: View, module: Module, node: ast.expr) -> ast.Call | None:
    """The call that made the value of a name."""
    if isinstance(node, ast.Call):
        return node
    target = view.target(module, node)
    return target.node if target is not None and isinstance(target.node, ast.Call) else None


def _is_adapted(view: View, session: ast.expr) -> bool:
    """Whether a session of this name gets an adapter, or another `request`, anywhere in the project."""
    name = session.attr if isinstance(session, ast.Attribute) else getattr(session, "id", "")
    return any(
        isinstance(node, ast.Attribute)
        and (node.attr == "mount" or (node.attr in {"request", "send"} and isinstance(node.ctx, ast.Store)))
        and _last_name(node.value) == name
        for module in view.project.modules
        for node in module.nodes.get(ast.Attribute, ())
    )


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _has_default_timeout(view: View, project: Project) -> bool:
    return any(
        name == "socket.setdefaulttimeout" for module in project.modules for _, name in view.calls(module)
    )


def _switched_off(view: View, module: Module, node: ast.Call, name: str) -> Iterator[Report]:
    """A call whose own limit is taken away: `timeout=None`, `Timeout(None)`, `ClientTimeout(total=None)`."""
    named = keywords_of(node)
    if name == "aiohttp.ClientTimeout":
        given = named.get("total") or (node.args[0] if node.args else None)
        alone = given is not None and len(named) + len(node.args) == 1
    elif name in _TIMEOUTS:
        given = named.get("timeout") or (node.args[0] if node.args else None)
        # `Timeout(None, connect=5)` has been thought about.
        alone = given is not None and len(named) + len(node.args) == 1
    else:
        given = named.get("timeout")
        alone = given is not None
    if alone and constant(view, module, given) is None:
        yield _report(view, module, node, given, "has its timeout switched off")


def _report(view: View, module: Module, node: ast.Call, given: ast.expr | None, what: str) -> Report:
    shown = ast.unparse(node.func)
    function = view.around(module, node)
    where = f" in `{function.name}`" if function else ""
    return Report(
        module, node, f"`{shown}(…)`{where} {what}.", subject=shown, edits=_edits(view, module, node, given)
    )


def _edits(view: View, module: Module, node: ast.Call, given: ast.expr | None) -> tuple[Edit, ...]:
    if given is not None:
        # A named constant may be meant for other calls as well.
        return (view.replace(module, given, "10"),) if isinstance(given, ast.Constant) else ()
    last = [*node.args, *node.keywords]
    if not last:
        return ()
    behind = max(last, key=lambda one: view.lines(module).offsets(one)[1])
    return (view.insert_after(module, behind, ", timeout=10"),)
