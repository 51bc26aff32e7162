"""What of a section to show: the passage around the words that were asked for, code whole or not at all."""

import re
from collections.abc import Callable, Iterator

from maestro_indexer.corpus import Corpus
from maestro_indexer.query import Query
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.vault.model import Section

WORDS = 60
BEFORE = 15
LONGEST = 40_000
CODE_LINES = 12
CODE_CHARACTERS = 480
PROSE_CHARACTERS = 520

_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,600}(?:\s\"[^\"]{0,200}\")?\)(?:\{[^{}]{0,100}\})?")
_ADDRESS = re.compile(r"<([a-z]{2,10}:[^<>\s]{1,600})>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,400}>")
_ADMONITION = re.compile(r"^\s*(?:/{3,}|!{3}|\?{3}\+?)\s*(?:\w+)?\s*\|?\s*")
_ATOM = re.compile(r"`[^`\n]{1,200}`\S*|\S+")
_SENTENCE = re.compile(r"(?<=[.!?:])\s+(?=[A-Z`*\"(])")

Measure = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class _Block:
    """A sentence, a list item or a fenced code block."""

    text: str
    is_code: bool
    language: str = ""


def make_snippet(section: Section, query: Query, corpus: Corpus) -> str:
    """Up to about sixty words around what was asked for, and the code beside it when it is short."""
    measure = _measure(query, corpus)
    blocks = list(_split(section.body[:LONGEST]))
    prose = _best_prose([block.text for block in blocks if not block.is_code], measure)
    code = _best_code([block for block in blocks if block.is_code], measure, wanted=section.kind == "example")
    return "\n\n".join(part for part in (prose, code) if part)


def _measure(query: Query, corpus: Corpus) -> Measure:
    """How much a text says of the query, by how its words begin: exact enough, and ten times faster."""
    weights: dict[str, float] = {}
    for term, weight in query.terms.items():
        begin = term[:-1] if len(term) > 4 and term.endswith("i") else term
        weights[begin] = max(weights.get(begin, 0.0), weight * corpus.impacts(term).rarity)
    if not weights:
        return lambda _: 0.0
    longest_first = sorted(weights, key=lambda begin: (-len(begin), begin))
    pattern = re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, longest_first))})")

    def measure(text: str) -> float:
        return sum(weights[begin] for begin in set(pattern.findall(text.lower())))

    return measure


def _split(body: str) -> Iterator[_Block]:
    lines: list[str] = []
    fence, language, code = "", "", list[str]()
    for line in body.splitlines():
        mark = line.lstrip(" >")
        run = mark[: len(mark) - len(mark.lstrip("`~"))]
        if fence:
            if run.startswith(fence) and not mark.strip("`~ \t"):
                yield _Block("\n".join(code), is_code=True, language=language)
                fence, code = "", []
            else:
                code.append(line)
        elif len(run) >= 3:
            yield from _sentences(lines)
            lines = []
            fence, language = run, (mark[len(run) :].split() or [""])[0].split("{")[0]
        else:
            lines.append(line)
    yield from _sentences(lines)


def _sentences(lines: list[str]) -> Iterator[_Block]:
    paragraph: list[str] = []
    for line in [*lines, ""]:
        text = _ADMONITION.sub("", line).strip()
        starts = (
            not text or text.startswith(("* ", "- ", "#", "|")) or line.lstrip().startswith(("///", "!!!"))
        )
        if starts and paragraph:
            joined = _TAG.sub("", _ADDRESS.sub(r"\1", _LINK.sub(r"\1", " ".join(paragraph))))
            yield from (_Block(part, is_code=False) for part in _SENTENCE.split(joined) if part.strip())
            paragraph = []
        if text and not text.startswith(("#", "|--", "| --")):
            paragraph.append(text.removeprefix("* ").removeprefix("- ") if text[:2] in {"* ", "- "} else text)


def _best_prose(sentences: list[str], measure: Measure) -> str:
    """The run of sentences that says most of what was asked, from the sentence that says the most."""
    if not sentences:
        return ""
    values = [measure(sentence) for sentence in sentences]
    start = max(range(len(sentences)), key=lambda n: (values[n], -n))
    chosen = [start]
    words = _count(sentences[start])
    if words > WORDS:
        return _cut(sentences[start], measure)
    after = start + 1
    while after < len(sentences) and words + _count(sentences[after]) <= WORDS:
        chosen.append(after)
        words += _count(sentences[after])
        after += 1
    while chosen[0] > 0 and words + _count(sentences[chosen[0] - 1]) <= WORDS:
        chosen.insert(0, chosen[0] - 1)
        words += _count(sentences[chosen[0]])
    text = " ".join(sentences[n] for n in chosen)
    return text if len(text) <= PROSE_CHARACTERS else _cut(text, measure)


def _count(text: str) -> int:
    return len(_ATOM.findall(text))


def _cut(text: str, measure: Measure) -> str:
    """The window of one long sentence that says most, cut between words and never inside inline code."""
    atoms = _ATOM.findall(text)[:2_000]
    values = [measure(atom) for atom in atoms]
    around = max(range(len(atoms)), key=lambda n: (sum(values[n : n + BEFORE]), values[n], -n))
    first = max(min(around - BEFORE, len(atoms) - WORDS), 0)
    last, size = first, 0
    while last < len(atoms) and last - first < WORDS and size + len(atoms[last]) < PROSE_CHARACTERS:
        size += len(atoms[last]) + 1
        last += 1
    shown = " ".join(atoms[first:last])
    return f"{'… ' if first else ''}{shown}{' …' if last < len(atoms) else ''}"


def _best_code(blocks: list[_Block], measure: Measure, *, wanted: bool) -> str:
    """The block of code that says most, whole; of a long one that is itself wanted, the best of its lines."""
    scored = [(measure(block.text), -n, block) for n, block in enumerate(blocks)]
    short = [entry for entry in scored if _is_short(entry[2].text) and (entry[0] > 0 or wanted)]
    if short:
        block = max(short, key=lambda entry: entry[:2])[2]
        return f"```{block.language}\n{block.text.strip(chr(10))}\n```"
    if not (wanted and scored):
        return ""
    block = max(scored, key=lambda entry: entry[:2])[2]
    lines = block.text.strip("\n").splitlines()
    values = [measure(line) for line in lines]
    start = max(range(len(lines)), key=lambda n: (sum(values[n : n + CODE_LINES]), -n))
    kept = lines[start : start + CODE_LINES]
    while len("\n".join(kept)) > CODE_CHARACTERS and len(kept) > 1:
        kept.pop()
    above, below = start > 0, start + len(kept) < len(lines)
    return "\n".join([f"```{block.language}", *["# …"][:above], *kept, *["# …"][:below], "```"])


def _is_short(code: str) -> bool:
    return 0 < len(code) <= CODE_CHARACTERS and code.strip("\n").count("\n") < CODE_LINES
