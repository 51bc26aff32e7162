"""A page's Markdown → its blocks."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.core.frontmatter import read_yaml
from maestro_knowledge.core.text import clean
from maestro_knowledge.vault.blocks import (
    Block,
    Callout,
    Code,
    Directive,
    Document,
    Footnote,
    Heading,
    Include,
    Listing,
    Paragraph,
    Quote,
    Tab,
    Table,
    Tabs,
    Text,
)
from maestro_knowledge.vault.dialect import add_dialect
from maestro_knowledge.vault.inline import read_inline
from maestro_knowledge.vault.islands import clean_terminal, read_html

MAX_NESTING = 40
MAX_RUN = 50_000  # characters of one paragraph; a longer one is kept as it is, unread
_ANCHOR = re.compile(r"(?:^|[ ])\{:?[ ]*([^{}\n]*)\}[ ]*$")
_NAMED = re.compile(r"#([^\s{}#]+)")
# Attributes of the block above, or the site's template language.
_IS_FOR_THE_SITE = re.compile(r"\{:?[ ]*[.#][^{}\n]*\}|(?:\{%[^{}\n]*%\}[ ]*)+|\{\{[^{}\n]*\}\}")
_OPTION = re.compile(r"([\w-]+)=(?:\"([^\"]*)\"|'([^']*)'|(\S+))")
_RANGE = re.compile(r"(\d{1,7})(?:[-:](\d{1,7}))?")
_ABBREVIATION = re.compile(r"\*\[([^\]\n]{1,100})\]:[ ]*(.*)")


def parse_markdown(source: str, *, site: str = "") -> Document:
    """The blocks of a page; `site` is the address that its own links may begin with."""
    tokens = _parser().parse(clean(source), {})
    reader = _Reader(tokens, _outside(site))
    front: Mapping[str, object] = {}
    if tokens and tokens[0].type == "front_matter":
        front = _read_front(tokens[0].content)
    blocks, lines = reader.read_page()
    return Document(blocks, lines, front)


def find_includes(source: str) -> tuple[tuple[int, str], ...]:
    """The lines, from 0, of a page that include a file outside of code, and what they say."""
    tokens = _parser().parse(source, {})
    return tuple((token.map[0], token.content) for token in tokens if token.type == "include" and token.map)


@cache
def _parser() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("table")
    md.use(front_matter_plugin)
    md.use(footnote_plugin, inline=False, move_to_end=False, always_match_refs=True)
    add_dialect(md)
    md.core.ruler.after("block", "heading_anchors", _take_anchors)
    return md


def _take_anchors(state: StateCore) -> None:
    """Takes `{ #anchor }` off headings, and keeps monstrous paragraphs from the inline parser."""
    heading: Token | None = None
    for token in state.tokens:
        if token.type == "heading_open":
            heading = token
        elif token.type == "inline":
            if len(token.content) > MAX_RUN:
                token.type = "unread"
            if heading is not None and (found := _ANCHOR.search(token.content[-300:])):
                named = _NAMED.search(found[1])
                heading.meta["anchor"] = named[1] if named else ""
                token.content = token.content[: len(token.content) - len(found[0])]
            heading = None


def _outside(site: str) -> Callable[[str], bool]:
    def is_outside(href: str) -> bool:
        return "://" in href and not (site and href.startswith(site))

    return is_outside


def _read_front(text: str) -> Mapping[str, object]:
    try:
        front = read_yaml(text, what="front matter")
    except MaestroError:
        return {}
    return {str(key): value for key, value in front.items()} if isinstance(front, dict) else {}


def read_lines(text: str) -> tuple[int, ...]:
    """The line numbers that `2,6:11` or `2 6-11` means, in order."""
    numbers: set[int] = set()
    for first, last in _RANGE.findall(text):
        start = int(first)
        numbers.update(range(start, min(int(last or first), start + 10_000) + 1))
    return tuple(sorted(numbers))


def _read_code(token: Token) -> Code:
    info = token.info.strip()
    options = {key: a or b or c for key, a, b, c in _OPTION.findall(info)}
    words = _OPTION.sub(" ", info).replace("{", " ").replace("}", " ").split()
    language = next((word.lstrip(".#").lower() for word in words if word.strip(".#")), "")
    text = token.content.rstrip("\n")
    if language in {"console", "shell-session"}:
        text = clean_terminal(text).strip("\n")
    title, numbers = options.get("title", ""), options.get("hl_lines", "")
    return Code(text, language, title, read_lines(numbers))


class _Reader:
    """Goes through the tokens of a page once and makes blocks of them."""

    def __init__(self, tokens: Sequence[Token], is_outside: Callable[[str], bool]) -> None:
        self._tokens = tokens
        self._at = 0
        self._is_outside = is_outside

    def read_page(self) -> tuple[tuple[Block, ...], tuple[int, ...]]:
        """The blocks of the page, and the line each begins in, from 1."""
        blocks: list[Block] = []
        lines: list[int] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            line = token.map[0] + 1 if token.map else (lines[-1] if lines else 1)
            found = self._block()
            blocks += found
            lines += [line] * len(found)
        return tuple(blocks), tuple(lines)

    def _until(self, closing: str) -> tuple[Block, ...]:
        """The blocks up to the token that closes what was opened, which is passed."""
        self._at += 1
        blocks: list[Block] = []
        while self._at < len(self._tokens) and self._tokens[self._at].type != closing:
            blocks += self._block()
        self._at += 1
        return tuple(blocks)

    def _tabs(self) -> Tabs:
        """The tabs that stand side by side from here on."""
        tabs: list[Tab] = []
        while self._at < len(self._tokens) and _is_tab(token := self._tokens[self._at]):
            tabs.append(Tab(self._title(token), self._until("callout_close")))
        return Tabs(tuple(tabs))

    def _block(self) -> list[Block]:
        """The block that begins at the current token, if it says anything."""
        token = self._tokens[self._at]
        match token.type:
            case "heading_open":
                text = self._text_inside("heading_close")
                line = token.map[0] + 1 if token.map else 0
                return [Heading(int(token.tag[1:]), text, token.meta.get("anchor", ""), line)]
            case "paragraph_open":
                return _read_paragraph(self._text_inside("paragraph_close"))
            case "bullet_list_open":
                return [Listing(self._items("bullet_list_close"))]
            case "ordered_list_open":
                start = int(token.attrGet("start") or 1)
                return [Listing(self._items("ordered_list_close"), start)]
            case "blockquote_open":
                return [Quote(self._until("blockquote_close"))]
            case "callout_open":
                if _is_tab(token):
                    return [self._tabs()]
                return [Callout(token.meta["kind"], self._title(token), self._until("callout_close"))]
            case "footnote_reference_open":
                return [Footnote(str(token.meta.get("label", "")), self._until("footnote_reference_close"))]
            case "table_open":
                return [self._table()]
        self._at += 1
        return _read_leaf(token)

    def _text_inside(self, closing: str) -> Text:
        self._at += 1
        text = Text("")
        while self._at < len(self._tokens) and self._tokens[self._at].type != closing:
            text = self._text(self._tokens[self._at])
            self._at += 1
        self._at += 1
        return text

    def _text(self, token: Token) -> Text:
        if token.type == "unread":
            return Text(token.content, token.content)
        return read_inline(token, self._is_outside)

    def _title(self, token: Token) -> str:
        """The title of a callout or a tab, which is inline Markdown of its own."""
        title = str(token.meta["title"])[:1_000]
        if not any(mark in title for mark in "[<{"):
            return title
        return self._text(_parser().parseInline(title, {})[0]).shown.replace("\n", " ")

    def _items(self, closing: str) -> tuple[tuple[Block, ...], ...]:
        self._at += 1
        items = []
        while self._at < len(self._tokens) and self._tokens[self._at].type != closing:
            items.append(self._until("list_item_close"))
        self._at += 1
        return tuple(items)

    def _table(self) -> Table:
        rows: list[list[Text]] = []
        while self._tokens[self._at].type != "table_close":
            token = self._tokens[self._at]
            if token.type == "tr_open":
                rows.append([])
            elif token.type in {"inline", "unread"}:
                rows[-1].append(self._text(token))
            self._at += 1
        self._at += 1
        return Table(tuple(map(tuple, rows)))


def _read_leaf(token: Token) -> list[Block]:
    """The block of a token that has nothing inside."""
    match token.type:
        case "fence" | "code_block":
            return [_read_code(token)]
        case "include":
            return [Include(token.content)]
        case "directive":
            return [Directive(token.meta["name"], _read_members(token.content))]
        case "html_block":
            text, links = read_html(token.content)
            return [Paragraph(Text(text, text, links))] if text else []
        case _:
            return []


def _read_paragraph(text: Text) -> list[Block]:
    lines = [line for line in text.shown.split("\n") if not _IS_FOR_THE_SITE.fullmatch(line)]
    shown = "\n".join(_ABBREVIATION.sub(r"\1: \2", line) for line in lines)
    return [Paragraph(Text(shown, text.plain, text.links))] if shown else []


def _read_members(options: str) -> tuple[str, ...]:
    try:
        data = read_yaml(options, what="options") if options.strip() else {}
    except MaestroError:
        return ()
    inner = data.get("options") if isinstance(data, dict) else None
    members = inner.get("members") if isinstance(inner, dict) else None
    return tuple(str(member) for member in members) if isinstance(members, list) else ()


def _is_tab(token: Token) -> bool:
    return token.type == "callout_open" and token.meta["kind"] == "tab"
