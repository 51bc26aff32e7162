"""Runs of inline Markdown: written again as an agent reads them, with what they say and where they link."""

import re
from collections.abc import Callable, Sequence

from markdown_it.token import Token

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.vault.blocks import Text
from maestro_knowledge.vault.islands import mark_of, read_tag

_ATTRIBUTES = re.compile(r"\{:?[ ]*[.#\w][^{}\n]*\}")
_CROSS_REFERENCE = re.compile(r"\[([^\[\]]{1,200})\]\[[^\[\]]{0,200}\]")
_HELD = re.compile("\x00(\\d+)\x00")
_MARKS = {"em_open": "*", "em_close": "*", "strong_open": "**", "strong_close": "**", "softbreak": "\n",
          "hardbreak": "\n"}  # fmt: skip


def read_inline(token: Token, is_outside: Callable[[str], bool]) -> Text:
    """The text of an inline token; links that lead outside keep their address, others are only told."""
    writer = _Writer(is_outside)
    for child in token.children or ():
        writer.take(child)
    return writer.finish(token.children or ())


@dataclass(slots=True)
class _Writer:
    """Writes the children of an inline token one after the other."""

    is_outside: Callable[[str], bool]
    parts: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    _hrefs: list[tuple[str, int]] = field(default_factory=list)
    _titles: list[str] = field(default_factory=list)
    _attributes_may_follow: bool = False

    def take(self, token: Token) -> None:
        """Writes one child."""
        may_follow, self._attributes_may_follow = self._attributes_may_follow, token.type != "text"
        match token.type:
            case "text":
                content = token.content
                if may_follow and content.startswith("{") and (found := _ATTRIBUTES.match(content)):
                    content = content[found.end() :]
                self.parts.append(content)
                self.plain.append(content)
            case "code_inline":
                # Held back until the end: what looks like a link inside it is none.
                self.parts.append(f"\x00{len(self.codes)}\x00")
                self.codes.append(f"``{token.content}``" if "`" in token.content else f"`{token.content}`")
                self.plain.append(token.content)
            case "link_open":
                self._open_link(str(token.attrGet("href") or ""))
            case "link_close":
                self._close_link()
            case "image":
                if alt := token.content.strip():
                    self.parts.append(f"[Image: {alt}]")
            case "html_inline":
                self._take_tag(token.content)
            case "footnote_ref":
                self.parts.append(f"[^{token.meta.get('label', '')}]")
            case kind:
                self.parts.append(_MARKS.get(kind, token.content))
                if kind in {"softbreak", "hardbreak"}:
                    self.plain.append(" ")

    def finish(self, children: Sequence[Token]) -> Text:
        """All that was written."""
        shown = "".join(self.parts)
        if any("][" in child.content for child in children if child.type == "text"):
            shown = _CROSS_REFERENCE.sub(r"\1", shown)
        shown = _HELD.sub(
            lambda held: self.codes[int(held[1])] if int(held[1]) < len(self.codes) else "", shown
        )
        lines = (line.strip() for line in shown.split("\n"))
        return Text("\n".join(line for line in lines if line), "".join(self.plain).strip(), tuple(self.links))

    def _open_link(self, href: str) -> None:
        self._hrefs.append((href, len(self.parts)))

    def _close_link(self) -> None:
        if not self._hrefs:
            return
        href, start = self._hrefs.pop()
        words = "".join(self.parts[start:]).strip()
        if not href or not words:
            return
        self.links.append(href)
        if self.is_outside(href):
            del self.parts[start:]
            self.parts.append(f"<{href}>" if words == href else f"[{words}]({href})")

    def _take_tag(self, source: str) -> None:
        name, closes, attributes = read_tag(source)
        match name, closes:
            case (("abbr" | "dfn"), False):
                self._titles.append(attributes.get("title", ""))
            case (("abbr" | "dfn"), True):
                if self._titles and (title := self._titles.pop()):
                    self.parts.append(f" ({title})")
            case "a", False:
                self._open_link(attributes.get("href", ""))
            case "a", True:
                self._close_link()
            case "br", _:
                self.parts.append("\n")
            case _:
                self.parts.append(mark_of(name))
