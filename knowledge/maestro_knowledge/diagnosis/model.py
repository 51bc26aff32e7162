"""The nouns of explaining errors: what was pasted, what is known, what follows from both."""

from collections.abc import Mapping
from typing import Literal

from maestro_knowledge.core.records import dataclass, field

Confidence = Literal["high", "medium", "low"]
Told = Literal["text", "code", "project"]


@dataclass(frozen=True, slots=True)
class Frame:
    """One level of a traceback; `is_users` when the file belongs to no installed package."""

    file: str
    line: int
    function: str
    is_users: bool


@dataclass(frozen=True, slots=True)
class Raised:
    """One exception or warning of the text, in the order printed: the last one ended the program."""

    type: str
    message: str
    frames: tuple[Frame, ...] = ()

    @property
    def name(self) -> str:
        """The class without its module."""
        return self.type.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class FieldError:
    """One value that validation refused: Pydantic's type of error, and where the value came from.

    `place` is body, query, path, header, cookie, form or response where FastAPI says it, `model` where a
    model was built by hand, else empty.
    """

    type: str
    place: str
    location: str
    message: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and the status that answered it, as a log or a console prints them."""

    method: str
    path: str
    status: int


@dataclass(frozen=True, slots=True)
class ParsedError:
    """A pasted text in its parts; `is_cut` when its middle was left unread for its size."""

    text: str
    raised: tuple[Raised, ...] = ()
    fields: tuple[FieldError, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    model: str = ""
    is_cut: bool = False

    @property
    def users_frame(self) -> Frame | None:
        """The last frame in the user's own code, of the exception that ended the program if it has one."""
        for raised in reversed(self.raised):
            for frame in reversed(raised.frames):
                if frame.is_users:
                    return frame
        return None


@dataclass(frozen=True, slots=True)
class RouteFact:
    """A route of the user's project with its full path, in the order of registration."""

    method: str
    path: str
    handler: str
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """What is known about the user's project: versions by package, routes in order, source by path."""

    versions: Mapping[str, str] = field(default_factory=dict)
    routes: tuple[RouteFact, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sign:
    """What a text must show; everything that is set must hold.

    `text` is literal text with `{holes}`; `exceptions` are class names; `fields` are Pydantic's types of
    error, `places` and `location` (dotted) say where the value came from, `value` what it began with;
    `status` is an HTTP status; `code` names a look at the user's code and routes.
    """

    text: str = ""
    exceptions: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    location: str = ""
    value: str = ""
    status: int = 0
    code: str = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason for a family of errors: how it shows, and the code that mends it.

    `only` causes are told only where they show; the others are told in any case, ranked.
    """

    says: str
    mend: str = ""
    language: str = "python"
    when: tuple[Sign, ...] = ()
    only: bool = False
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another way out, and what it costs."""

    choice: str
    trade_off: str


@dataclass(frozen=True, slots=True)
class Family:
    """Errors with one explanation; `since` and `until` bound the versions of `library` that raise it.

    A `general` family speaks only where no other does. `links` are official pages outside FastAPI's docs.
    """

    name: str
    library: str
    title: str
    what: str
    signs: tuple[Sign, ...]
    causes: tuple[Cause, ...]
    refs: tuple[str, ...]
    alternatives: tuple[Alternative, ...] = ()
    links: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    general: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a cause is believed: words of the text, a line of the code, a fact of the project."""

    told_by: Told
    says: str
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class RankedCause:
    """A cause with what speaks for it here."""

    says: str
    confidence: Confidence
    evidence: tuple[Evidence, ...]
    mend: str
    language: str
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What happened, why, what mends it; not `known` when no family speaks, then `query` is to be searched.

    `evidence` is what the family was recognised by. `also` names other families that the text shows, best
    first; `notes` say what limits the answer.
    """

    known: bool
    error: ParsedError
    query: str
    family: str = ""
    library: str = ""
    title: str = ""
    what: str = ""
    confidence: Confidence = "low"
    evidence: tuple[Evidence, ...] = ()
    causes: tuple[RankedCause, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    refs: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
