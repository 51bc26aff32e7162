"""What a comment says that silences rules, and what one says that only means to.

Two forms count: `# maestro: ignore[sleep-in-async, ASY101] why` and `# noqa: ASY102`. A comment that names a
rule of ours in nearly such a form, or in one that other tools read, is a mistake: it silences nothing.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.review.registry import LoadedRule, is_meant, nearest_words

_PIECE = Pattern(r"#(?!\d)(?:[^#]|#\d)*")
_OWN = Pattern(r"(?is)#\s*maestro\s*:\s*ignore\s*\[(?P<words>[^\]]*)\](?P<reason>.*)")
_NOQA = Pattern(r"(?i)#\s*noqa\s*:\s*(?P<words>[A-Z]+\d+(?:[\s,]+[A-Z]+\d+)*)(?![\w-])")
_LEAD = Pattern(r"(?s)#\s*(?P<lead>[\w-]{4,20})\s*(?P<rest>.*)")
_VERB = Pattern(r"(?i)[\s:=-]*(?P<verb>ignor\w*|noqa|disable\w*|skip|silence|suppress|allow|off)\b|\s*\[")
_ID = Pattern(r"(?i)(?<![\w-])([A-Z]{3})[-_ ]?(\d{3})(?![\w-])")
_NAME = Pattern(r"(?i)(?<![\w-])[a-z0-9]+(?:-[a-z0-9]+)+(?![\w-])")
_LEADS = ("maestro", "fastapi-maestro", "noqa")
_FOREIGN = frozenset({"ruff", "flake8", "pylint", "type", "pyright", "mypy", "nosec", "bandit"})
# What a text holds in which it is worth looking for comments of ours.
HINT = Pattern(
    r"#[^\n]*?(?:maestro|(?<![A-Za-z])[A-Za-z]{3}[-_ ]?\d{3}(?!\w)"
    r"|(?:noqa|ignore|disable|nosec)\W{1,3}[a-z0-9]+-[a-z0-9]).*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Written:
    """One directive of a comment: what it names and why.

    Where `mistake` says what is wrong with it, it silences nothing, and `form` is how it should read.
    """

    words: tuple[str, ...]
    reason: str = ""
    is_noqa: bool = False
    mistake: str = ""
    form: str = ""


def read_comment(text: str, rules: Sequence[LoadedRule]) -> Iterator[Written]:
    """Each directive of a comment that concerns rules of ours; other tools' own ones are left alone."""
    for piece in _PIECE.findall(text):
        if own := _OWN.match(piece):
            yield Written(_split(own["words"]), own["reason"].strip(" -:\t"))
        elif (noqa := _NOQA.match(piece)) and any(is_ours(word, rules) for word in _split(noqa["words"])):
            yield Written(_split(noqa["words"]), is_noqa=True)
        elif mistaken := _read_mistake(piece, rules):
            yield mistaken


def is_ours(word: str, rules: Sequence[LoadedRule]) -> bool:
    """Whether the word means a rule of ours, or is an id like ours that no rule has."""
    if any(is_meant(word, loaded) for loaded in rules):
        return True
    return bool(_ID.fullmatch(word)) and (_family(word, rules) or bool(_swapped(word, rules)))


def right_words(word: str, rules: Sequence[LoadedRule]) -> list[str]:
    """The words that somebody who wrote this one may have meant, the likeliest first."""
    return _swapped(word, rules) or nearest_words(word, rules)


def _read_mistake(piece: str, rules: Sequence[LoadedRule]) -> Written | None:
    found = _LEAD.match(piece)
    if found is None:
        return None
    lead, rest = found["lead"].casefold(), found["rest"]
    close = get_close_matches(lead, _LEADS, n=1, cutoff=0.75)
    named = _named(rest, rules)
    verb = _VERB.match(rest)
    if close == ["noqa"] or lead == "nosec":
        mistake = _wrong_noqa(lead, rest) if named else ""
    elif close:
        mistake = _wrong_own(lead, rest) if verb and (named or rest.startswith((":", "["))) else ""
    elif lead in _FOREIGN:
        mistake = (
            f"`# {lead}` is not read here" if named and re.search("ignore|noqa|disable|nosec", rest) else ""
        )
    else:
        mistake = ""
    if not mistake:
        return None
    words = tuple(named or _likely(rest, rules))
    form = (
        f"# noqa: {', '.join(words)}"
        if _is_ids(close, words)
        else f"# maestro: ignore[{', '.join(words) or 'rule'}]"
    )
    return Written(words, is_noqa=close == ["noqa"], mistake=mistake, form=form)


def _is_ids(close: list[str], words: Sequence[str]) -> bool:
    return close == ["noqa"] and bool(words) and all(_ID.fullmatch(word) for word in words)


def _wrong_own(lead: str, rest: str) -> str:
    if lead != "maestro":
        return f"`{lead}` is not `maestro`"
    if not rest.startswith(":"):
        return "a colon is missing behind `maestro`"
    if not re.match(r":\s*ignore(?![a-z])", rest, re.IGNORECASE):
        return "the word behind `maestro:` is not `ignore`"
    return (
        "its bracket is not closed"
        if re.match(r":\s*ignore\s*\[", rest, re.IGNORECASE)
        else "it names no rule in brackets"
    )


def _wrong_noqa(lead: str, rest: str) -> str:
    if lead != "noqa":
        return f"`{lead}` is not `noqa`"
    return (
        "`noqa` takes ids of rules, separated by commas"
        if rest.startswith(":")
        else "a colon is missing behind `noqa`"
    )


def _named(text: str, rules: Sequence[LoadedRule]) -> list[str]:
    """The ids and names of rules in the text, in its order."""
    places = [(match.start(), f"{match[1]}{match[2]}".upper()) for match in _ID.finditer(text)]
    places += [(match.start(), match[0].casefold()) for match in _NAME.finditer(text)]
    if not places:
        return []
    known = {word for loaded in rules for word in (loaded.rule.id, loaded.rule.name)}
    return list(dict.fromkeys(word for _, word in sorted(places) if word in known))


def _likely(text: str, rules: Sequence[LoadedRule]) -> list[str]:
    """The rule nearest to what stands in an opened bracket."""
    opened = re.search(r"[\[(]\s*([\w-]{3,80})", text)
    return right_words(opened[1], rules)[:1] if opened else []


def _family(word: str, rules: Sequence[LoadedRule]) -> bool:
    return any(loaded.rule.family == word[:3].upper() for loaded in rules)


def _swapped(word: str, rules: Sequence[LoadedRule]) -> list[str]:
    """The ids with the same digits and the same letters in another order."""
    letters, digits = sorted(word[:3].upper()), word[3:]
    return [r.rule.id for r in rules if r.rule.id[3:] == digits and sorted(r.rule.family) == letters]


def _split(words: str) -> tuple[str, ...]:
    return tuple(filter(None, re.split(r"[\s,]+", words)))
