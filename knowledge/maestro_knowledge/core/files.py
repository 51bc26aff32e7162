"""Writing files so that a reader sees the old text or the new one, never half."""

import os
from pathlib import Path

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def replace_bytes(path: Path, content: bytes) -> None:
    """Puts `content` at `path`, by way of a temporary name beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Eight random characters, as `tempfile` gives them, which takes a review's start longer than the writing.
    beside = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    handle = os.open(beside, _NEW, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(path.stat().st_mode & 0o7777 if path.exists() else 0o644)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def replace_text(path: Path, text: str) -> None:
    """Puts `text` at `path` as UTF-8, by way of a temporary name beside it."""
    replace_bytes(path, text.encode("utf-8"))
