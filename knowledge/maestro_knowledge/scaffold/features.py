"""What all features have in common: a path, tags, safe class names, and addresses that hold no credential."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from maestro_knowledge.core.text import quote
from maestro_knowledge.scaffold import reserved
from maestro_knowledge.scaffold.names import split_words
from maestro_knowledge.scaffold.options import Auth, read_prefix
from maestro_knowledge.scaffold.planning import Setting
from maestro_knowledge.scaffold.reading import RouteRequest
from maestro_knowledge.scaffold.refusals import Refusals

SCHEMES = ("http", "https")
MAX_PART = 40
IMPORTED = reserved.CLASSES | {
    "AsyncClient",
    "BackgroundTasks",
    "EventSourceResponse",
    "HTTPAuthorizationCredentials",
    "HTTPConnection",
    "MockTransport",
    "ServerSentEvent",
    "WebSocketDisconnect",
    "WebSocketException",
}
"""The classes that templates of features import."""


_PART = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[ _.-]+[A-Za-z0-9]+)*")
_URL_PATH = re.compile(r"(?:/[A-Za-z0-9._~%-]*)*")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\]")


@dataclass(frozen=True, slots=True)
class PartName:
    """The spellings of something inside a feature: an API, a dependency, a node."""

    words: tuple[str, ...]

    @property
    def attribute(self) -> str:
        """`career_matcher`."""
        return reserved.make_attribute("_".join(self.words))

    @property
    def plain(self) -> str:
        """`career_matcher`, as part of a longer name."""
        return "_".join(self.words)

    @property
    def constant(self) -> str:
        """`CAREER_MATCHER`."""
        return "_".join(self.words).upper()

    @property
    def title(self) -> str:
        """`career matcher`."""
        return " ".join(self.words)


def make_base(request: RouteRequest, setting: Setting, refusals: Refusals) -> dict[str, Any]:
    """The part of a context that every feature's templates use."""
    options, names = request.options, request.names
    prefix = read_prefix(options.prefix, refusals)
    return {
        "prefix": prefix,
        "path": f"{prefix}/{names.path}",
        "tags": list(options.tags or (names.path,)),
        "description": options.description,
        "stem": make_stem(names.stem),
        "title": names.title,
        "attribute": names.attribute,
        "httpx": "httpx2" if setting.target.has("httpx2") else "httpx",
        "env_prefix": f"{names.attribute.upper()}_",
        "auth": Auth(),
    }


def make_stem(stem: str) -> str:
    """What class names of a feature begin with: never so that one of them is a class that is imported."""
    is_taken = any(name != stem and name.startswith(stem) for name in IMPORTED)
    return f"{stem}Feature" if is_taken else stem


def read_part_name(name: str, where: str, taken: set[str], refusals: Refusals) -> PartName | None:
    """The spellings of a part's name, or None with the reason among the refusals."""
    if len(name) > MAX_PART or _PART.fullmatch(name) is None:
        mend = f"ASCII letters and digits, a letter first, at most {MAX_PART} characters, such as billing-api"
        refusals.add(where, f"{quote(name)} is not a name", mend)
        return None
    part = PartName(split_words(name))
    if part.plain in taken:
        refusals.add(where, f"{quote(name)} is there twice", "give each a name of its own")
        return None
    taken.add(part.plain)
    return part


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
