"""Guides from their files: front matter checked, Markdown split at its headings."""

import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import count

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.core.frontmatter import split_front_matter
from maestro_knowledge.core.refs import parse_ref
from maestro_knowledge.core.text import slugify
from maestro_knowledge.guides.model import Guide, GuideSection

_FENCE = re.compile(r"(`{3,}|~{3,})")
_HEADING = re.compile(r"(#{2,3}) (\S.*)")
_SEE = "See: "
_ASKED = "Asked as: "


class _FrontMatter(BaseModel):
    """The keys that a guide's front matter must have, and no others."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: str = Field(min_length=1)
    question: str = Field(min_length=1)
    keywords: list[str] = Field(min_length=1)
    cites: list[str] = Field(min_length=1)


def load_guides(folder: Traversable | None = None) -> tuple[Guide, ...]:
    """All guides of the folder, the shipped ones by default, sorted by name."""
    folder = folder if folder is not None else files("maestro_knowledge.guides") / "data"
    pages = sorted(
        (page for page in folder.iterdir() if page.name.endswith(".md")),
        key=lambda page: page.name.removesuffix(".md"),
    )
    return tuple(read_guide(page.read_text(encoding="utf-8"), file=page.name) for page in pages)


def read_guide(text: str, *, file: str) -> Guide:
    """The guide that the text of `file` holds, or `BadArgument` that names the file."""
    data, body = split_front_matter(text, what=f"Guide {file}")
    try:
        front = _FrontMatter.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise BadArgument(f"Guide {file}: {key}: {first['msg']}.", "Correct its front matter.") from None
    if f"{front.name}.md" != file:
        raise BadArgument(f"Guide {file} calls itself {front.name!r}.", "File and name are the same word.")
    return Guide(
        name=front.name,
        title=front.title,
        question=front.question,
        keywords=tuple(front.keywords),
        cites=_refs(front.cites, file=file),
        text="\n".join(line for line in body.split("\n") if not line.startswith(_ASKED)).rstrip() + "\n",
        file=file,
        sections=_sections(body, front, file=file),
    )


def _refs(refs: list[str], *, file: str) -> tuple[str, ...]:
    """The refs as written, once each is known to be one."""
    for ref in refs:
        try:
            parse_ref(ref)
        except BadArgument as error:
            raise BadArgument(f"Guide {file} cites a wrong ref: {error.message}", error.hint) from None
    return tuple(refs)


def _sections(body: str, front: _FrontMatter, *, file: str) -> tuple[GuideSection, ...]:
    """The short answer and one section per heading, with anchors that differ."""
    intro, *rest = _split(body)
    cites, keywords, text = _lead(intro[2], file=file)
    sections = [
        GuideSection(
            "", front.title, text, _refs(front.cites + cites, file=file), (*front.keywords, *keywords), 1
        )
    ]
    taken = {""}
    for level, title, lines in rest:
        cites, keywords, text = _lead(lines, file=file)
        anchor = _free_anchor(slugify(title), taken)
        taken.add(anchor)
        sections.append(GuideSection(anchor, title, text, _refs(cites, file=file), tuple(keywords), level))
    return tuple(sections)


def _free_anchor(anchor: str, taken: set[str]) -> str:
    """The anchor, or with the first number that makes it one of its own."""
    if anchor not in taken:
        return anchor
    return next(name for number in count(1) if (name := f"{anchor}_{number}") not in taken)


def _split(body: str) -> list[tuple[int, str, list[str]]]:
    """Level, title and lines of every heading outside code; the first has no heading."""
    parts: list[tuple[int, str, list[str]]] = [(1, "", [])]
    fence = ""
    for line in body.split("\n"):
        mark = _FENCE.match(line)
        heading = None if fence else _HEADING.fullmatch(line)
        if heading:
            parts.append((len(heading[1]), heading[2].strip(), []))
            continue
        if mark and not fence:
            fence = mark[1]
        elif mark and line.strip() == fence:
            fence = ""
        parts[-1][2].append(line)
    return parts


def _lead(lines: list[str], *, file: str) -> tuple[list[str], list[str], str]:
    """The refs and phrases in the first lines of a section, and the text below them."""
    cites: list[str] = []
    keywords: list[str] = []
    start = 0
    for line in lines:
        if line.startswith(_SEE):
            cites = [ref.strip() for ref in line.removeprefix(_SEE).split(",")]
        elif line.startswith(_ASKED):
            keywords = [phrase.strip() for phrase in line.removeprefix(_ASKED).split(";")]
        else:
            break
        start += 1
    if any(line.startswith((_SEE, _ASKED)) for line in lines[start:]):
        raise BadArgument(
            f"Guide {file} has a `See:` or `Asked as:` line in the middle of a section.",
            "Put it directly below the heading.",
        )
    return cites, keywords, "\n".join(lines[start:]).strip() + "\n"
