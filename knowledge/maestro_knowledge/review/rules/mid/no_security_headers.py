"""No security headers were found."""

from collections.abc import Iterator

from maestro_knowledge.project.model import Project
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Ask
from maestro_knowledge.review.rules.mid._searching import Wanted, ask_unless_there
from maestro_knowledge.review.view import View

RULE = Rule(id="MID809", name="no-security-headers", severity="question", umbrella=("API005",))

_WANTED = Wanted(
    packages=frozenset(
        {"secure", "secweb", "Secweb", "fastapi_security_headers", "starlette_security_headers"}
    ),
    identifiers=("securityheader", "security_header", "secure_headers", "hsts"),
    texts=(
        "x-content-type-options",
        "strict-transport-security",
        "x-frame-options",
        "content-security-policy",
        "frame-ancestors",
    ),
)


def check(_: Project, view: View) -> Iterator[Ask]:
    """Asks once who sets the headers that browsers obey, if nothing in the project does."""
    yield from ask_unless_there(
        view,
        _WANTED,
        "I found no security headers: does the edge add `nosniff`, HSTS and frame options?",
        "X-Content-Type-Options, Strict-Transport-Security, X-Frame-Options, Content-Security-Policy, "
        "the packages secure and secweb",
    )
