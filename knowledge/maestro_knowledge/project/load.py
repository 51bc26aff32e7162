"""Files of a project → `Project`: bounded, each parsed once, nothing executed."""

import ast
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from maestro_knowledge.core.records import dataclass, replace
from maestro_knowledge.project.collection import paused_collection
from maestro_knowledge.project.facts import find_facts
from maestro_knowledge.project.folders import Limits
from maestro_knowledge.project.index import index_module
from maestro_knowledge.project.known import external_packages, frameworks
from maestro_knowledge.project.locating import Locator, Parts, folder_of, make_locator, name_of
from maestro_knowledge.project.model import Memory, Project
from maestro_knowledge.project.passing import learn_parameters
from maestro_knowledge.project.reading import Unreadable, decode
from maestro_knowledge.project.source import Source, parse
from maestro_knowledge.project.sources import Sources, find_sources
from maestro_knowledge.project.surroundings import Problem, Skipped
from maestro_knowledge.project.symbols import Module


@dataclass(frozen=True, slots=True)
class _File:
    """A file that parsed: its path below the root and as parts, its source."""

    path: str
    parts: Parts
    is_package: bool
    source: Source
    in_scope: bool


def load_code(text: str, filename: str = "<code>") -> Project:
    """The project that consists of this one piece of source."""
    name = PurePosixPath(filename.replace("\\", "/")).name
    stem = name.removesuffix(".py")
    parts = (stem if stem.isidentifier() else "code",)
    with _quiet():
        try:
            file = _File(
                filename, parts, is_package=False, source=Source(text, "utf-8", parse(text)), in_scope=True
            )
        except Unreadable as error:
            return Project(root=Path(), modules=(), skipped=(Skipped(filename, str(error)),))
        return whole(_build(Path(), [file], [], []))


def load_path(
    path: Path, *, root: Path, limits: Limits | None = None, exclude: Sequence[str] = ()
) -> Project:
    """The project below `root`, with the modules at or below `path` in scope and the rest to follow names."""
    return load_paths((path,), root=root, limits=limits, exclude=exclude)


def load_paths(
    paths: Sequence[Path], *, root: Path, limits: Limits | None = None, exclude: Sequence[str] = ()
) -> Project:
    """The same for several paths of one project; what they have in common says whose settings count."""
    return load_sources(find_sources(paths, root=root, limits=limits, exclude=exclude))


def load_sources(sources: Sources) -> Project:
    """The project that was read."""
    skipped = list(sources.skipped)
    with _quiet():
        files = list(_parse_all(sources, skipped))
        project = _build(sources.root, files, skipped, sources.problems)
        return whole(replace(project, config=sources.config, versions=sources.versions))


def whole(project: Project) -> Project:
    """The project with its application, and with what is passed to parameters that say no type."""
    wired = find_facts(project)
    learn_parameters(wired)
    return wired


def _parse_all(sources: Sources, skipped: list[Skipped]) -> Iterator[_File]:
    for path, content in sources.contents.items():
        try:
            text, encoding = decode(content)
            source = Source(text, encoding, parse(text))
        except Unreadable as error:
            skipped.append(Skipped(path, str(error)))
            continue
        *folders, name = path.split("/")
        is_package = name == "__init__.py"
        parts = tuple(folders) if is_package else (*folders, name.rpartition(".")[0] or name)
        yield _File(path, parts, is_package, source, sources.is_in_scope(path))


def _build(
    root: Path, files: Sequence[_File], skipped: Sequence[Skipped], problems: Sequence[Problem]
) -> Project:
    locator = make_locator(
        [(file.parts, file.is_package) for file in files], frameworks(), external_packages()
    )
    starts = _import_starts(files, locator)
    modules: list[Module] = []
    memory = Memory(locator=locator)
    left_out = list(skipped)
    for file in files:
        try:
            module = index_module(
                path=file.path,
                name=name_of(file.parts, locator, starts) or "__init__",
                text=file.source.text,
                encoding=file.source.encoding,
                tree=file.source.tree,
                is_package=file.is_package,
                in_scope=file.in_scope,
            )
        except RecursionError:
            left_out.append(Skipped(file.path, "nested too deeply to be read"))
            continue
        modules.append(module)
        memory.by_parts[file.parts] = module
        memory.parts[module] = file.parts
    return Project(
        root=root,
        modules=tuple(modules),
        skipped=tuple(sorted(left_out, key=lambda entry: (entry.path, entry.why))),
        problems=tuple(problems),
        memory=memory,
    )


def _import_starts(files: Sequence[_File], locator: Locator) -> frozenset[Parts]:
    """The folders that absolute imports between the project's own files start from."""
    starts: set[Parts] = set()
    for file in files:
        folder = folder_of(file.parts, is_package=file.is_package)
        for statement in file.source.tree.body:
            names: list[str] = []
            if isinstance(statement, ast.ImportFrom) and not statement.level and statement.module:
                names = [statement.module]
            elif isinstance(statement, ast.Import):
                names = [alias.name for alias in statement.names]
            for name in names:
                if (target := locator.locate(folder, name)) is not None:
                    starts.add(target[: len(target) - name.count(".") - 1])
    return frozenset(starts)


@contextmanager
def _quiet() -> Iterator[None]:
    """No warnings about the user's source, and no garbage collection while it is read."""
    with paused_collection(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
