"""Who may call: what `options.auth` says to the patterns that are about nothing else."""

import re

from maestro_knowledge.scaffold import vocabulary as words
from maestro_knowledge.scaffold.addresses import read_url
from maestro_knowledge.scaffold.options import Auth
from maestro_knowledge.scaffold.refusals import Refusals
from maestro_knowledge.scaffold.request import AuthPart

KNOWN = {"jwt": ("issuer",), "api_key": ("header",), "external_jwt": ("issuer", "audience")}
_AUDIENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]*")


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
