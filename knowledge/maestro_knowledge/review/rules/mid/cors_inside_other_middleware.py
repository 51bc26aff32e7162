"""`CORSMiddleware` inside middleware that answers by itself."""

from collections.abc import Iterator

from maestro_knowledge.project.application import App, Middleware
from maestro_knowledge.project.lookup import ancestors_of
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.mid._functions import own_refusals
from maestro_knowledge.review.view import View

RULE = Rule(
    id="MID803", name="cors-inside-other-middleware", severity="warning", umbrella=("API005",), fix="suggest"
)

_CORS = "fastapi.middleware.cors.CORSMiddleware"
# Middleware of libraries that refuses requests; what only looks on or compresses does no harm outside.
_REFUSING = {
    "fastapi.middleware.trustedhost.TrustedHostMiddleware": "refuses unknown hosts",
    "fastapi.middleware.httpsredirect.HTTPSRedirectMiddleware": "answers with redirects",
    "starlette.middleware.authentication.AuthenticationMiddleware": "refuses failed logins",
    "slowapi.middleware.SlowAPIMiddleware": "answers 429",
    "slowapi.middleware.SlowAPIASGIMiddleware": "answers 429",
    "starlette_csrf.CSRFMiddleware": "refuses requests",
    "starlette_csrf.middleware.CSRFMiddleware": "refuses requests",
    "asgi_csrf.asgi_csrf": "refuses requests",
    "ratelimit.RateLimitMiddleware": "answers 429",
    "asgi_ratelimit.RateLimitMiddleware": "answers 429",
}


def check(app: App, view: View) -> Iterator[Report]:
    """Reports a CORS middleware that is not around one whose own answers then lack the CORS headers."""
    places = [place for place, one in enumerate(app.middleware) if _is_cors(view, one)]
    if not places:
        return
    cors = app.middleware[places[0]]  # they stand in execution order, outermost first
    for outer in app.middleware[: places[0]]:
        reason = _refuses(view, outer)
        if reason and cors.module.in_scope:
            name = outer.function.qualname if outer.kind == "function" and outer.function else outer.name
            shown = name.rpartition(".")[2]
            yield Report(
                cors.module,
                cors.node,
                f"`CORSMiddleware` is inside `{shown}`, which {reason}: those answers lack the CORS headers.",
                subject=shown,
                hops=(Hop(outer.module, outer.node, "runs outside it"), *_hops(view, outer)),
            )
            return


def _is_cors(view: View, middleware: Middleware) -> bool:
    if middleware.cls is not None:
        return _CORS in ancestors_of(view.project, middleware.cls)[1]
    return middleware.name == _CORS


def _refuses(view: View, middleware: Middleware) -> str:
    """How the middleware answers by itself; "" if it is not known to."""
    if middleware.name in _REFUSING:
        return _REFUSING[middleware.name]
    if middleware.function is not None and own_refusals(view, middleware.function):
        return "refuses requests by itself"
    return ""


def _hops(view: View, middleware: Middleware) -> tuple[Hop, ...]:
    function = middleware.function
    refusals = own_refusals(view, function) if function is not None else []
    return tuple(Hop(function.module, one, "answers here") for one in refusals[:1]) if function else ()
