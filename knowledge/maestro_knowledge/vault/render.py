"""Blocks → the Markdown that an agent reads: no HTML, callouts as quotations with their label, code whole."""

import re
from collections.abc import Iterator, Sequence

from maestro_knowledge.vault.blocks import (
    Block,
    Callout,
    Code,
    Directive,
    Footnote,
    Heading,
    Include,
    Listing,
    Paragraph,
    Quote,
    Table,
    Tabs,
    Text,
    children_of,
)

_TICKS = re.compile(r"`{3,}")


def render(blocks: Sequence[Block]) -> str:
    """The blocks as Markdown, an empty line between them."""
    return "\n\n".join(text for block in blocks if (text := _render(block)))


def codes_in(blocks: Sequence[Block]) -> Iterator[Code]:
    """Every block of code, also those inside lists, tabs and callouts, in order."""
    for block in _walk(blocks):
        if isinstance(block, Code):
            yield block


def links_in(blocks: Sequence[Block]) -> Iterator[str]:
    """Every address that the blocks link to, in order."""
    for block in _walk(blocks):
        match block:
            case Paragraph() | Heading():
                yield from block.text.links
            case Table():
                yield from (link for row in block.rows for cell in row for link in cell.links)
            case _:
                pass


def directives_in(blocks: Sequence[Block]) -> Iterator[Directive]:
    """Every reference directive, in order."""
    for block in _walk(blocks):
        if isinstance(block, Directive):
            yield block


def headings_in(blocks: Sequence[Block]) -> Iterator[Heading]:
    """Every heading, also those inside callouts, in order."""
    for block in _walk(blocks):
        if isinstance(block, Heading):
            yield block


def _walk(blocks: Sequence[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        yield from _walk(children_of(block))


def _render(block: Block) -> str:
    match block:
        case Paragraph():
            return block.text.shown
        case Heading():
            return f"**{block.text.shown}**" if block.text.shown else ""
        case Code():
            return _render_code(block)
        case Include():
            return ""
        case Directive():
            return f"Reference: `{block.name}`"
        case Callout():
            return _quote(f"**{_label(block)}**", render(block.children))
        case Quote():
            return _quote(render(block.children))
        case Tabs():
            return "\n\n".join(f"**{tab.title}**:\n\n{render(tab.children)}".rstrip() for tab in block.tabs)
        case Listing():
            return _render_list(block)
        case Table():
            return _render_table(block.rows)
        case Footnote():
            return f"[^{block.label}]: {render(block.children)}"


def _label(callout: Callout) -> str:
    kind = callout.kind.replace("-", " ").capitalize()
    if callout.kind == "details":
        return callout.title or "Details"
    return f"{kind}: {callout.title}" if callout.title and callout.title.lower() != kind.lower() else kind


def _quote(*parts: str) -> str:
    text = "\n\n".join(part for part in parts if part)
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n")) if text else ""


def _render_code(code: Code) -> str:
    if not code.text.strip():
        return ""
    ticks = max((len(run) for run in _TICKS.findall(code.text)), default=2) + 1
    where = code.file or code.title
    if code.is_excerpt:
        where = f"{where}:{code.first_line}"
        where += f"-{code.last_line}" if code.last_line > code.first_line else ""
    fence = "`" * max(ticks, 3)
    return f"{fence}{' '.join(part for part in (code.language, where) if part)}\n{code.text}\n{fence}"


def _render_list(listing: Listing) -> str:
    number = listing.start
    rendered = []
    loose = any(len(item) > 1 and not isinstance(item[1], Listing) for item in listing.items)
    for item in listing.items:
        mark = "- " if number is None else f"{number}. "
        number = None if number is None else number + 1
        gap = "\n\n" if loose else "\n"
        text = gap.join(part for block in item if (part := _render(block)))
        first, *rest = text.split("\n")
        lines = [mark + first, *(f"{' ' * len(mark)}{line}" if line else "" for line in rest)]
        rendered.append("\n".join(lines))
    return ("\n\n" if loose else "\n").join(rendered)


def _render_table(rows: Sequence[Sequence[Text]]) -> str:
    if not rows:
        return ""
    lines = ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * len(rows[0]))
    return "\n".join(lines)


def _cell(text: Text) -> str:
    return text.shown.replace("\n", " ").replace("|", "\\|")
