"""Reading: a ref in, its text out, cut where a reader would cut it, with the way on and the surroundings."""

from typing import TYPE_CHECKING

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.core.text import TOKEN, quote
from maestro_server.expert.answers import Answer
from maestro_server.expert.blocks import cut_blocks, split_blocks
from maestro_server.expert.header import header_facts, header_line, installed_version
from maestro_server.expert.installed import describe_difference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from maestro_indexer.lookup import Found
    from maestro_indexer.neighbours import Neighbour, Neighbours
    from maestro_server.expert.facade import Expert

# Whoosh loads at the first question.
# ruff: noqa: PLC0415

MOST_TOKENS = 8000
_FURNITURE = 400  # tokens kept free for header, surroundings and the way on


def read(expert: "Expert", ref: str, *, version: str, project: str, max_tokens: int, cursor: str) -> Answer:
    """What the ref points at; `max_tokens` 0 cuts nothing."""
    from maestro_indexer.lookup import find
    from maestro_indexer.model import Wanted
    from maestro_indexer.neighbours import neighbours

    if not ref.strip():
        raise BadArgument("There is no ref to read.", "search_docs finds refs, e.g. docs:tutorial/cors.")
    installed = installed_version(expert, project)
    wanted = Wanted(version=version.strip(), installed="" if version.strip() else installed)
    view = expert.library.view()
    found = find(view, ref, wanted)
    around = neighbours(found)
    blocks = split_blocks(_whole(found))
    start = _start(cursor, len(blocks))
    room = (min(max_tokens, MOST_TOKENS) - _FURNITURE) * TOKEN if max_tokens else None
    shown, end = cut_blocks(blocks, start, room)
    rest = "" if end >= len(blocks) else str(end)
    parts = [header_line(found.chosen), *_place(found), *shown]
    if rest:
        left = sum(len(block) for block in blocks[end:]) // TOKEN
        parts.append(f"About {left} tokens more: read_docs({found.ref!r}, cursor={rest!r}).")
    else:
        parts += _symbol_history(found)
        parts += [line for line in [describe_difference(expert, found, installed, project)] if line]
        parts += _surroundings(around)
    markdown = "\n\n".join(parts)
    data = {
        "header": header_facts(found.chosen),
        "ref": found.ref,
        "markdown": markdown,
        "next_cursor": rest,
        "refs": [found.ref, *_refs(around)],
    }
    return Answer(markdown, data)


def complete(expert: "Expert", kind: str, typed: str) -> tuple[str, ...]:
    """Ids of one kind that begin with, or contain, what was typed."""
    from maestro_indexer.lookup import complete_refs

    return complete_refs(expert.library.view(), kind, typed)


def _start(cursor: str, count: int) -> int:
    if not cursor.strip():
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 7 and int(cursor) < count):
        raise BadArgument(
            f"{quote(cursor)} is not a cursor of this text.", "Take it from the end of the last answer."
        )
    return int(cursor)


def _whole(found: "Found") -> str:
    """The Markdown of all its sections, each under its heading, as deep as it stands on its page."""
    top = len(found.section.trail)
    parts = []
    for section in found.sections:
        level = min(6, 1 + len(section.trail) - top)
        parts.append(f"{'#' * max(1, level)} {section.title}\n\n{section.body.strip()}")
    return "\n\n".join(parts)


def _place(found: "Found") -> "Iterator[str]":
    source = found.section.source
    trail = " > ".join([*found.section.trail, found.section.title])
    lines = f":{source.first_line}-{source.last_line}" if source.last_line and not found.is_page else ""
    own = "" if found.info.version == found.chosen.info.version else f" ({source.name} {source.version})"
    file = f"Source: {source.file}{lines}{own}" if source.file else ""
    yield "\n".join(part for part in (f"`{found.ref}` · {trail}", found.section.url, file) if part)


def _symbol_history(found: "Found") -> "Iterator[str]":
    if found.section.kind != "api" or found.section.source.name != "fastapi":
        return
    from maestro_indexer.neighbours import first_release

    name = found.section.id.rpartition(".")[2]
    release = first_release(found.chosen.corpus, name)
    if release:
        yield f"First named in the release notes of {release} (`release:{release}`)."


def _surroundings(around: "Neighbours") -> "Iterator[str]":
    def line(label: str, *neighbours: "Neighbour | None") -> str:
        shown = [f"`{each.ref}` {each.title}" for each in neighbours if each]
        return f"{label}: {'; '.join(shown)}" if shown else ""

    lines = [
        line("Above", around.parent),
        line("Before", around.previous),
        line("Next", around.next),
        line("Below", *around.children),
        line("Examples", *around.examples),
        line("Symbols", *around.symbols),
        line("Explained in", *around.explained),
        f"Related: {', '.join(around.related)}" if around.related else "",
    ]
    if any(lines):
        yield "---\n" + "\n".join(each for each in lines if each)


def _refs(around: "Neighbours") -> list[str]:
    single = [around.parent, around.previous, around.next]
    many = [*around.children, *around.examples, *around.symbols, *around.explained]
    refs = [each.ref for each in [*single, *many] if each]
    return list(dict.fromkeys([*refs, *around.related]))
