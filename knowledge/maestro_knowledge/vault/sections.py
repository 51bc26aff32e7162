"""A page → its sections.

The page itself is the first: id `tutorial/cors`, the text above the first heading below the title, with the
anchor of the title. Every other heading makes a section `tutorial/cors#anchor`. The whole page is all of
them, by `order`.
"""

import posixpath
from collections.abc import Iterator, Sequence

from maestro_knowledge.core.records import dataclass, field, replace
from maestro_knowledge.core.refs import make_ref
from maestro_knowledge.core.text import clean
from maestro_knowledge.vault.anchors import make_anchors
from maestro_knowledge.vault.blocks import (
    Block,
    Code,
    Document,
    Footnote,
    Heading,
    Paragraph,
    Text,
    replace_codes,
)
from maestro_knowledge.vault.includes import Resolver, Shelf
from maestro_knowledge.vault.links import find_page
from maestro_knowledge.vault.markdown import parse_markdown
from maestro_knowledge.vault.model import CodeBlock, Place, Problem, Section, Snapshot, SourceRef
from maestro_knowledge.vault.pages import Page, Site
from maestro_knowledge.vault.render import codes_in, directives_in, headings_in, links_in, render

MAX_SECTIONS = 2_000
MAX_LINES = 50_000
ORDER_OF_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page that was read: its sections, the files it looked for, and what was wrong."""

    sections: tuple[Section, ...]
    includes: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A heading and what stands below it, up to the next one."""

    heading: Heading | None
    blocks: tuple[Block, ...]
    first_line: int
    last_line: int


def read_page(content: bytes, page: Page, site: Site, shelf: Shelf, snapshot: Snapshot) -> ReadPage:
    """The sections of a page."""
    source, problems = _decode(content, page)
    resolver = Resolver(shelf, page.file)
    document = parse_markdown(resolver.splice(source), site=site.url)
    anchors = make_anchors(headings_in(document.blocks))
    notes = tuple(block for block in document.blocks if isinstance(block, Footnote))
    parts = _split(document, source.count("\n") + 1)
    if len(parts) > MAX_SECTIONS:
        problems.append(Problem(page.file, f"has {len(parts)} headings; the first {MAX_SECTIONS} are read"))
        parts = parts[:MAX_SECTIONS]
    writer = _Writer(page, site, snapshot, resolver, _title(parts[0].heading, document, page), notes)
    made = (
        writer.section(number, part, anchors[id(part.heading)] if part.heading else "")
        for number, part in enumerate(parts)
    )
    sections = tuple(section for section in made if section.id not in site.skipped)
    problems += [Problem(page.file, message) for message in resolver.problems]
    return ReadPage(sections, tuple(resolver.looked_for), tuple(problems))


@dataclass(slots=True)
class _Writer:
    """Writes the sections of one page, in order, and knows which headings stand above the next."""

    page: Page
    site: Site
    snapshot: Snapshot
    resolver: Resolver
    title: str
    notes: tuple[Footnote, ...] = ()
    _above: list[tuple[int, str]] = field(default_factory=list)

    def section(self, number: int, part: _Part, anchor: str) -> Section:
        """The section of a part; number 0 is the page itself."""
        blocks = self.resolver.resolve(part.blocks)
        title, trail = self.title, tuple[str, ...]()
        if number and part.heading:
            title, trail = self._below(part.heading, anchor)
        page, snapshot = self.page, self.snapshot
        return Section(
            id=f"{page.id}#{anchor}" if number else page.id,
            kind="docs",
            title=title,
            trail=trail,
            body=self._with_notes(render(_without_repeats(blocks))),
            source=SourceRef(
                snapshot.name,
                snapshot.layer,
                snapshot.version,
                snapshot.commit,
                page.file,
                part.first_line,
                part.last_line,
            ),
            url=f"{page.url}#{anchor}" if number and page.url else page.url,
            place=Place(page.path, anchor) if page.is_published else None,
            order=page.order * ORDER_OF_PAGE + number,
            code=tuple(_code_blocks(blocks)),
            related=tuple(dict.fromkeys(self._related(blocks))),
            cites=() if page.is_published else tuple(dict.fromkeys(self._cites(blocks))),
        )

    def _with_notes(self, body: str) -> str:
        """The text with the footnotes that it refers to, wherever on the page they are written."""
        if "[^" not in body:
            return body
        return "\n\n".join((body, *(render([note]) for note in self.notes if f"[^{note.label}]" in body)))

    def _related(self, blocks: Sequence[Block]) -> Iterator[str]:
        """Refs of what the blocks point at; whether it is there is looked at when all pages are read."""
        for link in links_in(blocks):
            if (target := find_page(link, self.page, self.site)) and target != self.page.id:
                yield make_ref("docs", target, source=self.snapshot.name)
        for directive in directives_in(blocks):
            yield make_ref("api", directive.name, source=self.snapshot.name)

    def _cites(self, blocks: Sequence[Block]) -> Iterator[Place]:
        """The places of the published documentation that the blocks link to."""
        for link in links_in(blocks):
            if self.site.url and link.startswith(self.site.url):
                found, _, anchor = find_page(link, self.page, self.site).partition("#")
                path, _, written = link[len(self.site.url) :].partition("#")
                guess = path.strip("/") or "index"
                yield Place(f"{found or guess}.md", anchor or written)

    def _below(self, heading: Heading, anchor: str) -> tuple[str, tuple[str, ...]]:
        """The title of a heading, and those above it."""
        title = _one_line(heading.text.shown) or anchor
        self._above = [entry for entry in self._above if entry[0] < heading.level]
        trail = (self.title, *(name for _, name in self._above))
        self._above.append((heading.level, title))
        return title, trail


def _decode(content: bytes, page: Page) -> tuple[str, list[Problem]]:
    problems = []
    source = clean(content.decode("utf-8", "replace"))
    if not _is_utf8(content):
        said = "is not UTF-8; what could not be read is shown as \N{REPLACEMENT CHARACTER}"
        problems.append(Problem(page.file, said))
    lines = source.count("\n")
    if lines > MAX_LINES:
        problems.append(Problem(page.file, f"has {lines} lines; the first {MAX_LINES} are read"))
        source = "\n".join(source.split("\n", MAX_LINES)[:MAX_LINES])
    return source, problems


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _split(document: Document, last_line: int) -> list[_Part]:
    """The parts of a page; the first is the page's own, with the title if the page begins with one."""
    parts: list[_Part] = []
    heading: Heading | None = None
    blocks: list[Block] = []
    first = 1
    for block, line in zip(document.blocks, document.lines, strict=True):
        if isinstance(block, Heading) and (parts or heading or block.level > 1):
            parts.append(_Part(heading, tuple(blocks), first, max(first, line - 1)))
            heading, blocks, first = block, [], line
        elif isinstance(block, Heading):
            heading = block
        elif not isinstance(block, Footnote):
            blocks.append(block)
    parts.append(_Part(heading, tuple(blocks), first, max(first, last_line)))
    return parts


def _title(heading: Heading | None, document: Document, page: Page) -> str:
    """A page's title: its first heading, else what its front matter, the navigation or its name says."""
    if heading and heading.text.shown:
        return _one_line(heading.text.shown)
    stated = document.front.get("title")
    if isinstance(stated, str) and stated.strip():
        return _one_line(clean(stated))
    name = posixpath.basename(page.id)
    if name == "index":
        name = posixpath.basename(posixpath.dirname(page.id)) or "Home"
    return _one_line(page.title) or name.replace("-", " ").replace("_", " ").capitalize()


def _one_line(text: str) -> str:
    return " ".join(text.replace("**", "").split())[:300]


def _without_repeats(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks with a file that is shown once more cut to the lines that are now pointed at."""
    seen: set[tuple[str, int, int]] = set()

    def shorten(code: Code) -> Block:
        key = (code.file, code.first_line, code.last_line)
        if not code.file or key not in seen:
            seen.add(key)
            return code
        if not code.highlighted:
            return Paragraph(Text(f"(`{code.file}`, as above.)"))
        first, last = code.highlighted[0], code.highlighted[-1]
        lines = code.text.split("\n")[first - code.first_line : last - code.first_line + 1]
        return replace(code, text="\n".join(lines), first_line=first, last_line=last, is_excerpt=True)

    return replace_codes(blocks, shorten)


def _code_blocks(blocks: Sequence[Block]) -> Iterator[CodeBlock]:
    for code in codes_in(blocks):
        if code.text.strip():
            yield CodeBlock(
                text=code.text, language=code.language, file=code.file, first_line=code.first_line,
                last_line=code.last_line, highlighted=code.highlighted, variants=code.variants,
            )  # fmt: skip
