"""The python blocks of a guide, and how each of them is to be run."""

import re
from dataclasses import dataclass

from maestro_knowledge.guides.model import Guide


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced python block: where it begins in the guide, what it says, how it is to be run."""

    line: int
    code: str
    file: str
    not_run: str

    @property
    def padded(self) -> str:
        """The code at the line it has in the guide, so that a traceback points there."""
        return "\n" * (self.line - 1) + self.code


def blocks_of(guide: Guide) -> list[Block]:
    """The guide's python blocks, in order."""
    found: list[Block] = []
    info = None
    code: list[str] = []
    for number, line in enumerate(guide.text.split("\n"), 1):
        if info is None and (match := re.fullmatch(r"```(\w+)(?: (.*))?", line)):
            info, code, start = (match[1], match[2] or ""), [], number + 1
        elif info is not None and line == "```":
            if info[0] == "python":
                found.append(_block(info[1], "\n".join(code) + "\n", start))
            info = None
        elif info is not None:
            code.append(line)
    assert info is None, f"{guide.name}: a code block is never closed"
    return found


def _block(info: str, code: str, line: int) -> Block:
    name, _, value = info.partition("=")
    if name == "file":
        return Block(line, code, value, "")
    key, _, reason = info.partition(": ")
    assert not info or (key == "not-run" and reason), f"unknown words after ```python: {info!r}"
    return Block(line, code, "", reason)
