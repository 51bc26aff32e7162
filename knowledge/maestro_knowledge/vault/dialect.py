"""What MkDocs pages write beyond plain Markdown, as rules for markdown-it.

`///` and `!!!` admonitions, `===` tabs, `:::` reference directives, and lines that include a file.
"""

import re
from bisect import bisect_right

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

_SLASHES = re.compile(r"(/{3,})[ \t]*([\w-]+)[ \t]*(?:\|[ \t]*(.*))?")
_ADMONITION = re.compile(r'(?:!!!|\?\?\?\+?)[ \t]*([\w-]*)([\w \t-]*)(?:"(.*)")?[ \t]*')
_TAB = re.compile(r'===[!+]*[ \t]+"(.*)"[ \t]*')
_DIRECTIVE = re.compile(r":::[ \t]+([\w.]+)[ \t]*")
_INCLUDE = re.compile(r"\{\*[ \t]*\S.*\*\}|\{!.*\S.*!\}|-+8<-+[ \t]+\S.*")
_INTERRUPTS = {"alt": ["paragraph", "reference", "blockquote", "list"]}


def add_dialect(md: MarkdownIt) -> None:
    """Teaches `md` the blocks of MkDocs pages."""
    for name, rule in (
        ("slashes", _slashes),
        ("admonition", _admonition),
        ("tab", _tab),
        ("directive", _directive),
        ("include", _include),
    ):
        md.block.ruler.before("fence", name, rule, _INTERRUPTS)  # type: ignore[arg-type]


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _starts_with(state: StateBlock, line: int, mark: str) -> bool:
    return state.src.startswith(mark, state.bMarks[line] + state.tShift[line]) and not state.is_code_block(
        line
    )


def _indented_end(state: StateBlock, start: int, end: int) -> int:
    """The line after the last that is indented below the one before `start`; blank ones in between count."""
    last = start
    for line in range(start, end):
        if state.isEmpty(line):
            continue
        if state.sCount[line] - state.blkIndent < 4:
            break
        last = line + 1
    return last


def _slashes(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if not _starts_with(state, start, "///"):
        return False
    match = _SLASHES.fullmatch(_line(state, start).rstrip())
    if match is None:
        return False
    if silent:
        return True
    closers = state.env.get("closers")
    if closers is None:
        closers = state.env["closers"] = _find_closers(state)
    lines = closers.get(len(match[1]), [])
    found = bisect_right(lines, start)
    close = lines[found] if found < len(lines) and lines[found] < end else end
    first = start + 1
    while first < close and not state.isEmpty(first) and state.sCount[first] - state.blkIndent >= 4:
        first += 1  # Options of the block, as YAML: how it looks.
    _contain(state, (start, first, close), match[2].lower(), match[3] or "", indent=0)
    state.line = min(close + 1, end)
    return True


def _find_closers(state: StateBlock) -> dict[int, list[int]]:
    """The lines that are nothing but slashes, by how many: looked for once, so that time stays linear."""
    closers: dict[int, list[int]] = {}
    for number, line in enumerate(state.src.split("\n")):
        text = line.strip(" \t>")
        if text.startswith("///") and not text.strip("/"):
            closers.setdefault(len(text), []).append(number)
    return closers


def _admonition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if not (_starts_with(state, start, "!!!") or _starts_with(state, start, "???")):
        return False
    match = _ADMONITION.fullmatch(_line(state, start).rstrip())
    if match is None or not (match[1] or match[3]):
        return False
    if not silent:
        close = _indented_end(state, start + 1, end)
        _contain(state, (start, start + 1, close), match[1].lower() or "note", match[3] or "", indent=4)
        state.line = close
    return True


def _tab(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    match = _TAB.fullmatch(_line(state, start).rstrip()) if _starts_with(state, start, "===") else None
    if match is None:
        return False
    if not silent:
        close = _indented_end(state, start + 1, end)
        _contain(state, (start, start + 1, close), "tab", match[1], indent=4)
        state.line = close
    return True


def _contain(state: StateBlock, lines: tuple[int, int, int], kind: str, title: str, *, indent: int) -> None:
    """Parses the lines from the second to the third number as what stands inside a callout or a tab."""
    start, first, close = lines
    opening = state.push("callout_open", "div", 1)
    opening.meta = {"kind": kind, "title": title.strip()}
    opening.map = [start, close]
    kept = state.parentType, state.lineMax, state.blkIndent
    state.parentType = "container"
    state.lineMax = close
    state.blkIndent += indent
    state.md.block.tokenize(state, first, close)
    state.parentType, state.lineMax, state.blkIndent = kept
    state.push("callout_close", "div", -1)


def _directive(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    match = _DIRECTIVE.fullmatch(_line(state, start).rstrip()) if _starts_with(state, start, ":::") else None
    if match is None:
        return False
    if not silent:
        close = _indented_end(state, start + 1, end)
        token = state.push("directive", "", 0)
        token.meta = {"name": match[1].strip(".")}
        token.content = state.getLines(start + 1, close, state.blkIndent + 4, keepLastLF=False)
        token.map = [start, close]
        state.line = close
    return True


def _include(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: ARG001 - markdown-it calls it so
    if not any(_starts_with(state, start, mark) for mark in ("{*", "{!", "-")):
        return False
    text = _line(state, start).strip()
    if _INCLUDE.fullmatch(text) is None:
        return False
    if not silent:
        token = state.push("include", "", 0)
        token.content = text
        token.map = [start, start + 1]
        state.line = start + 1
    return True
