"""The client waits for slow work whose result it does not get."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.application import Operation
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.view import View

RULE = Rule(
    id="BGT904",
    name="slow-work-before-response",
    severity="warning",
    confidence="medium",
    umbrella=("API003",),
    preview=True,
)

_DEPTH = 3
# Sending: nothing that comes back is of use to whoever called.
_SENDING = frozenset(
    {
        f"smtplib.{kind}.{verb}"
        for kind in ("SMTP", "SMTP_SSL", "LMTP")
        for verb in ("sendmail", "send_message")
    }
    | {"aiosmtplib.send", "aiosmtplib.SMTP.send_message", "aiosmtplib.SMTP.sendmail"}
    | {
        "fastapi_mail.FastMail.send_message",
        "sendgrid.SendGridAPIClient.send",
        "firebase_admin.messaging.send",
    }
    | {"twilio.rest.Client.messages.create", "yagmail.SMTP.send", "resend.Emails.send", "pywebpush.webpush"}
)
_WAITING = frozenset({"time.sleep", "asyncio.sleep", "anyio.sleep", "trio.sleep"})
# A call that changes something elsewhere and whose answer nobody looks at is a webhook, or as good as one.
_POSTING = frozenset(
    f"{package}.{client}{verb}"
    for package, client in (
        ("requests", ""), ("requests", "Session."),
        ("httpx", ""), ("httpx", "Client."), ("httpx", "AsyncClient."),
        ("httpx2", ""), ("httpx2", "Client."), ("httpx2", "AsyncClient."), ("aiohttp", "ClientSession."),
    )
    for verb in ("post", "put")
)  # fmt: skip


def check(operation: Operation, view: View) -> Iterator[Report]:
    """Reports each slow piece of work that stands alone in a path operation, or in a helper's body."""
    function = operation.function
    if function is None or operation.kind != "http" or function.is_generator:
        return
    for node in function.scope.nodes:
        if not isinstance(node, ast.Call) or not _is_alone(view, node):
            continue
        found = _slow(view, function, node, _DEPTH)
        if found is None:
            continue
        what, hops = found
        yield Report(
            function.module,
            node,
            f"`{function.name}` lets the client wait while it {what}, and makes no use of the result.",
            subject=ast.unparse(node.func),
            hops=hops,
        )


def _is_alone(view: View, node: ast.Call) -> bool:
    """Whether the call is a statement of its own, awaited or not."""
    around = view.parent(node)
    around = view.parent(around) if isinstance(around, ast.Await) else around
    return isinstance(around, ast.Expr)


def _slow(view: View, function: Function, node: ast.Call, depth: int) -> tuple[str, tuple[Hop, ...]] | None:
    """What the call does that is slow, with the way to it."""
    name = view.name(function.module, node.func)
    if name in _SENDING:
        return "sends a message", ()
    if name in _WAITING:
        return None if _is_short(node) or _is_repeated(view, node) else ("sleeps", ())
    if name in _POSTING:
        return "calls another service", ()
    target = view.target(function.module, node.func)
    helper = target.function if target else None
    if helper is None or helper is function or depth == 0 or view.is_handler(helper):
        return None
    # What a helper gives back may be what it called the service for; whoever drops it did not want it.
    for inner in helper.scope.nodes:
        if isinstance(inner, ast.Call):
            found = _slow(view, helper, inner, depth - 1)
            if found is not None and (found[0] != "calls another service" or _is_alone(view, inner)):
                return found[0], (Hop(helper.module, inner, f"in `{helper.name}`"), *found[1])
    return None


def _is_short(node: ast.Call) -> bool:
    """Whether the pause is shorter than a second, or not known."""
    given = node.args[0] if node.args else None
    return not (isinstance(given, ast.Constant) and isinstance(given.value, int | float) and given.value >= 1)


def _is_repeated(view: View, node: ast.Call) -> bool:
    """Whether it pauses between tries, or until something has happened."""
    around = view.parent(node)
    while around is not None and not isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
        if isinstance(around, ast.For | ast.AsyncFor | ast.While | ast.ExceptHandler):
            return True
        around = view.parent(around)
    return False
