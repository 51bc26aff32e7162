"""Reading a project's own configuration files: bounded, inside the root, never trusted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

_LARGEST = 20_000_000


def folders_up(wanted: Path, top: Path) -> Iterator[Path]:
    """The folder of `wanted` and those above it, up to and including the root."""
    folder = wanted if wanted.is_dir() else wanted.parent
    while True:
        yield folder
        if folder in {top, folder.parent}:
            return
        folder = folder.parent


def read_text(path: Path, top: Path, limit: int = _LARGEST) -> str | None:
    """The text of a file inside the root; None if there is none that can be read."""
    try:
        real = path.resolve(strict=True)
        if not real.is_relative_to(top) or not real.is_file() or real.stat().st_size > limit:
            return None
        return real.read_text("utf-8-sig", errors="replace")
    except (OSError, RuntimeError, ValueError):
        return None


def read_toml(path: Path, top: Path) -> tuple[dict[str, Any] | None, str]:
    """The content of a TOML file, or None and what is wrong with it ("" if there is no such file)."""
    text = read_text(path, top)
    if text is None:
        return None, "" if not path.exists() else "cannot be read"
    import tomllib  # noqa: PLC0415 - who has no such file does not wait for it

    try:
        return tomllib.loads(text), ""
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return None, f"is not valid TOML: {error}"
