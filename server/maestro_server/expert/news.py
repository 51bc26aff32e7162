"""What is new in FastAPI since the version that a project has, in the areas that a task touches."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from maestro_server.expert.quoting import one_line

if TYPE_CHECKING:
    from maestro_knowledge.upgrade.model import Comparison, Row
    from maestro_server.expert.facade import Expert

# Release notes and versions load when a project is named.
# ruff: noqa: PLC0415

MOST = 5
_WORD = re.compile(r"[a-z][a-z0-9_]{2,40}")
_WEIGHT = {"breaking": 3.0, "deprecated": 2.0, "added": 1.0, "fixed": 0.6}
# Words that say what is wanted, not what about.
_IDLE_WORDS = """
add advanced also and any api app application are async before build change code create doc docs
does each endpoint endpoints every fastapi fix for from function get give guide handle have how
index into its like list make need new not now our page project reference route save see should
support that the their them this tutorial update use used user using want what when which with work
write you your
"""
_IDLE = frozenset(_IDLE_WORDS.split())


def news_block(
    expert: "Expert", installed: str, task: str, titles: Iterable[str], *, project: str, room: int
) -> str:
    """The changes in the areas of the task as lines, with the count of the rest and the call for it.

    `titles` are those of the pages that the task leads to; they count half of what the task says itself.
    """
    from maestro_knowledge.core.errors import MaestroError

    try:
        compared = _compare(expert, installed)
    except MaestroError:
        return ""  # a version that cannot be compared is no reason to say nothing else
    if compared is None:
        return f"Nothing newer than {installed} is known here."
    every = [(kind, row) for kind in _WEIGHT for row in getattr(compared, kind)]
    terms = dict.fromkeys((word for title in titles for word in _words(title)), 0.5)
    terms |= dict.fromkeys(_words(task), 1.0)
    best = _rank(every, terms)
    head = f"New since {installed}, up to {compared.to_version}"
    about = f" in what this touches ({len(best)} of {len(every)} changes)" if terms else ""
    common = _topic(best, terms)
    topic = f", topic={common!r}" if common else ""
    call = f"compare_versions(project={project!r}{topic})"
    tail = f"All of it, and the lines of the project that it touches: `{call}`."
    if not every:
        return f"{head}: {' '.join(compared.notes[:1]) or 'no changes are known.'}"
    lines = list(_fitting(best, room - len(head) - len(about) - len(tail) - 10))
    return "\n".join([f"{head}{about}:" if lines else f"{head}: {_counts(compared)}.", *lines, tail])


def _compare(expert: "Expert", installed: str) -> "Comparison | None":
    from packaging.version import Version

    from maestro_knowledge.upgrade.compare import compare_versions, read_version
    from maestro_server.expert.comparing import known_contents

    known = known_contents(expert)
    newest = max((one.snapshot.version for one in known), key=Version, default="")
    if not newest or read_version(installed, "installed") >= read_version(newest, "newest"):
        return None
    releases = next((one.releases for one in known if one.releases), ())
    return compare_versions(installed, newest, releases=releases)


def _rank(rows: Sequence[tuple[str, "Row"]], terms: Mapping[str, float]) -> list[tuple[str, "Row"]]:
    """The rows that speak of the terms, rare terms and breaking changes first; all of them without terms."""
    texts = [frozenset(_words(row.text)) for _, row in rows]
    frequency = Counter(term for text in texts for term in terms if term in text)
    scored = []
    for number, ((kind, row), text) in enumerate(zip(rows, texts, strict=True)):
        known = sorted(text & terms.keys())
        score = sum(terms[term] * math.log(1 + len(rows) / frequency[term]) for term in known)
        # One word that a page's title shares with a change is chance.
        if not terms or sum(terms[term] for term in known) >= 1:
            scored.append((-(score or 1.0) * _WEIGHT[kind], -number, kind, row))
    return [(kind, row) for *_, kind, row in sorted(scored, key=lambda one: one[:2])]


def _topic(best: Sequence[tuple[str, "Row"]], terms: Mapping[str, float]) -> str:
    """The word of the task that most of the best rows share: every word of a topic has to be in a row."""
    said: dict[str, int] = {}
    for _, row in best[:MOST]:
        for term in {*_words(row.text)} & {term for term, weight in terms.items() if weight == 1}:
            said[term] = said.get(term, 0) + 1
    return min(said, key=lambda term: (-said[term], term)) if said else ""


def _fitting(best: Sequence[tuple[str, "Row"]], room: int) -> Iterator[str]:
    for kind, row in best[:MOST]:
        ref = f" (`{row.ref}`)" if row.ref else ""
        line = f"- {row.version} {kind}: {one_line(row.text, 180)}{ref}"
        room -= len(line) + 1
        if room < 0:
            return
        yield line


def _counts(compared: "Comparison") -> str:
    return ", ".join(f"{len(getattr(compared, kind))} {kind}" for kind in _WEIGHT)


def _words(text: str) -> list[str]:
    words = (word for word in _WORD.findall(text[:4000].lower()) if word not in _IDLE)
    return [_singular(word) for word in words if len(word) > 2]


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and len(word) > 4 and not word.endswith("ss") else word
