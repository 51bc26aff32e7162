"""Whether a text, and the code beside it, show a sign."""

from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import Literal

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.diagnosis.looks.catalogue import LOOKS
from maestro_knowledge.diagnosis.model import Evidence, FieldError, ParsedError, Raised, Sign
from maestro_knowledge.diagnosis.scene import Scene, Seen
from maestro_knowledge.diagnosis.template import Flat, Found, find, flatten

Where = Literal["last", "earlier", "text"]

MAX_SEEN = 3
MAX_WORDS = 160
FIRM = 24
QUOTED = 60

_STRENGTH: dict[Where, int] = {"last": 30, "earlier": 20, "text": 12}


@dataclass(frozen=True, slots=True)
class Hit:
    """A sign that shows: how strongly, where, and what is to be said as evidence."""

    score: int
    where: Where
    weight: int
    evidence: tuple[Evidence, ...]
    holes: dict[str, str] = field(default_factory=dict)


class Witness:
    """An error and its scene, made ready to be asked for many signs."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.error: ParsedError = scene.error

    @cached_property
    def whole(self) -> Flat:
        """The whole text, comparable."""
        return flatten(self.error.text)

    @cached_property
    def raised(self) -> tuple[tuple[Raised, Flat], ...]:
        """Every exception with its line, comparable; the last one first."""
        return tuple((item, flatten(f"{item.type}: {item.message}")) for item in reversed(self.error.raised))

    def check(self, sign: Sign, *, firm: int = FIRM) -> Hit | None:
        """The hit, if everything that the sign sets holds.

        Beside exceptions that say something else, words count only where `firm` characters of them are there.
        """
        if sign.status and firm and self.error.raised:
            return None  # an exception says more than the status it ended in
        words = self._words(sign, firm)
        if words is None:
            return None
        fields = self._fields(sign)
        exchanges = (
            [item for item in self.error.exchanges if item.status == sign.status] if sign.status else []
        )
        seen = self.look(sign.code) if sign.code else ()
        if (sign.fields or sign.places or sign.location or sign.value) and not fields:
            return None
        if (sign.status and not exchanges) or (sign.code and not seen):
            return None
        evidence = [*words.evidence]
        evidence += [Evidence("text", _tell(item)) for item in fields[:MAX_SEEN]]
        evidence += [
            Evidence("text", " ".join(filter(None, (item.method, item.path, str(item.status)))))
            for item in exchanges[:1]
        ]
        evidence += [Evidence("code" if not item.file else "project", *_place(item)) for item in seen]
        share = 6 * len(fields) // max(1, len(self.error.fields))
        score = words.score + 8 * bool(exchanges) + 10 * bool(seen)
        if self.error.fields and sign.text and not (sign.exceptions or sign.fields):
            score -= QUOTED  # the words may be those of a refused value, which is told by its type
        score += (20 + 10 * bool(sign.places) + 6 * bool(sign.location) + share) if fields else 0
        return Hit(score, words.where, words.weight, tuple(evidence), words.holes)

    def look(self, name: str) -> tuple[Seen, ...]:
        """What the look of this name sees, the first few of it."""
        return tuple(islice(LOOKS[name](self.scene), MAX_SEEN))

    def _words(self, sign: Sign, firm: int) -> Hit | None:
        """How the text itself shows the sign: by an exception's class, by its words, or by neither asked."""
        if not sign.text and not sign.exceptions:
            return Hit(0 if self.error.raised else _STRENGTH["text"], "text", 0, ())
        found: Found | None
        for number, (raised, flat) in enumerate(self.raised):
            if sign.exceptions and raised.name not in sign.exceptions:
                continue
            found = find(sign.text, flat) if sign.text else Found(flat.shown, {}, 0)
            if found:
                return _hit(found, "earlier" if number else "last", by_class=bool(sign.exceptions))
        if self.raised and sign.exceptions:
            return None
        names = () if sign.text else sign.exceptions
        found = next((hit for hit in self._in_text(sign.text, names) if hit), None)
        if found and (not self.raised or found.weight >= firm):
            return _hit(found, "text", by_class=False)
        return None

    def _in_text(self, text: str, names: tuple[str, ...]) -> Iterator[Found | None]:
        """The sign's words, or the bare name of its exception, anywhere in the text."""
        if text:
            yield find(text, self.whole)
        for name in names:
            yield find(name, self.whole) if len(name) >= MIN_NAME else None

    def _fields(self, sign: Sign) -> list[FieldError]:
        """The refused values that the sign speaks of."""
        return [
            item
            for item in self.error.fields
            if (not sign.fields or item.type in sign.fields)
            and (not sign.places or item.place in sign.places)
            and (not sign.location or sign.location in (item.location, item.location.rpartition(".")[2]))
            and item.value.startswith(sign.value)
            and (sign.fields or sign.places or sign.location or sign.value)
        ]


MIN_NAME = 10


def _hit(found: Found, where: Where, *, by_class: bool) -> Hit:
    """A hit by words."""
    shown = found.words if len(found.words) <= MAX_WORDS else f"{found.words[: MAX_WORDS - 1]}…"
    score = _STRENGTH[where] + min(60, found.weight) // 2 + 8 * by_class
    return Hit(score, where, found.weight, (Evidence("text", shown),), found.holes)


def _tell(item: FieldError) -> str:
    """A refused value in words."""
    place = ".".join(part for part in (item.place, item.location) if part)
    return f"{place or 'value'}: {item.message} ({item.type})"


def _place(seen: Seen) -> tuple[str, str, int]:
    return seen.says, seen.file, seen.line
