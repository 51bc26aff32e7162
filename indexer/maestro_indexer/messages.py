"""Error messages as pasted → what they say, without what is only so on the machine of whoever pasted it."""

import re

HEAD = 2_000
TAIL = 4_000
LAST_LINES = 4

_TRACEBACK = re.compile(
    r"Traceback \(most recent call last\)|^\s*(?:\||\+)?\s*File \"[^\"\n]{1,300}\", line \d+", re.MULTILINE
)
_RAISED = re.compile(
    r"[A-Za-z_][\w.]{1,120}(?:Error|Exception|Warning|Exit|Interrupt|Disconnect|Timeout)\b.{0,2000}"
)
_NOISE = (
    re.compile(r"https?://[^\s'\"<>)\]]{1,300}"),
    re.compile(r"\b0x[0-9a-fA-F]{4,16}\b"),
    re.compile(r"(?:[A-Za-z]:)?(?:[/\\][\w.@+-]{1,80}){2,20}\.pyi?\b"),
    re.compile(r"\bline \d{1,6}\b"),
    re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b"),
    re.compile(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"),
    re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?"),
    re.compile(r"\b\d{5,40}\b"),
    re.compile(r"\"(?:type|loc|msg|input|ctx|url)\"\s{0,3}:"),
    re.compile(r"For further information visit"),
)
# The module path in front of an exception's name says where it lives, not what went wrong.
_HOME = re.compile(
    r"\b(?!fastapi\.)(?:[a-z_][\w]{0,60}\.){1,8}(?=[A-Z]\w{2,80}(?:Error|Exception|Warning|Disconnect|Exit)\b)"
)
_CLASS = re.compile(
    r"<(?:class|function|coroutine object|bound method|module) '?(?:[\w.<>]{1,120}\.)?(\w{1,80})[^<>]{0,120}>"
)


def read_message(text: str) -> str:
    """What a query or a pasted error says; long ones are bounded, keeping both ends."""
    if len(text) > HEAD + TAIL:
        text = f"{text[:HEAD]}\n{text[-TAIL:]}"
    if _TRACEBACK.search(text):
        text = _last_raised(text)
    text = _CLASS.sub(r" \1 ", text)
    for noise in _NOISE:
        text = noise.sub(" ", text)
    return _HOME.sub("", text)


def _last_raised(text: str) -> str:
    """The lines of a traceback that name an exception, the last ones; without any, its last lines."""
    lines = [line.strip(" |+") for line in text.splitlines() if line.strip(" |+-^~")]
    raised = [
        match.group() for line in lines if not line.startswith('File "') and (match := _RAISED.match(line))
    ]
    after = lines[max((n for n, line in enumerate(lines) if _RAISED.match(line)), default=len(lines)) + 1 :]
    return "\n".join([*raised[-2:], *after[:LAST_LINES]] or lines[-LAST_LINES:])
