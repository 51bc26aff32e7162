"""Who may call: what `options.auth` says, and what the project checks callers by already."""

import re
from collections.abc import Sequence

from maestro_knowledge.core.records import dataclass, replace
from maestro_knowledge.scaffold import vocabulary as words
from maestro_knowledge.scaffold.addresses import read_url
from maestro_knowledge.scaffold.guards import GuardSource
from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.reading import RouteRequest
from maestro_knowledge.scaffold.refusals import Refusals
from maestro_knowledge.scaffold.request import AuthPart

SAY_AUTH = Choice(
    "options.auth",
    "Who may call it?",
    "none",
    "nothing was said: everyone may call every operation",
    ("jwt", "api_key", "external_jwt"),
)
KNOWN = {"jwt": ("issuer",), "api_key": ("header",), "external_jwt": ("issuer", "audience")}
_AUDIENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]*")


@dataclass(frozen=True, slots=True)
class Auth:
    """Who may call which operations."""

    scheme: words.AuthScheme = "none"
    protect: tuple[words.Operation, ...] = ()
    header: str = "X-API-Key"
    issuer: str = ""
    audience: str = ""
    guard: GuardSource | None = None
    """What checks callers in the project already; None where code of ours does."""


def read_auth(part: AuthPart | None, scheme: words.AuthScheme, refusals: Refusals) -> Auth:
    """The scheme of a pattern with what was said about it; the rest of `options.auth` is refused."""
    given = part or AuthPart()
    if given.scheme not in {None, scheme}:
        refusals.add("options.auth.scheme", f"this pattern is {scheme}", "leave it out")
    for name in ("header", "issuer", "audience", "protect"):
        if getattr(given, name) and name not in KNOWN[scheme]:
            refusals.add_unknown(f"options.auth.{name}", name, KNOWN[scheme], what=f"option of {scheme}")
    issuer = given.issuer or ""
    if scheme == "external_jwt":
        # Compared to the letter with `iss`, so a slash at its end stays.
        issuer = given.issuer or "" if read_url(issuer, "options.auth.issuer", refusals, ("https",)) else ""
    elif issuer and _AUDIENCE.fullmatch(issuer) is None:
        refusals.add("options.auth.issuer", "is not a name or an address", "such as my-service")
    if given.audience and _AUDIENCE.fullmatch(given.audience) is None:
        refusals.add("options.auth.audience", "is not a name or an address", "such as my-api")
    return Auth(scheme, (), given.header or "X-API-Key", issuer, given.audience or "")


def reuse_guard(auth: Auth, part: AuthPart, guard: GuardSource | None) -> tuple[Auth, tuple[Choice, ...]]:
    """The scheme with what the project checks callers by, unless the request describes a check of its own."""
    kind = "api_key" if auth.scheme == "api_key" else "token"
    if guard is None or guard.kind != kind or part.header or part.issuer or part.audience:
        return auth, ()
    why = f"routes of the project depend on it ({guard.path})"
    other = "a check of its own: say issuer" if kind == "token" else "a check of its own: say header"
    said = Choice("options.auth.by", "What checks callers?", f"{guard.name} of the project", why, (other,))
    return replace(auth, guard=guard), (said,)


def decide_auth(
    request: RouteRequest,
    operations: Sequence[words.Operation],
    guard: GuardSource | None,
    refusals: Refusals,
    choices: list[Choice],
) -> Auth:
    """Who may call which operations of a resource, and what is asked about it."""
    part = request.options.auth
    if part is None or part.scheme is None:
        if part is not None:
            refusals.add("options.auth.scheme", "is missing", f"one of {', '.join(words.AUTH_SCHEMES)}")
        choices.append(SAY_AUTH)
        return Auth()
    for operation in part.protect:
        if operation not in operations:
            refusals.add_unknown("options.auth.protect", operation, operations, what="operation here")
    protect: tuple[words.Operation, ...] = (
        tuple(op for op in operations if op in part.protect) if part.protect else tuple(operations)
    )
    if part.scheme == "none":
        return Auth()
    if part.header is not None and part.scheme != "api_key":
        refusals.add("options.auth.header", f"{part.scheme} has no header of its own", "it is for api_key")
    if (part.issuer or part.audience) and part.scheme == "api_key":
        refusals.add("options.auth", "an API key has no issuer and no audience", "they are for external_jwt")
    own = Auth(part.scheme, protect, part.header or "X-API-Key", part.issuer or "", part.audience or "")
    auth, said = reuse_guard(own, part, guard)
    choices += said
    return auth
