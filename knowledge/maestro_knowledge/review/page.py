"""A rule's page: front matter, prose for people, and examples that are its tests.

    ---
    id: ASY102
    name: sleep-in-async
    docs: [docs:async#very-technical-details]
    ---

    # `time.sleep` stalls the event loop            one line: the fault, as a heading

    ## What it finds
    ## Why it matters                               its first paragraph is the finding's `why`
    ## Bad
    ## Good
    ## What is not flagged
    ## Fix                                          its first paragraph is the finding's `fix`
    ## References                    the refs of the front matter as a list, with a word on each

All sections, in this order. A fenced `python` block below *Bad* or *Good* is an example. In a bad one a
comment at the end of the offending line is the finding that is expected there, and nothing else may be
found by this rule; several are separated by commas:

    time.sleep(1)  # ASY102

A question without a line is marked on line 1. An example of several files is a row of blocks with
nothing but blank lines between them, each saying its path after the language:

    ```python file=app/main.py

Any language will do with `file=`, so `toml file=pyproject.toml` pins versions. A page has at least as many
good examples as bad ones.
"""

import re
from functools import cached_property
from typing import Any

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.core.frontmatter import split_front_matter
from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.refs import parse_ref

SECTIONS = (
    "What it finds",
    "Why it matters",
    "Bad",
    "Good",
    "What is not flagged",
    "Fix",
    "References",
)

_FENCE = Pattern(r"(?P<mark>`{3,})(?P<language>\w*)(?: +file=(?P<file>\S+))?\s*")
_MARK = Pattern(r"#\s*(?P<ids>[A-Z]{3}\d{3}(?:\s*,\s*[A-Z]{3}\d{3})*)\b[^\n]*$")
_REF = r"[a-z]+:[\w./@#-]+"
_REFS = rf"(?:{_REF}(?:, {_REF})*)?"
_PLAIN = Pattern(
    rf"---\nid: ([A-Z]{{3}}\d{{3}})\nname: ([a-z]+(?:-[a-z0-9]+)+)\ndocs: \[({_REFS})\]\n---\n", re.ASCII
)
DEFAULT_FILE = "main.py"


@dataclass(frozen=True, slots=True)
class Example:
    """A small project as its files, and the findings that its marks expect as (path, line, id)."""

    files: tuple[tuple[str, str], ...]
    expected: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True)
class Page:
    """A rule's page in its parts; `text` is the Markdown below the front matter."""

    id: str
    name: str
    title: str
    docs: tuple[str, ...]
    text: str
    sections: tuple[tuple[str, str], ...]

    def section(self, heading: str) -> str:
        """The Markdown below one of the `SECTIONS`."""
        return dict(self.sections)[heading]

    @cached_property
    def summary(self) -> str:
        """The first paragraph of what it finds."""
        return _first_paragraph(self.section("What it finds"))

    @cached_property
    def why(self) -> str:
        """The first paragraph of why it matters."""
        return _first_paragraph(self.section("Why it matters"))

    @cached_property
    def fix(self) -> str:
        """The first paragraph of what mends it."""
        return _first_paragraph(self.section("Fix"))

    @cached_property
    def bad(self) -> tuple[Example, ...]:
        """The examples that must be found, with their marks."""
        return _examples(self.section("Bad"))

    @cached_property
    def good(self) -> tuple[Example, ...]:
        """The examples that must stay quiet."""
        return _examples(self.section("Good"))


def read_page(text: str, *, file: str) -> Page:
    """The page that the text of `file` holds, or `BadArgument` that names what is wrong with it."""
    data, body = _split_plain(text) or split_front_matter(text, what=f"Rule page {file}")
    if sorted(data) != ["docs", "id", "name"] or not isinstance(data["docs"], list):
        raise BadArgument(f"Rule page {file}: front matter is id, name and docs.", "Write these three.")
    docs = tuple(str(ref) for ref in data["docs"])
    for ref in docs:
        parse_ref(ref)
    title, sections = _split(body)
    if tuple(heading for heading, _ in sections) != SECTIONS or not title:
        raise BadArgument(f"Rule page {file}: its headings are wrong.", f"In order: {', '.join(SECTIONS)}.")
    return Page(str(data["id"]), str(data["name"]), title, docs, body, sections)


def _split_plain(text: str) -> tuple[dict[str, Any], str] | None:
    """Front matter in the form that all pages have, without loading YAML; None where it has another."""
    if (match := _PLAIN.match(text)) is None:
        return None
    id_, name, docs = match.groups()
    data = {"id": id_, "name": name, "docs": docs.split(", ") if docs else []}
    return data, text[match.end() :].lstrip("\n")


def marks(text: str, path: str) -> list[tuple[str, int, str]]:
    """The findings that the comments at the ends of lines expect, as (path, line, id)."""
    return [
        (path, number, name.strip())
        for number, line in enumerate(text.split("\n"), 1)
        if (match := _MARK.search(line))
        for name in match["ids"].split(",")
    ]


def _split(body: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The title, and heading with text of every second-level section outside code."""
    head, *rest = body.split("\n## ")
    parts = [part.partition("\n") for part in rest]
    sections = tuple((heading.strip(), text.strip()) for heading, _, text in parts)
    if head.startswith("# ") and "\n" not in head.strip() and tuple(name for name, _ in sections) == SECTIONS:
        return head[2:].strip(), sections  # as every page of ours is written, without looking at each line
    return _split_by_line(body)


def _split_by_line(body: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    title = ""
    parts: list[tuple[str, list[str]]] = []
    fence = ""
    for line in body.split("\n"):
        mark = line.strip() if line.startswith("```") else ""
        if not fence and line.startswith("# ") and not parts:
            title = line[2:].strip()
        elif not fence and line.startswith("## "):
            parts.append((line[3:].strip(), []))
        elif parts:
            parts[-1][1].append(line)
        if mark:
            fence = "" if fence and mark == fence else fence or mark[: len(mark) - len(mark.lstrip("`"))]
    return title, tuple((heading, "\n".join(lines).strip()) for heading, lines in parts)


def _first_paragraph(text: str) -> str:
    return " ".join(text.split("\n\n", 1)[0].split())


def _examples(text: str) -> tuple[Example, ...]:
    """Every fenced block, rows of blocks with `file=` taken together."""
    groups: list[list[tuple[str, str]]] = []
    block: list[str] | None = None
    path = fence = ""
    row_goes_on = False
    for line in text.split("\n"):
        opening = _FENCE.fullmatch(line) if block is None else None
        if opening and (opening["file"] or opening["language"] == "python"):
            fence, path, block = opening["mark"], opening["file"] or "", []
            row_goes_on = row_goes_on and bool(path)
        elif block is not None and line.strip() == fence:
            if not row_goes_on:
                groups.append([])
            groups[-1].append((path or DEFAULT_FILE, "\n".join(block) + "\n"))
            row_goes_on, block = bool(path), None
        elif block is not None:
            block.append(line)
        elif line.strip():
            row_goes_on = False
    return tuple(_example(files) for files in groups)


def _example(files: list[tuple[str, str]]) -> Example:
    expected = [mark for path, text in files for mark in marks(text, path)]
    return Example(tuple(files), tuple(sorted(expected)))
