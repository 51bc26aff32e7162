"""HTML inside Markdown, as text: tags gone, tooltips and links kept."""

import html
import re
from html.parser import HTMLParser

MAX_HTML = 50_000  # the parser of the standard library takes quadratic time on some garbage
_TAG = re.compile(r"<(/?)([A-Za-z][\w-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))")
_COLOUR = re.compile(
    r"</?(?:font|u|b|i|span|strong|em|small|kbd|mark|br|a|style)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_PROGRESS = re.compile(r"^-+> 100%$\n?", re.MULTILINE)
_BLANK = re.compile(r"[ \t]*\n[ \t]*(?:\n[ \t]*)+")
_HIDDEN = frozenset({"script", "style", "noscript", "iframe", "svg", "template", "head"})
_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "code": "`"}
_LINES = frozenset(
    {"p", "div", "tr", "li", "ul", "ol", "table", "summary", "details", "blockquote", "br", "hr"}
) | {f"h{n}" for n in range(1, 7)}


def read_tag(text: str) -> tuple[str, bool, dict[str, str]]:
    """The name of a tag, whether it closes, and its attributes; an empty name for what is no tag."""
    match = _TAG.fullmatch(text)
    if match is None:
        return "", False, {}
    attributes = {
        found[0].lower(): html.unescape(found[1] or found[2] or found[3])
        for found in _ATTRIBUTE.findall(match[3])
    }
    return match[2].lower(), match[1] == "/", attributes


def mark_of(tag: str) -> str:
    """The Markdown that means the same as an inline tag; empty for one that only looks different."""
    return _MARKS.get(tag, "")


def read_html(source: str) -> tuple[str, tuple[str, ...]]:
    """The text of a block of HTML, and where it links."""
    reader = _Reader()
    reader.feed(source[:MAX_HTML])
    reader.close()
    lines = _BLANK.sub("\n\n", "".join(reader.parts)).strip()
    return lines, tuple(reader.links)


def clean_terminal(text: str) -> str:
    """A terminal session without the tags that colour it and the progress bars that are played."""
    text = _PROGRESS.sub("", _COLOUR.sub("", text))
    return html.unescape(text) if "&" in text else text


class _Reader(HTMLParser):
    """Collects the text of HTML, one line for each block, tooltips in brackets."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.links: list[str] = []
        self._hidden = 0
        self._titles: list[str] = []
        self._hrefs: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Opens a line, a tooltip, a link or something hidden."""
        attributes = dict(attrs)
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag in _LINES:
            self.parts.append("\n**" if tag == "summary" else "\n")
        elif tag in {"td", "th"}:
            self.parts.append(" | ")
        elif tag in {"abbr", "dfn"}:
            self._titles.append(attributes.get("title") or "")
        elif tag == "a":
            self._hrefs.append((attributes.get("href") or "", len(self.parts)))
        else:
            self.parts.append(mark_of(tag))

    def handle_endtag(self, tag: str) -> None:
        """Closes what was opened."""
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _LINES:
            self.parts.append("**\n" if tag == "summary" else "\n")
        elif tag in {"abbr", "dfn"}:
            title = self._titles.pop() if self._titles else ""
            self.parts.append(f" ({title})" if title else "")
        elif tag == "a" and self._hrefs:
            href, start = self._hrefs.pop()
            if href and any(part.strip() for part in self.parts[start:]):
                self.links.append(href)
        elif tag not in {"td", "th"}:
            self.parts.append(mark_of(tag))

    def handle_data(self, data: str) -> None:
        """Keeps text that is shown."""
        if not self._hidden:
            self.parts.append(data)
