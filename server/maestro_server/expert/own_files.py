"""Files that we write into a user's folder: made and renewed, and never anything that is not ours."""

import hashlib
import re
from pathlib import Path
from typing import Literal

from maestro_knowledge.core.errors import Conflict, Unreachable
from maestro_knowledge.core.files import replace_bytes
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.text import quote

Action = Literal["created", "updated", "unchanged", "kept"]
BEGIN, END = "<!-- fastapi-maestro:begin -->", "<!-- fastapi-maestro:end -->"
_SEAL = re.compile(r"\n<!-- written by fastapi-maestro ([0-9a-f]{16}); edited, it is left alone -->\n?\Z")
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one file; `why` says it where the file was kept as it is."""

    path: str
    action: Action
    why: str = ""


def write_own(folder: Path, name: str, text: str) -> Written:
    """Puts a sealed text at `name`; a file without our seal, or edited since, is kept."""
    path = _inside(folder, name)
    sealed = seal(text)
    try:
        if not path.exists():
            replace_bytes(path, sealed.encode())
            return Written(name, "created")
        there = path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")
        if there == sealed:
            return Written(name, "unchanged")
        if why := _why_not_ours(there):
            return Written(name, "kept", why)
        replace_bytes(path, sealed.encode())
    except OSError as error:
        raise _unwritable(path, error) from None
    return Written(name, "updated")


def write_block(folder: Path, name: str, block: str) -> Written:
    """Puts a block between our markers; the rest of the file stays byte for byte."""
    path = _inside(folder, name)
    try:
        old = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        text = old.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError:
        raise Conflict(f"{path} is not UTF-8 text.", "Save it as UTF-8, or move it away.") from None
    new = _with_block(text, block, path)
    if new == text:
        return Written(name, "unchanged")
    try:
        replace_bytes(path, (_BOM if old.startswith(_BOM) else b"") + new.encode())
    except OSError as error:
        raise _unwritable(path, error) from None
    return Written(name, "updated" if old else "created")


def seal(text: str) -> str:
    """The text with a last line that tells whether anybody has edited it since."""
    body = text.rstrip("\n") + "\n"
    return f"{body}\n<!-- written by fastapi-maestro {_digest(body)}; edited, it is left alone -->\n"


def _why_not_ours(there: str) -> str:
    found = _SEAL.search(there)
    if found is None:
        return "it is not ours; move it away to have ours"
    if _digest(there[: found.start()]) != found[1]:
        return "it was edited since we wrote it; move it away to have ours"
    return ""


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def _with_block(text: str, block: str, path: Path) -> str:
    line = "\r\n" if "\r\n" in text else "\n"
    ours = f"{BEGIN}\n{block.strip()}\n{END}".replace("\n", line)
    lines = text.splitlines(keepends=True)
    begins = [number for number, each in enumerate(lines) if each.strip() == BEGIN]
    ends = [number for number, each in enumerate(lines) if each.strip() == END]
    if not begins and not ends:
        gap = "" if not text else line if text.endswith("\n") else line * 2
        return f"{text}{gap}{ours}{line}"
    if len(begins) != 1 or len(ends) != 1 or begins[0] > ends[0]:
        raise Conflict(
            f"The markers of fastapi-maestro in {path} do not pair.",
            f"Leave one {BEGIN} and one {END} below it, or none.",
        )
    tail = lines[ends[0]][len(lines[ends[0]].rstrip("\r\n")) :]
    return "".join([*lines[: begins[0]], ours, tail, *lines[ends[0] + 1 :]])


def _inside(folder: Path, name: str) -> Path:
    """The real place of a file of ours; a link that leads out of the folder is refused."""
    try:
        root = folder.expanduser().resolve()
        path = (root / name).resolve()
    except (OSError, RuntimeError) as error:
        raise Unreachable(f"{quote(str(folder), 200)} cannot be used: {error}.", "Give a folder.") from None
    if root.exists() and not root.is_dir():
        raise Conflict(f"{root} is not a folder.", "Give a folder with --to DIR.")
    if not path.is_relative_to(root):
        raise Conflict(f"{root / name} is a link that leads out of {root}.", "Export into its real folder.")
    return path


def _unwritable(path: Path, error: OSError) -> Unreachable:
    return Unreachable(
        f"{path} cannot be written: {error.strerror or error}.", "Give a folder that you may write to."
    )
