"""What all features have in common: a path, tags, safe class names, and who may call them."""

import re
from typing import Any

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.text import quote
from maestro_knowledge.scaffold import reserved
from maestro_knowledge.scaffold import vocabulary as words
from maestro_knowledge.scaffold.catalog import read_pattern
from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.names import split_words
from maestro_knowledge.scaffold.options import read_prefix
from maestro_knowledge.scaffold.planning import Setting
from maestro_knowledge.scaffold.protection import guard
from maestro_knowledge.scaffold.reading import RouteRequest
from maestro_knowledge.scaffold.refusals import Refusals
from maestro_knowledge.scaffold.security import Auth, read_auth, reuse_guard

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
        **_read_guard(request, setting, refusals),
    }


def _read_guard(request: RouteRequest, setting: Setting, refusals: Refusals) -> dict[str, Any]:
    """Who may call: for patterns that are about something else, and may be protected."""
    part = request.options.auth
    auth = Auth()
    said: tuple[Choice, ...] = ()
    if read_pattern(request.pattern).guarded and part is not None and part.scheme != "none":
        if part.scheme is None:
            refusals.add("options.auth.scheme", "is missing", f"one of {', '.join(words.AUTH_SCHEMES)}")
        else:
            auth, said = reuse_guard(read_auth(part, part.scheme, refusals), part, setting.habits.guard)
    return {"auth": auth, "protection": guard(auth), "guard_choices": said}


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
