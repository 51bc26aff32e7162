"""Which files of a folder are read: bounded, sorted, inside the root, links resolved."""

# Paths are text here: there are as many as files, and making a `Path` takes longer than asking for its kind.
# ruff: noqa: PTH112, PTH113, PTH118

import fnmatch
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.project.surroundings import Skipped

_NEVER = frozenset({"__pycache__", "__pypackages__", "site-packages"})
_FOREIGN = frozenset({"node_modules", "bower_components"})
_BUILT = frozenset({"build", "dist"})


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a project is read."""

    files: int = 5_000
    file_bytes: int = 2_000_000
    total_bytes: int = 100_000_000
    entries: int = 200_000


@dataclass(slots=True)
class Search:
    """The state of one search: what was found, what was left out, how much was looked at."""

    root: str
    exclude: tuple[str, ...]
    limits: Limits
    entries: int = 0
    too_many: int = 0
    found: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    entered: set[str] = field(default_factory=set)
    skipped: dict[Skipped, None] = field(default_factory=dict)

    def skip(self, path: str, why: str) -> None:
        """Notes that `path` is not read."""
        self.skipped[Skipped(below(self.root, path), why)] = None


def find_files(
    root: Path, starts: Iterable[Path], *, exclude: Sequence[str], limits: Limits
) -> tuple[list[str], list[Skipped]]:
    """The Python files at or below each of `starts`, earlier starts first, and what was left out."""
    search = Search(os.fspath(root), tuple(exclude), limits)
    for start in starts:
        if start.is_dir():
            for path in _files_below(search, os.fspath(start)):
                _take(search, path)
        else:
            _take(search, os.fspath(start))
    if search.too_many:
        search.skip(
            search.root,
            f"{search.too_many:,} more Python files than the limit of {limits.files:,} are left out",
        )
    if search.entries > limits.entries:
        search.skip(search.root, f"more than {limits.entries:,} entries: the rest was not looked at")
    return search.found, list(search.skipped)


def below(root: str, path: str) -> str:
    """`path` below the root, with forward slashes; the whole of it where it lies elsewhere."""
    if path == root:
        return "."
    return path.removeprefix(os.path.join(root, "")).replace(os.sep, "/")


def is_excluded(path: str, patterns: Sequence[str]) -> bool:
    """Whether a relative path, a folder above it, or a name in it matches one of the patterns."""
    parts = path.split("/")
    for pattern in patterns:
        wanted = pattern.strip("/").removeprefix("./")
        if not wanted:
            continue
        if "/" not in wanted and any(fnmatch.fnmatchcase(part, wanted) for part in parts):
            return True
        if any(fnmatch.fnmatchcase("/".join(parts[:end]), wanted) for end in range(1, len(parts) + 1)):
            return True
    return False


def _take(search: Search, path: str) -> None:
    if path in search.seen:
        return
    search.seen.add(path)
    if len(search.found) >= search.limits.files:
        search.too_many += 1
        return
    search.found.append(path)


def _files_below(search: Search, folder: str) -> Iterator[str]:
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        if current in search.entered:
            continue  # below an earlier start as well
        search.entered.add(current)
        try:
            with os.scandir(current) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            search.skip(current, f"cannot be listed: {error.strerror or type(error).__name__}")
            continue
        search.entries += len(entries)
        if search.entries > search.limits.entries:
            return
        folders: list[str] = []
        for entry in entries:
            if entry.is_symlink():
                _judge_link(search, entry)
            elif entry.is_dir(follow_symlinks=False):
                if _is_entered(search, entry):
                    folders.append(entry.path)
            elif entry.name.endswith(".py") and _is_taken(search, entry):
                yield entry.path
        waiting.extend(reversed(folders))


def _is_taken(search: Search, entry: os.DirEntry[str]) -> bool:
    if search.exclude and is_excluded(below(search.root, entry.path), search.exclude):
        search.skip(entry.path, "excluded by configuration")
        return False
    if not entry.is_file(follow_symlinks=False):
        search.skip(entry.path, "not a regular file")
        return False
    return True


def _is_entered(search: Search, folder: os.DirEntry[str]) -> bool:
    name, path = folder.name, folder.path
    if name.startswith(".") or name in _NEVER or name.endswith(".egg-info"):
        return False
    if name in _FOREIGN:
        search.skip(path, "packages of another language")
    elif os.path.isfile(os.path.join(path, "pyvenv.cfg")) or os.path.isdir(os.path.join(path, "conda-meta")):
        search.skip(path, "a virtual environment")
    elif name in _BUILT and not os.path.isfile(os.path.join(path, "__init__.py")):
        search.skip(path, "build output")
    elif search.exclude and is_excluded(below(search.root, path), search.exclude):
        search.skip(path, "excluded by configuration")
    else:
        return True
    return False


def _judge_link(search: Search, link: os.DirEntry[str]) -> None:
    """A link is never followed: what it names inside the root is read there, the rest is not ours."""
    if link.name.startswith(".") or link.name in _NEVER:
        return
    try:
        real = Path(link.path).resolve(strict=True)
    except (OSError, RuntimeError):
        search.skip(link.path, "a symbolic link that leads nowhere")
        return
    if not real.is_relative_to(search.root):
        search.skip(link.path, "a symbolic link that leaves the root")
    elif real.is_dir() or real.suffix == ".py":
        where = below(search.root, os.fspath(real))
        search.skip(link.path, f"a symbolic link to {where}, which is read there")
