"""Anything that was pasted → its parts: exceptions, frames, refused values, requests and their statuses."""

import re
from textwrap import dedent

from maestro_knowledge.core.text import clean
from maestro_knowledge.diagnosis.model import Exchange, ParsedError, Raised
from maestro_knowledge.diagnosis.tracebacks import read_raised
from maestro_knowledge.diagnosis.validation import read_fields, read_model

HEAD = 60_000
TAIL = 140_000
HEAD_LINES = 3_000
TAIL_LINES = 7_000
MAX_QUERY = 200
MAX_EXCHANGES = 200

_ANSI = re.compile(r"\x1b\[[0-9;]{0,20}[A-Za-z]")
_METHOD = r"(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|WebSocket)"
_EXCHANGES = (
    re.compile(rf'"{_METHOD} (\S{{1,1000}})(?: HTTP/[\d.]{{1,4}})?" \[?(\d{{3}}|accepted)'),
    re.compile(rf'HTTP Request: {_METHOD} (\S{{1,1000}}) "HTTP/[\d.]{{1,4}} (\d{{3}})'),
    re.compile(
        rf"\b{_METHOD} (\S{{1,1000}}?)(?:\s(?:net::ERR_ABORTED\s)?|\s?(?:->|→|=>|:|returns)\s?)(\d{{3}})\b"
    ),
)
_STATUS = re.compile(
    r"(?:\bHTTP/[\d.]{1,4} |\bstatus(?:[ _]code)?[ :=]{1,3}|^)(\d{3})\b", re.IGNORECASE | re.MULTILINE
)
_STATUS_NAMES = {
    "307 temporary redirect": 307,
    "405 method not allowed": 405,
    "404 not found": 404,
    "403 forbidden": 403,
    "422 unprocessable": 422,
    "413 content too large": 413,
    "413 request entity too large": 413,
}
_ORIGIN = re.compile(r"^[a-z]{2,5}://[^/\s]{1,300}")
_VOLATILE = (
    re.compile(r"https?://\S{1,500}"),
    re.compile(r"0x[0-9a-fA-F]{4,16}"),
    re.compile(r"(?:[A-Za-z]:)?(?:[\\/][\w.@+-]{1,120}){2,}"),
    re.compile(r"\b\d{3,}\b"),
    re.compile(r"\[type=.{0,600}\]"),
)
_LEVEL = re.compile(r"^(?:INFO|WARNING|ERROR|CRITICAL|DEBUG):\s{1,20}")


def parse_error(error: str) -> ParsedError:
    """The parts of a message, traceback, log, response body or browser console text."""
    error, is_cut = _cut(error)
    text = dedent(clean(_ANSI.sub("", error)).strip("\n")).strip()
    return ParsedError(
        text=text,
        raised=read_raised(text),
        fields=read_fields(text),
        exchanges=_read_exchanges(text),
        model=read_model(text),
        is_cut=is_cut,
    )


def _cut(text: str) -> tuple[str, bool]:
    """The text without its middle where it is too long to be read in no time, and whether it was."""
    is_cut = len(text) > HEAD + TAIL
    if is_cut:
        text = f"{text[:HEAD]}\n{text[-TAIL:]}"
    lines = text.split("\n")
    if len(lines) > HEAD_LINES + TAIL_LINES:
        return "\n".join([*lines[:HEAD_LINES], *lines[-TAIL_LINES:]]), True
    return text, is_cut


def make_query(error: ParsedError) -> str:
    """The words worth searching for: the last exception and its message without addresses and paths."""
    last: Raised | None = error.raised[-1] if error.raised else None
    if last is not None:
        words = f"{last.name} {last.message}"
    else:
        lines = [line for line in error.text.split("\n")[-40:] if line.strip()]
        words = lines[-1] if lines else ""
    words = _LEVEL.sub("", words[:1000])
    for pattern in _VOLATILE:
        words = pattern.sub(" ", words)
    return " ".join(words.split())[:MAX_QUERY].rstrip()


def _read_exchanges(text: str) -> tuple[Exchange, ...]:
    """The requests that the text logs; a status alone counts as one without method and path."""
    found: dict[Exchange, None] = {}
    for line in text.split("\n"):
        if len(found) >= MAX_EXCHANGES:
            break
        for pattern in _EXCHANGES:
            for match in pattern.finditer(line[:2000]):
                status = 101 if match[3] == "accepted" else int(match[3])
                found[Exchange(match[1], _path(match[2]), status)] = None
    if not found:
        low = text[:4000].lower()
        for words, status in _STATUS_NAMES.items():
            if words in low:
                found[Exchange("", "", status)] = None
        for match in _STATUS.finditer(text[:4000]):
            found.setdefault(Exchange("", "", int(match[1])))
    return tuple(found)


def _path(url: str) -> str:
    """The path of a URL, without origin and query."""
    return (_ORIGIN.sub("", url).partition("?")[0] or "/")[:300]
