"""Everything of a project that is read from disk, before anything of it is parsed."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from maestro_knowledge.core.digests import start_digest
from maestro_knowledge.core.errors import NotFound, OutsideRoots
from maestro_knowledge.core.text import quote
from maestro_knowledge.project.config import read_config
from maestro_knowledge.project.folders import Limits, find_files
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
    wanted: tuple[Path, ...]
    config: Config
    problems: tuple[Problem, ...]
    versions: Mapping[str, Version]
    contents: Mapping[str, bytes] = field(repr=False)  # by path below the root, sorted
    skipped: tuple[Skipped, ...] = ()

    def is_in_scope(self, path: str) -> bool:
        """Whether a file is asked about, or only there so that names can be followed."""
        real = self.root / path
        return any(real.is_relative_to(one) for one in self.wanted)

    def text(self, path: str) -> str:
        """The text of a file as it was read."""
        return decode(self.contents[path])[0]

    def digest(self) -> str:
        """What changes with everything that a review of these sources may depend on."""
        state = start_digest()
        head = (
            self.root.as_posix(), [one.as_posix() for one in self.wanted], self.config, self.problems,
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
    return Sources(top, wanted, config, tuple(problems), versions, contents, tuple(skipped))


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
    paths: Sequence[Path], top: Path, limits: Limits, skipped: list[Skipped]
) -> Iterator[tuple[str, bytes]]:
    total = 0
    above = os.path.join(top, "")  # noqa: PTH118 - with a separator at its end, as a root has it already
    for number, path in enumerate(paths):
        relative = os.fspath(path).removeprefix(above).replace(os.sep, "/")
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
    try:
        near = (path for pattern in ("*", "*/*") for path in root.glob(pattern))
        found = sorted(path for path in near if path.suffix != ".py" and ".git" not in path.parts)
    except OSError:
        return
    files = [path for path in found if path.is_file()]
    for path in files[:_MOST_BESIDE]:
        try:
            small = path.stat().st_size <= _LARGEST_BESIDE
            content = path.read_bytes() if small else repr(path.stat()).encode()
        except OSError:
            continue
        yield path.relative_to(root).as_posix(), content
    yield "…", repr([path.as_posix() for path in files[_MOST_BESIDE:]]).encode("utf-8", "surrogatepass")
