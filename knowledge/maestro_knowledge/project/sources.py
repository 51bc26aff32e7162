"""Everything of a project that is read from disk, before anything of it is parsed."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from maestro_knowledge.core.digests import start_digest
from maestro_knowledge.core.errors import NotFound, OutsideRoots
from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.core.text import quote
from maestro_knowledge.project.config import read_config
from maestro_knowledge.project.folders import Limits, below, find_files
from maestro_knowledge.project.reading import Unreadable, decode, read_bytes
from maestro_knowledge.project.surroundings import Config, Problem, Skipped, Version
from maestro_knowledge.project.versions import find_versions

_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", ".git")
_MOST_BESIDE = 500  # files beside the code that a rule may look at
_LARGEST_BESIDE = 1_000_000


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of a project by path, what asks for them, and what stands in its configuration."""

    root: Path
    wanted: tuple[str, ...]  # below the root, "." for all of it
    config: Config
    problems: tuple[Problem, ...]
    versions: Mapping[str, Version]
    contents: Mapping[str, bytes] = field(repr=False)  # by path below the root, sorted
    skipped: tuple[Skipped, ...] = ()

    def is_in_scope(self, path: str) -> bool:
        """Whether a file is asked about, or only there so that names can be followed."""
        return any(one in {".", path} or path.startswith(f"{one}/") for one in self.wanted)

    def text(self, path: str) -> str:
        """The text of a file as it was read."""
        return decode(self.contents[path])[0]

    def digest(self) -> str:
        """What changes with everything that a review of these sources may depend on."""
        state = start_digest()
        head = (
            self.root.as_posix(), self.wanted, self.config, self.problems,
            sorted(self.versions.items()), self.skipped,
        )  # fmt: skip
        state.update(repr(head).encode("utf-8", "surrogatepass"))
        for path, content in (*self.contents.items(), *_beside(self.root)):
            state.update(f"\0{path}\0{len(content)}\0".encode("utf-8", "surrogatepass"))
            state.update(content)
        return state.hexdigest()


def find_sources(
    paths: Sequence[Path], *, root: Path, limits: Limits | None = None, exclude: Sequence[str] = ()
) -> Sources:
    """The files of `paths` and the rest of their project; what they have in common says its settings."""
    limits = limits or Limits()
    top = root.resolve()
    wanted = tuple(_wanted(path, top) for path in paths)
    common = wanted[0] if len(wanted) == 1 else Path(os.path.commonpath(wanted))
    config, problems = read_config(common, top)
    starts = (*wanted, _project_folder(common, top))
    files, skipped = find_files(top, starts, exclude=(*config.exclude, *exclude), limits=limits)
    contents = dict(sorted(_read_all(files, top, limits, skipped)))
    versions = find_versions(common, top)
    named = tuple(below(os.fspath(top), os.fspath(path)) for path in wanted)
    return Sources(top, named, config, tuple(problems), versions, contents, tuple(skipped))


def _wanted(path: Path, top: Path) -> Path:
    wanted = path.resolve()
    if not wanted.is_relative_to(top):
        raise OutsideRoots(f"{quote(str(path), 200)} lies outside {top}.", "Give a path inside the root.")
    if not wanted.exists():
        raise NotFound(
            f"There is no file or folder {quote(str(path), 200)}.", f"Paths are relative to {top}."
        )
    return wanted


def _project_folder(wanted: Path, top: Path) -> Path:
    """The nearest folder around `wanted` that looks like a project of its own."""
    folder = wanted if wanted.is_dir() else wanted.parent
    for candidate in (folder, *folder.parents):
        if candidate == top or any((candidate / name).exists() for name in _PROJECT_FILES):
            return candidate
    return top


def _read_all(
    paths: Sequence[str], top: Path, limits: Limits, skipped: list[Skipped]
) -> Iterator[tuple[str, bytes]]:
    total = 0
    above = os.path.join(top, "")  # noqa: PTH118 - with a separator at its end, as a root has it already
    for number, path in enumerate(paths):
        relative = path.removeprefix(above).replace(os.sep, "/")
        try:
            content = read_bytes(path, limits.file_bytes)
        except Unreadable as error:
            skipped.append(Skipped(relative, str(error)))
            continue
        total += len(content)
        if total > limits.total_bytes:
            skipped.append(Skipped(".", f"{len(paths) - number:,} files beyond {limits.total_bytes:,} bytes"))
            return
        yield relative, content


def _beside(root: Path) -> Iterator[tuple[str, bytes]]:
    """What lies beside the code at the root and one folder below: proxies, containers, requirements."""
    near = _entries(root)
    deeper = (
        one for folder in near if folder.name != ".git" and _is(folder.is_dir) for one in _entries(folder)
    )
    found = (one for one in (*near, *deeper) if one.name != ".git" and not one.name.endswith(".py"))
    files = sorted(one.path for one in found if _is(one.is_file))
    for path in files[:_MOST_BESIDE]:
        yield path, _content_or_state(path)
    yield "…", repr(files[_MOST_BESIDE:]).encode("utf-8", "surrogatepass")


def _entries(folder: str | os.PathLike[str]) -> list[os.DirEntry[str]]:
    """What is in a folder; nothing where it cannot be listed, which hides nothing of the others."""
    try:
        with os.scandir(folder) as listing:
            return list(listing)
    except OSError:
        return []


def _is(kind: Callable[[], bool]) -> bool:
    """Whether an entry is of the kind; a link that leads round in a circle is of none."""
    try:
        return kind()
    except OSError:
        return False


def _content_or_state(path: str) -> bytes:
    """The content of a file; of one that is too large to be read, what changes with it."""
    try:
        return read_bytes(path, _LARGEST_BESIDE)
    except Unreadable as error:
        with suppress(OSError):
            state = Path(path).stat()
            return f"{error} {state.st_size} {state.st_mtime_ns}".encode()
        return str(error).encode()
