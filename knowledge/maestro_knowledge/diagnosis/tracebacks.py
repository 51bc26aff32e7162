"""Tracebacks of any make (plain, grouped, Rich, pytest) and single error lines → what was raised, where."""

import re

from maestro_knowledge.core.records import dataclass, field, replace
from maestro_knowledge.diagnosis.model import Frame, Raised

MAX_LINE = 4000
MAX_MESSAGE = 6000
MAX_MESSAGE_LINES = 60
MAX_RAISED = 40

_CONTAINER = re.compile(r"^[\w.-]{1,60}(?:[-_]\d{1,4}\s{1,20}|\s{2,20})\| ?")
_TIME = re.compile(
    r"^(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?"
    r"|[DIWEF] ?\d\d-?\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})? [^\]]{1,80}\]) "
)
_BOX = re.compile(r"^[ \t]{0,80}(?:[|+│┃]\s?){1,20}")
_TEST_MARK = "E   "
_RULE = re.compile(r"^[+╭╰─-]{2,}")
_LOG = re.compile(r"^(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)\b")
_FRAME = re.compile(r'^\s{0,80}File "([^"]{1,1000})", line (\d{1,9})(?:, in (.{1,300}))?$')
_RICH_FRAME = re.compile(r"^(\S{1,1000}\.py):(\d{1,9}) in (\S{1,300})$")
_TEST_FRAME = re.compile(
    r"^((?:[A-Za-z]:)?[^:]{1,1000}\.py):(\d{1,9}):(?: (?:in (\S{1,300})|[A-Za-z_]\w{0,200}))?$"
)
_WARNING = re.compile(r"^(\S[^:]{0,1000}):(\d{1,9}): ([A-Za-z_][\w.]{0,200}Warning): (.{0,4000})$")
_RAISED = re.compile(r"^(?:([A-Za-z_][\w.]{0,300}))(?::\s?(.{0,4000}))?$")
_BETWEEN = (
    "During handling of the above exception",
    "The above exception was the direct cause",
)
_WHOLE = ("Exception", "ExceptionGroup", "BaseException", "BaseExceptionGroup", "SystemExit")
_ENDINGS = (
    "Error",
    "Exception",
    "Warning",
    "Group",
    "Interrupt",
    "Exit",
    "Timeout",
    "Disconnect",
    "Disconnected",
    "Greenlet",
    "Found",
    "Annotation",
    "NotRead",
    "Consumed",
    "Closed",
    "Protocol",
    "Redirects",
    "InvalidURL",
    "JsonSchema",
    "Qualifier",
    "Denied",
)
_INSTALLED = re.compile(
    r"[\\/](?:site-packages|dist-packages)[\\/]|[\\/]lib(?:64)?[\\/]python\d|[\\/]python[\d.]{1,9}[\\/]lib[\\/]"
    r"|^<|importlib",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Reading:
    """What has been read of the exception at hand."""

    raised: list[Raised] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    type: str = ""
    message: list[str] = field(default_factory=list)

    def close(self) -> None:
        """Puts the exception at hand, if there is one, behind those before it."""
        if self.type and len(self.raised) < MAX_RAISED:
            message = "\n".join(self.message).strip()[:MAX_MESSAGE]
            self.raised.append(Raised(self.type, message, tuple(self.frames)))
            self.frames = []
        self.type, self.message = "", []

    def finish(self) -> tuple[Raised, ...]:
        """Everything read; frames printed below the last exception (FastAPI, pytest) belong to it."""
        if self.raised and self.frames:
            self.raised[-1] = replace(self.raised[-1], frames=(*self.raised[-1].frames, *self.frames))
        return tuple(self.raised)

    def open(self, type_name: str, message: str) -> None:
        """Begins an exception; the frames read before belong to it."""
        self.close()
        self.type, self.message = type_name, [message]


def read_raised(text: str) -> tuple[Raised, ...]:
    """Every exception and warning that `text` prints, in that order."""
    reading = _Reading()
    in_traceback = False
    for line in text.split("\n"):
        shown = _undecorate(line[:MAX_LINE])
        if not shown.strip():
            continue
        if "Traceback (most recent call last)" in shown or shown.startswith(_BETWEEN):
            reading.close()
            in_traceback = True
        elif frame := _frame(shown):
            if reading.type:
                reading.close()
            reading.frames.append(frame)
            in_traceback = True
        else:
            _read_line(reading, shown, in_traceback=in_traceback)
    reading.close()
    return reading.finish()


def is_installed(file: str) -> bool:
    """Whether a file of a traceback belongs to an installed package or to Python itself."""
    return bool(_INSTALLED.search(file))


def _read_line(reading: _Reading, shown: str, *, in_traceback: bool) -> None:
    """Takes a line that is no frame: an exception, more of its message, or source code."""
    warning = _WARNING.match(shown)
    if warning:
        reading.close()
        reading.frames = [_make_frame(warning[1], warning[2], "")]
        reading.open(warning[3], warning[4])
        reading.close()
        return
    match = _RAISED.match(shown)
    if match and _is_exception(match[1], in_traceback=in_traceback and match[2] is not None):
        reading.open(match[1], (match[2] or ""))
    elif _LOG.match(shown):
        reading.close()
    elif reading.type and len(reading.message) < MAX_MESSAGE_LINES:
        reading.message.append(shown)


def _is_exception(name: str, *, in_traceback: bool) -> bool:
    """Whether a dotted name at the start of a line is an exception and not a label or a log level."""
    last = name.rpartition(".")[2]
    if last.isupper() or not last[:1].isupper():
        return False
    if last in _WHOLE or last.endswith(_ENDINGS):
        return last not in _ENDINGS
    return in_traceback and "." in name


def _undecorate(line: str) -> str:
    """The line without the frames that consoles, groups, containers and pytest draw around it."""
    line = _CONTAINER.sub("", line.rstrip(" \t│┃"), count=1)
    line = _TIME.sub("", line, count=1)
    line = _BOX.sub("", line, count=1).removeprefix(_TEST_MARK)
    return "" if _RULE.match(line) else line


def _frame(shown: str) -> Frame | None:
    """The level of a traceback that the line tells."""
    match = _FRAME.match(shown)
    if match:
        return _make_frame(match[1], match[2], match[3] or "")
    match = _RICH_FRAME.match(shown.strip()) or _TEST_FRAME.match(shown.strip())
    return _make_frame(match[1], match[2], match[3] or "") if match else None


def _make_frame(file: str, line: str, function: str) -> Frame:
    return Frame(file, int(line), function.strip(), not is_installed(file))
