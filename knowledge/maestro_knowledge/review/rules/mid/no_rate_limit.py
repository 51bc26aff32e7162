"""No rate limiting was found."""

from collections.abc import Iterator

from maestro_knowledge.project.model import Project
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Ask
from maestro_knowledge.review.rules.mid._searching import Wanted, ask_unless_there
from maestro_knowledge.review.view import View

RULE = Rule(id="MID808", name="no-rate-limit", severity="question", umbrella=("API005",))

_WANTED = Wanted(
    packages=frozenset(
        {
            "slowapi",
            "fastapi_limiter",
            "limits",
            "ratelimit",
            "asgi_ratelimit",
            "aiolimiter",
            "pyrate_limiter",
        }
        | {"fastapi_throttle", "fastapi_simple_rate_limiter", "ratelimiter", "throttled", "fastapi_guard"}
    ),
    identifiers=("ratelimit", "rate_limit", "throttl", "http_429", "too_many_requests"),
    names=frozenset({"limiter", "limit_rate", "api_limiter", "request_limiter"}),  # no part: `delimiter`
    texts=("limit_req", "rate_limit", "ratelimit", "x-ratelimit"),
    numbers=frozenset({429}),
)


def check(_: Project, view: View) -> Iterator[Ask]:
    """Asks once where requests are limited, if nothing in the project does."""
    yield from ask_unless_there(
        view,
        _WANTED,
        "I found no rate limiting: is it done at the gateway or proxy?",
        "slowapi, fastapi-limiter, limits and their like, own limiters, 429 responses, limits in proxy files",
    )
