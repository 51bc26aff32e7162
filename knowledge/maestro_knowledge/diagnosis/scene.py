"""What looks at the user's code may see: the error, the modules at hand, the routes in order."""

import ast
from collections.abc import Iterator, Mapping
from textwrap import dedent

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.diagnosis.model import ParsedError, ProjectFacts, RouteFact
from maestro_knowledge.diagnosis.routes import read_routes

MAX_CODE = 400_000
MAX_FILES = 8


@dataclass(frozen=True, slots=True)
class Module:
    """Source that was parsed; `file` is empty for code that was pasted."""

    file: str
    tree: ast.Module


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look found, and where."""

    says: str
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Scene:
    """The error, what filled the holes of its template, and the code and routes around it."""

    error: ParsedError
    modules: tuple[Module, ...] = ()
    routes: tuple[RouteFact, ...] = ()
    holes: Mapping[str, str] = field(default_factory=dict)

    def walk(self) -> Iterator[tuple[Module, ast.AST]]:
        """Every node of every module."""
        for module in self.modules:
            for node in ast.walk(module.tree):
                yield module, node


def make_scene(error: ParsedError, code: str, project: ProjectFacts | None) -> tuple[Scene, tuple[str, ...]]:
    """The scene, and notes on code that could not be read."""
    notes: list[str] = []
    modules: list[Module] = []
    for file, text in _sources(error, code, project):
        tree = _parse(text)
        if isinstance(tree, str):
            notes.append(f"{file or 'The given code'} was not looked at: {tree}.")
        else:
            modules.append(Module(file, tree))
    routes = project.routes if project and project.routes else ()
    if not routes:
        routes = tuple(route for module in modules for route in read_routes(module.tree, module.file))
    return Scene(error, tuple(modules), routes), tuple(notes)


def _sources(error: ParsedError, code: str, project: ProjectFacts | None) -> Iterator[tuple[str, str]]:
    """The pasted code, then the project's files that the traceback names, the last first."""
    if code.strip():
        yield "", code
    if project is None:
        return
    files = [
        frame.file.replace("\\", "/")
        for raised in reversed(error.raised)
        for frame in reversed(raised.frames)
        if frame.is_users
    ]
    wanted = [path for file in dict.fromkeys(files) for path in sorted(project.files) if _is_same(file, path)]
    for path in list(dict.fromkeys(wanted))[:MAX_FILES]:
        yield path, project.files[path]


def _is_same(file: str, path: str) -> bool:
    """Whether a traceback's file is the project's `path`."""
    return file == path or file.endswith(f"/{path}")


def _parse(text: str) -> ast.Module | str:
    """The syntax tree, or why there is none."""
    if len(text) > MAX_CODE:
        return f"it has more than {MAX_CODE} characters"
    try:
        return ast.parse(dedent(text))
    except SyntaxError as error:
        return f"line {error.lineno or 1} is no Python ({error.msg})"
    except (ValueError, RecursionError, MemoryError):
        return "it could not be parsed"
