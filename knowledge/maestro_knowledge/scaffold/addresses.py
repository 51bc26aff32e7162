"""Addresses of other services: written into code and settings, so they hold no credential."""

import re
from urllib.parse import urlsplit

from maestro_knowledge.core.text import quote
from maestro_knowledge.scaffold.refusals import Refusals

SCHEMES = ("http", "https")
_URL_PATH = re.compile(r"(?:/[A-Za-z0-9._~%-]*)*")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\]")


def read_url(url: str, where: str, refusals: Refusals, schemes: tuple[str, ...] = SCHEMES) -> str:
    """The address without a slash at its end; empty, and among the refusals, where it is none."""
    if not url:
        return ""
    mend = f"such as {schemes[-1]}://billing.example.com/v1"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        refusals.add(where, "holds a credential", "leave it out: it is set as an environment variable")
    elif parts.query or parts.fragment:
        refusals.add(where, "has a query or a fragment", "leave it out; keys belong into the environment")
    elif parts.scheme not in schemes or _HOST.fullmatch(_host(parts.netloc, port)) is None:
        refusals.add(where, f"{quote(url)} is not an address of this kind", mend)
    elif _URL_PATH.fullmatch(parts.path) is None or ".." in parts.path:
        refusals.add(where, f"{quote(url)} has a path that cannot be written down", mend)
    else:
        return url.rstrip("/")
    return ""


def _host(netloc: str, port: int | None) -> str:
    return netloc if port is None else netloc.removesuffix(f":{port}")
