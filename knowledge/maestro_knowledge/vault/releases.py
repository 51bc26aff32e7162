"""Release notes → what changed in which version."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from maestro_knowledge.core.records import replace
from maestro_knowledge.core.text import clean
from maestro_knowledge.vault.anchors import make_anchors
from maestro_knowledge.vault.blocks import Block, Document, Heading, Listing, Paragraph
from maestro_knowledge.vault.markdown import parse_markdown
from maestro_knowledge.vault.model import Change, ChangeKind, Place, Release, Section, Snapshot, SourceRef
from maestro_knowledge.vault.remotes import as_version
from maestro_knowledge.vault.render import headings_in, render

MAX_RELEASES = 3_000
_VERSION = re.compile(r"\[?v?(\d+(?:\.\d+)+[\w.+-]*)\]?[ ]*(.*)")
_PULL = re.compile(r"#(\d{1,7})\b|/pull/(\d{1,7})\b")
_CREDIT = re.compile(r"[ ]*\b(?:in[ ]+)?(?:PRs?|by)\b[ ]+(?:\[?[#@]|\[?<?https?://[^ ]*/pull/).*$")
_DECORATION = re.compile(r"^[^\w`\"'(\[<@*$/.-]+(?=\S)")
_ORDINAL = re.compile(r"(\d)(?:st|nd|rd|th)\b")
_GROUPS: tuple[tuple[str, ChangeKind], ...] = (
    ("breaking", "breaking"),
    ("removed", "breaking"),
    ("deprecat", "deprecated"),
    ("feature", "added"),
    ("added", "added"),
    ("fix", "fixed"),
    ("security", "fixed"),
)
_FIRST_WORDS: tuple[tuple[str, ChangeKind], ...] = (("add ", "added"), ("new ", "added"), ("fix", "fixed"))
_ASIDE = ("docs", "documentation", "translations", "internal", "packaging")
_DROPS = re.compile(r"\b(?:drop|remove)s? (?:[\w.]+ ){0,3}?support\b")
_DEPRECATES = re.compile(r"^\W*deprecate\b|\b(?:is|are|been|now) deprecated\b|\badd deprecation\b")


def read_releases(
    content: bytes, *, file: str, path: str, url: str, site: str, snapshot: Snapshot
) -> tuple[tuple[Release, ...], tuple[Section, ...]]:
    """The releases that a page of release notes tells of, newest first as it has them, and their sections.

    `path` and `url` are where the page is published; a file beside the docs has neither.
    """
    source = clean(content.decode("utf-8", "replace"))
    document = parse_markdown(source, site=site)
    anchors = make_anchors(headings_in(document.blocks))
    found = list(_split(document, source.count("\n") + 1))[:MAX_RELEASES]
    releases, sections = [], []
    for number, (heading, version, date, blocks, last) in enumerate(found):
        where = SourceRef(
            snapshot.name, snapshot.layer, snapshot.version, snapshot.commit, file, heading.line, last
        )
        anchor = anchors[id(heading)]
        releases.append(Release(version, date, tuple(_changes(blocks)), where))
        sections.append(
            Section(
                id=version, kind="release", title=f"{version} ({date})" if date else version,
                trail=(), body=_shorten(render(_without_translations(blocks))), source=where,
                url=f"{url}#{anchor}" if url else "", place=Place(path, anchor) if path else None,
                # Counted from the oldest, so that a new release moves none of the others.
                order=len(found) - number,
            )
        )  # fmt: skip
    return tuple(releases), tuple(sections)


def _split(document: Document, last_line: int) -> Iterator[tuple[Heading, str, str, tuple[Block, ...], int]]:
    """Every release: its heading, version, date, blocks and last line."""
    seen: set[str] = set()
    current: tuple[Heading, str, str] | None = None
    blocks: list[Block] = []
    for block, line in zip(document.blocks, document.lines, strict=True):
        if isinstance(block, Heading) and block.level <= 2 and (begun := _begin(block)):
            if current and current[1] not in seen:
                seen.add(current[1])
                yield (*current, tuple(blocks), line - 1)
            current, blocks = begun, []
        elif isinstance(block, Heading) and "latest changes" in block.text.plain.lower():
            current = None  # In no version yet.
        elif current:
            blocks.append(block)
    if current and current[1] not in seen:
        yield (*current, tuple(blocks), last_line)


def _begin(heading: Heading) -> tuple[Heading, str, str] | None:
    match = _VERSION.match(heading.text.plain.strip())
    version = as_version(match[1].rstrip(".-")) if match else None
    if match is None or version is None:
        return None
    return heading, str(version), read_date(match[2].strip(" ()-\N{EN DASH}\N{EM DASH}:[]"))


def read_date(text: str) -> str:
    """A date as ISO 8601, whichever way it is written; as it stands if it is none."""
    plain = _ORDINAL.sub(r"\1", text).replace(",", "")
    for form in ("%Y-%m-%d", "%B %d %Y", "%d %B %Y", "%b %d %Y", "%d %b %Y"):
        try:
            return datetime.strptime(plain, form).replace(tzinfo=UTC).date().isoformat()
        except ValueError:
            continue
    return text[:40]


def _changes(blocks: Sequence[Block]) -> Iterator[Change]:
    group = ""
    for block in blocks:
        if isinstance(block, Heading):
            group = block.text.plain.lower()
        elif isinstance(block, Listing):
            for item in block.items:
                if item and isinstance(item[0], Paragraph):
                    change = _change(item[0].text.shown, render(item[1:]), group)
                    if change.text:
                        yield change


def _change(first: str, more: str, group: str) -> Change:
    pull = _PULL.search(first)
    text = _DECORATION.sub("", _CREDIT.sub("", first).strip())
    shown = f"{text}\n{more}" if more else text
    return Change(_kind_of(first, group), shown, f"#{pull[1] or pull[2]}" if pull else "")


def _kind_of(text: str, group: str) -> ChangeKind:
    """What kind of change it is: by the heading above it, then by its own first words."""
    words = text.lower()
    if "breaking" in group or "breaking change" in words or text.startswith("\U0001f4a5"):
        return "breaking"
    if any(word in group for word in _ASIDE):
        return "other"
    if _DROPS.search(words):
        return "breaking"
    if _DEPRECATES.search(words):
        return "deprecated"
    for word, kind in _GROUPS:
        if word in group:
            return kind
    if group:
        return "other"
    first = _DECORATION.sub("", words)
    for word, kind in _FIRST_WORDS:
        if first.startswith(word):
            return kind
    return "other"


def _without_translations(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with a list of translations, which say nothing of the code, told by its number."""
    kept: list[Block] = []
    inside = False
    for block in blocks:
        if isinstance(block, Heading):
            inside = block.text.plain.strip().lower() == "translations"
        if inside and isinstance(block, Listing):
            heading = kept.pop()
            if isinstance(heading, Heading):
                shown = f"{heading.text.shown}: {len(block.items)}"
                heading = replace(heading, text=replace(heading.text, shown=shown))
            kept.append(heading)
        else:
            kept.append(block)
    return kept


def _shorten(body: str) -> str:
    """The body with each change's credit cut down to its pull request."""
    return "\n".join(_short_line(line) for line in body.split("\n"))


def _short_line(line: str) -> str:
    mark, dash, text = line.partition("- ")
    if not dash or mark.strip():
        return line
    pull = _PULL.search(text)
    text = _DECORATION.sub("", _CREDIT.sub("", text).strip())
    if pull is None:
        return f"{mark}- {text}"
    number = pull[1] or pull[2]
    return f"{mark}- {text} (#{number})" if text else f"{mark}- Pull request #{number}"
