"""A section → how much each term says about it: one fused field, headings before prose before code."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from maestro_indexer.asked import asked_as
from maestro_indexer.words import Word, fold, read_words
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.vault.model import CodeBlock, Section

HEADING = 4.0
KEYWORD = 2.5
TRAIL = 0.4
PROSE = 0.7
CODE = 0.3
PARAMETER = 1.5
LONGEST = 300.0  # a symbol with fifty parameters tells of each no less than one with five
MAX_PROSE = 200_000
MAX_PLAIN_CODE_LINES = 15
MAX_PAIRED = 10
UNSPELLED = frozenset({"release", "example"})  # what they say, others say too, with fewer slips

_SPELLED = re.compile(r"[a-z][a-z0-9_]{3,39}")
_PARAMETER = re.compile(r"^[-*] `(\w{2,60})`", re.MULTILINE)
# Of a release, what it brings says what it is about; the rest is much the same in all of them.
_CHANGES = (
    (re.compile(r"breaking|feature|upgrade|deprecat|remov|security", re.IGNORECASE), 1.0),
    (re.compile(r"fix|highlight|refactor", re.IGNORECASE), 0.5),
    (re.compile(r"docs|translation|internal", re.IGNORECASE), 0.1),
)


@dataclass(frozen=True, slots=True)
class WeighedText:
    """A section as terms with weights.

    `length` is what it says by itself, without the phrases that others ask for it with. `pairs` are words
    that stand together in a heading or such a phrase. `surface` are the words as written, for spelling.
    """

    terms: Mapping[str, float]
    length: float
    pairs: frozenset[str]
    surface: frozenset[str]


def weigh(section: Section) -> WeighedText:
    """The terms of the section, each with the sum of its weights."""
    terms: defaultdict[str, float] = defaultdict(float)
    surface: set[str] = set()
    phrases = (*section.keywords, *asked_as(section))
    for weight, text in _own_texts(section):
        _add(text, weight, terms, surface)
    length = min(sum(terms.values()), LONGEST)
    for phrase in phrases:
        _add(phrase, KEYWORD, terms, surface)
    for name in _PARAMETER.findall(section.body[:MAX_PROSE]) if section.kind == "api" else ():
        terms[fold(name)] += PARAMETER
    pairs = frozenset(pair for phrase in (section.title, *phrases) for pair in pair_up(telling_words(phrase)))
    spelled = frozenset(surface) if section.kind not in UNSPELLED else frozenset[str]()
    return WeighedText(dict(terms), length, pairs, spelled)


def telling_words(text: str) -> Iterator[Word]:
    """The words of `text` that say something."""
    return (word for word in read_words(text) if not word.is_empty)


def pair_up(words: Iterable[Word], limit: int = MAX_PAIRED) -> Iterator[str]:
    """Every two of the words, as one term each, whichever comes first."""
    stems = sorted(list(dict.fromkeys(stem for word in words for stem in word.stems))[:limit])
    return (f"{first} {second}" for first, second in combinations(stems, 2))


def _add(text: str, weight: float, terms: defaultdict[str, float], surface: set[str]) -> None:
    for word in telling_words(text):
        for term in word.terms:
            terms[term] += weight
        if _SPELLED.fullmatch(word.surface):
            surface.add(word.surface)


def _own_texts(section: Section) -> Iterator[tuple[float, str]]:
    page = section.id.partition("#")[0]
    yield HEADING, section.title
    for above in (*section.trail, page.replace("/", " ").replace("-", " ")):
        yield TRAIL, above
    if section.kind == "release":
        yield HEADING, section.id.rpartition(".")[0]  # 0.115 finds 0.115.0
        yield from _release_texts(section.body)
        return
    prose, fences = split_fences(section.body[:MAX_PROSE])
    yield PROSE, prose if section.kind != "example" else ""
    whole = section.kind in {"example", "api"}
    for code in fences if whole else _code_texts(section.code, fences):
        yield CODE, code


def _release_texts(body: str) -> Iterator[tuple[float, str]]:
    """The lines of a release with the weight of the heading they stand under."""
    share = 1.0
    for line in body[:MAX_PROSE].splitlines():
        if line.startswith("#") or (line.startswith("**") and line.endswith("**")):
            share = next((weight for pattern, weight in _CHANGES if pattern.search(line)), 0.5)
        else:
            yield PROSE * share, line


def _code_texts(blocks: tuple[CodeBlock, ...], fences: tuple[str, ...]) -> Iterator[str]:
    """The lines that are meant: the highlighted ones, or all of a short block."""
    for block in blocks:
        lines = block.text.splitlines()
        if block.highlighted:
            numbers = (number - max(block.first_line, 1) for number in block.highlighted)
            yield "\n".join(lines[number] for number in numbers if 0 <= number < len(lines))
        elif len(lines) <= MAX_PLAIN_CODE_LINES:
            yield block.text
    if not blocks:
        yield from (text for text in fences if text.count("\n") <= MAX_PLAIN_CODE_LINES)


def split_fences(body: str) -> tuple[str, tuple[str, ...]]:
    """The prose of a Markdown body, and the texts of its fenced code."""
    prose: list[str] = []
    fences: list[str] = []
    fence, inside = "", list[str]()
    for line in body.splitlines():
        mark = line.lstrip(" >")
        run = mark[: len(mark) - len(mark.lstrip("`~"))]
        if fence:
            if run.startswith(fence) and not mark.strip("`~ \t"):
                fences.append("\n".join(inside))
                fence, inside = "", []
            else:
                inside.append(line)
        elif len(run) >= 3:
            fence = run
        else:
            prose.append(line)
    if inside:
        fences.append("\n".join(inside))
    return "\n".join(prose), tuple(fences)
