"""A cookie is sent without the flags that protect it."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.application import Middleware
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.sec._secrets import constant_text, words_of
from maestro_knowledge.review.rules.sec._sinks import argument, is_false
from maestro_knowledge.review.view import View

RULE = Rule(id="SEC613", name="cookie-without-flags", severity="warning", fix="unsafe")

_RESPONSES = ("fastapi.Response", "fastapi.responses.Response", "starlette.responses.Response")
# Scripts read these by design, or their content is nobody's business to steal.
_READABLE = frozenset(
    {
        "csrf",
        "csrftoken",
        "xsrf",
        "theme",
        "lang",
        "language",
        "locale",
        "consent",
        "timezone",
        "tz",
        "dark",
        "mode",
    }
    | {"color", "colour", "layout", "banner", "preferences", "prefs"}
)
_IDENTITY = Pattern(
    r"sess|sid|token|jwt|auth|user|login|remember|csrf|xsrf|id$|key|account|secret|access|refresh|cart|member|admin"
    r"|device|customer|ident|cred|api|bearer|otp|sso",
    re.IGNORECASE,
)
_PLACES = {"secure": 6, "httponly": 7, "samesite": 8}


def check(fact: Module | Middleware, view: View) -> Iterator[Report]:
    """Reports `set_cookie` without `secure` or `httponly`, and sessions that also go over plain HTTP."""
    if isinstance(fact, Middleware):
        yield from _session(fact, view)
        return
    for method in fact.nodes.get(ast.Attribute, ()):
        if isinstance(method, ast.Attribute) and method.attr == "set_cookie":
            call = view.parent(method)
            if isinstance(call, ast.Call) and call.func is method and _sets_cookie(view, fact, method):
                yield from _cookie(view, fact, call)
    for node in fact.nodes.get(ast.Assign, ()):
        if isinstance(node, ast.Assign) and _is_header(node.targets[0]):
            text = "".join(
                str(one.value) for one in walk(node.value) if isinstance(one, ast.Constant)
            ).lower()
            if "=" in text and not ("secure" in text and "httponly" in text):
                message = "The cookie of the `Set-Cookie` header lacks `Secure` or `HttpOnly`."
                yield Report(fact, node, message, subject="header")


def _sets_cookie(view: View, module: Module, method: ast.Attribute) -> bool:
    what = view.type(module, method.value)
    return what is None or view.is_a(what, *_RESPONSES) or "Response" in what.name


def _cookie(view: View, module: Module, call: ast.Call) -> Iterator[Report]:
    if any(one.arg is None for one in call.keywords) or any(
        isinstance(one, ast.Starred) for one in call.args
    ):
        return
    key = constant_text(view, module, argument(call, 0, "key"))
    readable = bool(_READABLE & set(words_of(key)))
    if readable and not {"csrf", "xsrf", "csrftoken"} & set(words_of(key)):
        return
    missing = [
        flag
        for flag in ("secure", "httponly")
        if not (flag == "httponly" and readable) and _is_off(call, flag)
    ]
    same_site = argument(call, _PLACES["samesite"], "samesite")
    if isinstance(same_site, ast.Constant) and (
        same_site.value is None or str(same_site.value).lower() == "none"
    ):
        missing += [] if same_site.value else ["samesite"]
    if not missing:
        return
    flags = " and ".join(f"`{flag}`" for flag in missing)
    name = f"The cookie `{key}`" if key else "A cookie"
    yield Report(
        module,
        call,
        f"{name} is set without {flags}.",
        subject=key,
        edits=_edits(view, module, call, missing),
        # Of a cookie that is not called like a key nobody knows what it is worth.
        severity=None if not key or _is_identity(key) else "info",
    )


def _is_identity(key: str) -> bool:
    """Whether the name is that of a key; `is_logged_in` only says something."""
    return words_of(key)[:1] not in (["is"], ["has"]) and _IDENTITY.search(key) is not None


def _is_off(call: ast.Call, flag: str) -> bool:
    given = argument(call, _PLACES[flag], flag)
    return given is None or is_false(given)


def _edits(view: View, module: Module, call: ast.Call, missing: list[str]) -> tuple[Edit, ...]:
    """Each flag that stands there switched on, the others put behind the last argument."""
    given = {one.arg: one.value for one in call.keywords}
    edits = [view.replace(module, given[flag], _on(flag)) for flag in missing if flag in given]
    added = "".join(f", {flag}={_on(flag)}" for flag in missing if flag not in given)
    last = [*call.args, *(one.value for one in call.keywords)]
    if len(call.args) > _PLACES["secure"]:
        return ()
    if added and last:
        edits.append(
            view.insert_after(module, max(last, key=lambda one: (one.lineno, one.col_offset)), added)
        )
    return tuple(edits)


def _on(flag: str) -> str:
    return '"lax"' if flag == "samesite" else "True"


def _session(middleware: Middleware, view: View) -> Iterator[Report]:
    if middleware.name.rpartition(".")[2] != "SessionMiddleware":
        return
    given = middleware.keywords.get("https_only")
    if given is not None and not is_false(given):
        return
    call = middleware.node
    if not isinstance(call, ast.Call) or any(one.arg is None for one in call.keywords):
        return
    edits: tuple[Edit, ...] = ()
    if given is not None:
        edits = (view.replace(middleware.module, given, "True"),)
    elif call.keywords:
        edits = (view.insert_after(middleware.module, call.keywords[-1].value, ", https_only=True"),)
    message = "`SessionMiddleware` sends the session cookie over plain HTTP, too: `https_only` is off."
    yield Report(middleware.module, call, message, subject="SessionMiddleware", edits=edits)


def _is_header(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Constant)
        and str(node.slice.value).lower() == "set-cookie"
    )
