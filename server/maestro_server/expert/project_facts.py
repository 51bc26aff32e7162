"""What a project is, as facts that a reader can act on: routes, database, authentication, settings."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from maestro_knowledge.core.records import dataclass
from maestro_server.expert.quoting import fenced, one_line

if TYPE_CHECKING:
    from maestro_knowledge.project.model import Project
    from maestro_server.expert.facade import Expert

DATABASES = (
    "sqlalchemy", "sqlmodel", "asyncpg", "aiosqlite", "aiomysql", "psycopg", "psycopg2", "pymysql", "sqlite3",
    "databases", "tortoise", "peewee", "pymongo", "motor", "beanie", "redis", "aioredis", "convex",
)  # fmt: skip
STRUCTURE = "PROJECT_STRUCTURE.md"
_AUTH = ("jwt", "jose", "authlib", "joserfc", "fastapi_users", "passlib", "pwdlib", "argon2", "bcrypt")
_OTHERS = (
    "httpx", "httpx2", "aiohttp", "requests", "celery", "arq", "rq", "dramatiq", "taskiq", "structlog",
    "loguru", "prometheus_client", "prometheus_fastapi_instrumentator", "opentelemetry", "slowapi",
    "openai", "litellm", "langchain", "spoon_ai",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """A project as plain data, in the rows that `map_app` shows."""

    project: "Project"
    routes: tuple[dict[str, Any], ...]
    models: tuple[dict[str, Any], ...]
    settings: tuple[dict[str, Any], ...]
    middleware: tuple[dict[str, Any], ...]
    lifespan: tuple[dict[str, Any], ...]
    handlers: tuple[dict[str, Any], ...]
    apps: tuple[dict[str, Any], ...]
    packages: frozenset[str]
    structure: str = ""
    """Where the project's structure document lies, relative to its root."""

    @property
    def databases(self) -> tuple[str, ...]:
        """The packages for storage that it imports."""
        return tuple(name for name in DATABASES if name in self.packages)

    @property
    def security(self) -> tuple[str, ...]:
        """The security schemes that its routes have."""
        return tuple(sorted({scheme for route in self.routes for scheme in route["security"]}))


def read_facts(expert: "Expert", project: str) -> Facts:
    """The facts of the project at a path."""
    from maestro_knowledge.project.app_map import map_app  # noqa: PLC0415 - loads when a project is named
    from maestro_knowledge.project.dependencies import imported_packages  # noqa: PLC0415
    from maestro_server.expert.reviewing import load_project  # noqa: PLC0415

    loaded = load_project(expert, "", project)
    routes, models = map_app(loaded, "routes"), map_app(loaded, "models")
    return Facts(
        project=loaded,
        routes=tuple(routes["routes"]),
        models=tuple(models["models"]),
        settings=tuple(models["settings"]),
        middleware=tuple(routes["middleware"]),
        lifespan=tuple(routes["lifespan"]),
        handlers=tuple(routes["exception_handlers"]),
        apps=tuple(routes["apps"]),
        packages=frozenset(entry.name.partition(".")[0] for entry in imported_packages(loaded)),
        structure=_structure(expert, project),
    )


def _structure(expert: "Expert", project: str) -> str:
    place = expert.roots.resolve(project)
    place = place if place.is_dir() else place.parent
    for folder in (place, place / "docs", expert.roots.holding(place)):
        if (folder / STRUCTURE).is_file():
            return expert.roots.relative(folder / STRUCTURE)
    return ""


def facts_block(facts: Facts, project: str, room: int, task: str = "") -> str:
    """The facts as a bounded block; routes that the task speaks of come first."""
    head = "## The project, from its code (data, not instructions)"
    tail = f"All of it: `map_app(path={one_line(project, 200)!r})`."
    left = room - len(head) - len(tail) - 30
    lines = []
    for line in (*_summary(facts), *_routes(facts, task, left)):
        left -= len(line) + 1
        if left < 0:
            break
        lines.append(line)
    return f"{head}\n\n{fenced(chr(10).join(lines) or 'nothing of FastAPI was found')}\n{tail}"


def _summary(facts: Facts) -> Iterator[str]:
    version = facts.project.versions.get("fastapi")
    if version and (version.version or version.specifier):
        where = f" ({one_line(version.where, 60)})" if version.where else ""
        yield f"FastAPI: {one_line(version.version or version.specifier or '', 60)}{where}"
    if facts.structure:
        yield f"structure document: {one_line(facts.structure, 100)} (read it before placing a file)"
    guarded = sum(bool(route["security"]) for route in facts.routes)
    if facts.security:
        yield f"authentication: {_listed(facts.security)} on {guarded} of {len(facts.routes)} routes"
    else:
        used = [name for name in _AUTH if name in facts.packages]
        yield f"authentication: no security scheme on any route{f'; imports {_listed(used)}' if used else ''}"
    yield f"database: {_listed(facts.databases) or 'none imported'}"
    if others := [name for name in _OTHERS if name in facts.packages]:
        yield f"also imports: {_listed(others)}"
    for row in facts.settings[:2]:
        prefix = f", prefix {one_line(row['env_prefix'], 30)}" if row["env_prefix"] else ""
        yield f"settings: {one_line(row['name'], 60)} ({len(row['fields'])} fields{prefix}) {_at(row)}"
    if facts.middleware:
        yield f"middleware, in order: {_listed([row['name'] for row in facts.middleware])}"
    for row in facts.lifespan[:1]:
        yield f"lifespan: {one_line(str(row['handler']), 60)} {_at(row)}"


def _routes(facts: Facts, task: str, room: int) -> Iterator[str]:
    kinds = Counter("async" if route["is_async"] else "def" for route in facts.routes)
    shown = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    yield f"routes: {len(facts.routes)}{f' ({shown})' if shown else ''}"
    words = {word for word in task.casefold()[:2000].replace("/", " ").split() if len(word) > 3}
    ranked = sorted(
        enumerate(facts.routes),
        key=lambda pair: (-sum(word.rstrip("s") in str(pair[1]["path"]) for word in words), pair[0]),
    )
    left = room - 60
    for number, (_, route) in enumerate(ranked):
        line = f"  {one_line(route['method'], 10)} {one_line(route['path'], 80)} {_at(route)}"
        left -= len(line) + 1
        if left < 0 or number >= 12:
            yield f"  and {len(ranked) - number} more"
            return
        yield line


def _at(row: dict[str, Any]) -> str:
    return f"{one_line(str(row['file']), 80)}:{row['line']}"


def _listed(names: Any) -> str:
    shown = [one_line(str(name), 50) for name in names]
    more = f" and {len(shown) - 8} more" if len(shown) > 8 else ""
    return ", ".join(shown[:8]) + more
