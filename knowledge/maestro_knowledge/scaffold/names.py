"""One name, every spelling: `order item`, `OrderItem` and `order_item` are the same resource."""

import re
from collections.abc import Callable

from maestro_knowledge.core.records import dataclass, replace
from maestro_knowledge.core.text import quote
from maestro_knowledge.scaffold import reserved
from maestro_knowledge.scaffold.plurals import pluralize, singularize
from maestro_knowledge.scaffold.refusals import Refusals

Cut = Callable[[tuple[str, ...]], tuple[str, ...]]
"""What makes a name short enough for code."""

MAX_NAME = 60
MAX_SPELLED = 30
"""What a name may measure in code: a line holds it twice, or once in a sentence."""

_RESOURCE = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[ _-]+[A-Za-z0-9]+)*")
_WIRE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_VOWEL_SOUND = re.compile(r"(?!(?:uni|use|usa|euro|one|ur[aei]|u[bt]i))[aeiou]|(?:hour|honest|heir|honor)")


@dataclass(frozen=True, slots=True)
class Names:
    """Every spelling of a resource that generated code needs."""

    singular: tuple[str, ...]
    plural: tuple[str, ...]
    said: tuple[str, ...] = ()
    """All words of the path, where they are too many for the lines of code."""

    @property
    def stem(self) -> str:
        """`OrderItem`: what class names begin with."""
        return "".join(word[:1].upper() + word[1:] for word in self.singular)

    @property
    def record(self) -> str:
        """The name of the stored class, which is the stem unless that is taken."""
        return f"{self.stem}Record" if self.stem in reserved.CLASSES else self.stem

    @property
    def attribute(self) -> str:
        """`order_item`."""
        return "_".join(self.singular)

    @property
    def attributes(self) -> str:
        """`order_items`."""
        return "_".join(self.plural)

    @property
    def module(self) -> str:
        """The package or module that holds the resource."""
        name = self.attributes
        return f"{name}_api" if name in reserved.MODULES or name in reserved.KEYWORDS else name

    @property
    def path(self) -> str:
        """`order-items`: the last part of the URL, and the tag."""
        return "-".join(self.said or self.plural)

    @property
    def title(self) -> str:
        """`order item`."""
        return " ".join(self.singular)

    @property
    def plural_title(self) -> str:
        """`order items`."""
        return " ".join(self.plural)

    @property
    def with_article(self) -> str:
        """`an order item`."""
        return f"{'an' if _VOWEL_SOUND.match(self.singular[0]) else 'a'} {self.title}"


def split_words(name: str) -> tuple[str, ...]:
    """The words of a name in any case, lower case; digits stay with the word before them."""
    words: list[str] = []
    for word in _WORD.findall(name):
        if word.isdigit() and words:
            words[-1] += word
        else:
            words.append(word.lower())
    return tuple(words)


def cut_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """The last words of a name, as many as a line of code has room for."""
    *before, last = words
    while before and len(" ".join([*before, last])) > MAX_SPELLED:
        before = before[1:]
    return (*before, last[:MAX_SPELLED])


def cut_middle(words: tuple[str, ...]) -> tuple[str, ...]:
    """The first word of a name and as many of the last as there is room for."""
    first, *rest = words
    while rest and len(" ".join([first, *rest])) > MAX_SPELLED:
        rest = rest[1:]
    return (first, *rest) if rest else cut_words(words)


def read_names(name: str, plural: str | None, refusals: Refusals, cut: Cut = cut_words) -> Names | None:
    """The spellings of a resource's name, or None with the reason among the refusals."""
    checked = [
        _check(text, where, refusals)
        for text, where in ((name, "name"), (plural, "options.plural"))
        if text is not None
    ]
    if not all(checked):
        return None
    singular = split_words(name)
    last = singularize(singular[-1])
    if last is not None and plural is None:
        singular = (*singular[:-1], last)
    plural_words = split_words(plural) if plural else (*singular[:-1], pluralize(singular[-1]))
    return _shorten(singular, plural_words, cut)


def read_feature(name: str, refusals: Refusals, cut: Cut = cut_words) -> Names | None:
    """The spellings of a feature's name: it is one of its kind, so nothing is made plural."""
    words = split_words(name)
    return _shorten(words, words, cut) if _check(name, "name", refusals) else None


def _shorten(singular: tuple[str, ...], plural: tuple[str, ...], cut: Cut) -> Names:
    """The names, spelled in code by as many words as fit, the last among them: it says what it is."""
    short = Names(cut(singular), cut(plural))
    return short if short.plural == plural and short.singular == singular else replace(short, said=plural)


def is_wire_name(name: str) -> bool:
    """Whether a field may be called this in JSON."""
    return len(name) <= MAX_NAME and _WIRE.fullmatch(name) is not None


def make_attribute(wire: str) -> str:
    """The Python attribute behind a JSON name: `unitPrice` is `unit_price`, `class` is `class_`."""
    return reserved.make_attribute("_".join(split_words(wire)))


def _check(name: str, where: str, refusals: Refusals) -> bool:
    if not name.strip():
        return refusals.add(where, "is empty", "give a noun, singular, such as `order item`")
    if len(name) > MAX_NAME:
        return refusals.add(where, f"has {len(name)} characters", f"keep it under {MAX_NAME}")
    if _RESOURCE.fullmatch(name.strip()) is None:
        return refusals.add(
            where,
            f"{quote(name)} is not a name",
            "use ASCII letters and digits, words separated by a space, `_`, `-` or capitals, a letter first",
        )
    return True
