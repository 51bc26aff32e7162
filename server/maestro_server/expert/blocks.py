"""Markdown in blocks: paragraphs, lists, tables, whole code blocks, so that no cut lands inside one."""

from collections.abc import Sequence

LONGEST = 6000


def split_blocks(markdown: str) -> tuple[str, ...]:
    """The blocks of a text; a fenced block is one, whatever is in it, unless it alone is very long."""
    blocks: list[str] = []
    current: list[str] = []
    fence = ""
    for line in markdown.splitlines():
        mark = _fence_of(line)
        if fence:
            current.append(line)
            if mark and mark[0] == fence[0] and len(mark) >= len(fence) and not line.strip().strip(mark[0]):
                fence = ""
        elif mark:
            fence = mark
            current.append(line)
        elif line.strip():
            current.append(line)
        else:
            _close(blocks, current)
    _close(blocks, current)
    return tuple(_with_headings(blocks))


def cut_blocks(blocks: Sequence[str], start: int, room: int | None) -> tuple[tuple[str, ...], int]:
    """The blocks from `start` that fit, at least one, and the number of the first that does not."""
    if room is None:
        return tuple(blocks[start:]), len(blocks)
    end = start
    while end < len(blocks) and (room >= len(blocks[end]) or end == start):
        room -= len(blocks[end]) + 2
        end += 1
    return tuple(blocks[start:end]), end


def _fence_of(line: str) -> str:
    text = line.lstrip(" >")
    for character in "`~":
        count = len(text) - len(text.lstrip(character))
        if count >= 3:
            return character * count
    return ""


def _close(blocks: list[str], current: list[str]) -> None:
    if current:
        blocks.extend(_parted("\n".join(current)))
        current.clear()


def _parted(block: str) -> list[str]:
    """A block, or the parts of one that no answer could hold; parted code stays fenced."""
    if len(block) <= LONGEST:
        return [block]
    lines = block.splitlines()
    fence = _fence_of(lines[0])
    inner = lines[1:-1] if fence else lines
    parts: list[list[str]] = [[]]
    size = 0
    for line in (piece for whole in inner for piece in _pieces(whole)):
        if size + len(line) > LONGEST - 200:
            parts.append([])
            size = 0
        parts[-1].append(line)
        size += len(line) + 1
    return ["\n".join([lines[0], *part, fence] if fence else part) for part in parts if part]


def _pieces(line: str) -> list[str]:
    return [line[at : at + LONGEST // 2] for at in range(0, len(line), LONGEST // 2)] or [line]


def _with_headings(blocks: list[str]) -> list[str]:
    """A heading belongs to what follows it: alone at the end of a page it says nothing."""
    joined: list[str] = []
    for block in blocks:
        if joined and _is_heading(joined[-1]) and len(joined[-1]) + len(block) <= LONGEST:
            joined[-1] = f"{joined[-1]}\n\n{block}"
        else:
            joined.append(block)
    return joined


def _is_heading(block: str) -> bool:
    last = block.splitlines()[-1]
    return last.startswith("#") and last.lstrip("#").startswith(" ")
