"""A source as files that can be listed and read, wherever they really lie."""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Protocol

from maestro_knowledge.core.errors import NotFound, TooLarge, Unreachable
from maestro_knowledge.core.text import quote
from maestro_knowledge.vault.model import Snapshot

# Told while something is brought here: what is being done, how much is done, of how much.
Progress = Callable[[str, int, int], None]

MAX_FILE = 4 * 1024 * 1024
MAX_FILES = 100_000
_SKIPPED = frozenset({".git", "__pycache__", "node_modules", ".venv", ".mypy_cache", ".ruff_cache"})


class Tree(Protocol):
    """One source at one version: a fixed set of files, each with the id of its content."""

    @property
    def snapshot(self) -> Snapshot:
        """Which source this is, at which version."""
        ...

    def files(self) -> Mapping[str, str]:
        """Every regular file: its path with forward slashes, and an id that changes with its content."""
        ...

    def read(self, path: str) -> bytes:
        """The bytes of one of `files()`; `TooLarge` beyond `MAX_FILE`, `NotFound` for any other path."""
        ...


def content_id(content: bytes) -> str:
    """The id that git gives a file with this content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def too_large(path: str, size: int) -> TooLarge:
    """The error for a file that passes the bound."""
    return TooLarge(
        f"{quote(path, 200)} has {size} bytes, more than {MAX_FILE}.", "It is left out; the rest is read."
    )


def no_such_file(path: str) -> NotFound:
    """The error for a path that the tree does not have."""
    return NotFound(f"The source has no file {quote(path, 200)}.", "List its files first.")


def too_many_files(where: str) -> TooLarge:
    """The error for a source with more files than any repository of documentation has."""
    return TooLarge(f"{quote(where, 200)} has more than {MAX_FILES} files.", "Name one repository.")


class MemoryTree:
    """Files held in memory, as they came out of an archive."""

    def __init__(self, snapshot: Snapshot, contents: Mapping[str, bytes]) -> None:
        self.snapshot = snapshot
        self._contents = contents

    @cached_property
    def _ids(self) -> Mapping[str, str]:
        return {path: content_id(content) for path, content in sorted(self._contents.items())}

    def files(self) -> Mapping[str, str]:
        """Every file and the git id of its content."""
        return self._ids

    def read(self, path: str) -> bytes:
        """The bytes of one file."""
        content = self._contents.get(path)
        if content is None:
            raise no_such_file(path)
        if len(content) > MAX_FILE:
            raise too_large(path, len(content))
        return content


class FolderTree:
    """Files below a folder; symbolic links are not followed, so nothing outside it is ever read."""

    def __init__(
        self,
        snapshot: Snapshot,
        root: Path,
        folders: tuple[str, ...] = ("",),
        suffixes: tuple[str, ...] = ("",),
    ) -> None:
        self.snapshot = snapshot
        self._root = root
        self._folders = folders
        self._suffixes = suffixes

    @cached_property
    def _ids(self) -> Mapping[str, str]:
        ids: dict[str, str] = {}
        for folder in self._folders:
            for path in _walk(self._root / folder, self._suffixes):
                if len(ids) >= MAX_FILES:
                    raise too_many_files(str(self._root))
                name = path.relative_to(self._root).as_posix()
                if name.isprintable():
                    ids[name] = _file_id(path)
        return dict(sorted(ids.items()))

    def files(self) -> Mapping[str, str]:
        """Every regular file and the git id of its content."""
        return self._ids

    def read(self, path: str) -> bytes:
        """The bytes of one file."""
        if path not in self._ids:
            raise no_such_file(path)
        content = _read_bounded(self._root / path)
        if len(content) > MAX_FILE:
            raise too_large(path, len(content))
        return content


def _walk(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    for parent, names, files in os.walk(folder, followlinks=False):
        names[:] = sorted(n for n in names if n not in _SKIPPED and not (Path(parent) / n).is_symlink())
        for name in sorted(files):
            path = Path(parent) / name
            if name.endswith(suffixes) and path.is_file() and not path.is_symlink():
                yield path


def _file_id(path: Path) -> str:
    try:
        size = path.stat().st_size
    except OSError:
        return "unreadable"
    return f"large-{size}" if size > MAX_FILE else content_id(_read_bounded(path))


def _read_bounded(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE + 1)
    except OSError as error:
        raise Unreachable(
            f"{quote(str(path), 200)} cannot be read: {error.strerror}.", "Make it readable, or name another."
        ) from None
