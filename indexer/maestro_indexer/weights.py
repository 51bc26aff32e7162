"""A section → how much each term says about it: one fused field, headings before prose before code."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from maestro_indexer.vocabulary import STOP_WORDS
from maestro_indexer.words import read_words
from maestro_knowledge.vault.model import CodeBlock, Section

HEADING = 3.0
KEYWORD = 2.0
TRAIL = 0.7
PROSE = 1.0
CODE = 0.5
MAX_PROSE = 200_000
MAX_PLAIN_CODE_LINES = 15


@dataclass(frozen=True, slots=True)
class WeighedText:
    """A section as terms with weights, and the plain words of it for spelling."""

    terms: dict[str, float]
    surface: frozenset[str]

    @property
    def length(self) -> float:
        """How much is said in all."""
        return sum(self.terms.values())


def weigh(section: Section) -> WeighedText:
    """The terms of the section, each with the sum of its weights."""
    terms: defaultdict[str, float] = defaultdict(float)
    surface: set[str] = set()
    for weight, texts in _weighted_texts(section):
        for text in texts:
            for word in read_words(text):
                if word.surface in STOP_WORDS:
                    continue
                for term in word.terms:
                    terms[term] += weight
                if word.surface.isalpha() and len(word.surface) > 3:
                    surface.add(word.surface)
    return WeighedText(dict(terms), frozenset(surface))


def _weighted_texts(section: Section) -> Iterator[tuple[float, Iterable[str]]]:
    page = section.id.partition("#")[0]
    prose, fences = split_fences(section.body[:MAX_PROSE])
    yield HEADING, (section.title,)
    yield KEYWORD, section.keywords
    yield TRAIL, (*section.trail, page.replace("/", " ").replace("-", " "))
    yield PROSE, (prose,)
    yield CODE, _code_texts(section.code, fences)


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
