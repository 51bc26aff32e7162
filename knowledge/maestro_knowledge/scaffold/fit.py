"""What a project is like, as far as new files have to fit it: read, never run."""

import ast
from collections.abc import Iterable, Sequence
from pathlib import Path

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.core.records import dataclass, field, replace
from maestro_knowledge.core.text import quote
from maestro_knowledge.project.application import App
from maestro_knowledge.project.load import load_path
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.requirements import declared
from maestro_knowledge.project.settings_files import read_toml
from maestro_knowledge.scaffold.guards import find_guard
from maestro_knowledge.scaffold.layout import Layout
from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.options import Habits
from maestro_knowledge.scaffold.places import find_layout
from maestro_knowledge.scaffold.sessions import SessionSource, find_session
from maestro_knowledge.scaffold.settings.source import SettingsFound, find_settings
from maestro_knowledge.scaffold.style import CodeStyle, find_style
from maestro_knowledge.scaffold.targets import Target, newest_target, target_of
from maestro_knowledge.scaffold.vocabulary import Database, Storage

POSTGRES = frozenset({"asyncpg", "psycopg", "psycopg2", "psycopg2-binary", "psycopg-binary", "pg8000"})
SQLITE = frozenset({"aiosqlite"})
_USUAL = ("main", "app", "asgi", "application", "server", "api")
_ASIDE = frozenset({"examples", "example", "docs", "docs_src", "scripts", "benchmarks"})


@dataclass(frozen=True, slots=True)
class Fit:
    """A project as new files have to fit it; `app` is None where none is there, and one is started."""

    layout: Layout
    style: CodeStyle
    target: Target
    habits: Habits
    project: Project | None = None
    app: App | None = None
    is_guest: bool = False
    rivals: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    settings: SettingsFound = field(default_factory=SettingsFound)


def read_fit(root: Path | None) -> Fit:
    """The fit of the project at `root`; of a new one where there is no application yet."""
    if root is None or not root.exists():
        return Fit(Layout(), CodeStyle(), newest_target(), Habits())
    if not root.is_dir():
        raise BadArgument(f"{quote(str(root), 200)} is a file.", "Name the folder of the project.")
    project = load_path(root, root=root)
    app, rivals = _choose_app(project, root)
    if app is None:
        layout = _start_layout(root)
        return Fit(layout, find_style(root, root), target_of(project.versions), Habits(), project)
    layout = find_layout(project, app)
    session = find_session(project)
    if session is not None and _is_ours(session, layout):
        habits = Habits(session.storage, _find_database(project, layout), _why(session))
    else:
        habits = _habits(project, layout, session)
    habits = replace(habits, guard=find_guard(project))
    return Fit(
        layout,
        find_style(root / layout.folder, root),
        target_of(project.versions),
        habits,
        project,
        app,
        is_guest=not _has_own_errors(project, layout),
        rivals=rivals,
        choices=_say(app, rivals),
        settings=find_settings(project),
    )


def _choose_app(project: Project, root: Path) -> tuple[App | None, tuple[str, ...]]:
    """The application that is meant, and the others that could be."""
    mounted = {inclusion.child for inclusion in project.inclusions if inclusion.kind == "mount"}
    apps = [
        app
        for app in project.apps
        if not app.is_assumed and not app.module.is_test and app.router.id not in mounted
    ]
    apps = [app for app in apps if not _ASIDE & set(app.module.path.split("/")[:-1])] or apps
    if len(apps) <= 1:
        return (apps[0] if apps else None), ()
    entry = _entrypoint(root)
    named = [app for app in apps if entry and app.id.replace("()", "") == entry]
    if len(named) == 1:
        return named[0], ()
    best = min(apps, key=_rank)
    return best, tuple(sorted(app.id for app in apps if app is not best))


def _rank(app: App) -> tuple[int, int, str]:
    stem = app.module.name.rpartition(".")[2]
    usual = _USUAL.index(stem) if stem in _USUAL else len(_USUAL)
    return app.module.path.count("/"), usual, app.id


def _entrypoint(root: Path) -> str:
    content, _ = read_toml(root / "pyproject.toml", root)
    tool = (content or {}).get("tool")
    fastapi = tool.get("fastapi") if isinstance(tool, dict) else None
    entry = fastapi.get("entrypoint") if isinstance(fastapi, dict) else None
    return entry if isinstance(entry, str) else ""


def _start_layout(root: Path) -> Layout:
    """The layout of a new application: inside the package that a `src` folder has, where there is one."""
    packages = sorted(path.parent.name for path in root.glob("src/*/__init__.py"))
    if len(packages) == 1 and packages[0].isidentifier():
        return Layout(package=packages[0], source="src")
    return Layout()


def _habits(project: Project, layout: Layout, session: SessionSource | None) -> Habits:
    database = _find_database(project, layout)
    if session is not None:
        return Habits(session.storage, database, _why(session), session)
    kinds = [model.kind for model in project.models if not model.cls.module.is_test]
    storage: Storage | None = (
        "sqlmodel" if "table" in kinds else "sqlalchemy" if "sqlalchemy" in kinds else None
    )
    why = (
        f"the project has tables of {'SQLModel' if storage == 'sqlmodel' else 'SQLAlchemy'}"
        if storage
        else ""
    )
    return Habits(storage, database, why)


def _why(session: SessionSource) -> str:
    kind = "SQLModel" if session.storage == "sqlmodel" else "SQLAlchemy"
    how = "" if session.is_async else ", synchronous ones"
    return f"the project has sessions of {kind}{how} ({session.path}: {session.dependency.name})"


def _is_ours(session: SessionSource, layout: Layout) -> bool:
    """Whether the session comes from the database module that an earlier request generated."""
    return session.dependency.module in {layout.core_module("database"), layout.core_module("api_database")}


def _find_database(project: Project, layout: Layout) -> Database | None:
    """The database of the project: by the addresses in its code, else by the drivers that it declares."""
    schemes = set(_schemes(module.tree for module in project.modules if not module.is_test))
    if len(schemes) == 1:
        return "postgres" if "postgres" in schemes else "sqlite"
    names = {entry.name for entry in declared(project.root / layout.folder, project.root)}
    if schemes or names & POSTGRES:
        return "postgres"
    return "sqlite" if names & SQLITE else None


def _schemes(trees: Iterable[ast.Module]) -> Iterable[str]:
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "://" in node.value[:40]:
                scheme = node.value.split(":", 1)[0].split("+", 1)[0]
                if scheme in {"sqlite", "postgres", "postgresql"}:
                    yield "sqlite" if scheme == "sqlite" else "postgres"


def _has_own_errors(project: Project, layout: Layout) -> bool:
    """Whether the application was started by a request: its errors module answers for the whole of it."""
    wanted = layout.path_of(layout.core_module("errors"))
    module = next((module for module in project.modules if module.path == wanted), None)
    return module is not None and {"add_error_handlers", "handle_validation_error"} <= defined_names(
        module.tree
    )


def defined_names(tree: ast.Module) -> set[str]:
    """The names that a module defines or imports at its top, under conditions as well."""
    found: set[str] = set()
    waiting: list[ast.stmt] = list(tree.body)
    while waiting:
        match waiting.pop():
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
            case ast.Assign(targets=targets):
                found |= {target.id for target in targets if isinstance(target, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
            case ast.ImportFrom(names=names) | ast.Import(names=names):
                found |= {alias.asname or alias.name.split(".")[0] for alias in names}
            case ast.If(body=body, orelse=others) | ast.Try(body=body, orelse=others):
                waiting += [*body, *others]
            case _:
                pass
    return found


def _say(app: App, rivals: Sequence[str]) -> tuple[Choice, ...]:
    if not rivals:
        return ()
    why = "it lies highest and is named as usual; nothing says which one is meant"
    others = (
        *rivals,
        "name it as [tool.fastapi] entrypoint in pyproject.toml, or give its folder as project",
    )
    return (Choice("project", "Which application is meant?", app.id, why, others),)


def refuse_ambiguity(fit: Fit) -> None:
    """Raises where something would be written, and it is not known into which application."""
    if fit.rivals and fit.app is not None:
        raise BadArgument(
            f"There are several applications: {', '.join(sorted((fit.app.id, *fit.rivals)))}.",
            "Nothing was written. Name one as [tool.fastapi] entrypoint in pyproject.toml, or give the "
            "folder of one as project.",
        )
