"""Which session a repository works with: one of the project's own, or of the generated database module."""

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.scaffold.sessions import SessionSource

CLASS_MODULES = {
    ("sqlalchemy", True): "sqlalchemy.ext.asyncio",
    ("sqlalchemy", False): "sqlalchemy.orm",
    ("sqlmodel", True): "sqlmodel.ext.asyncio.session",
    ("sqlmodel", False): "sqlmodel",
}


@dataclass(frozen=True, slots=True)
class SessionUse:
    """What templates say about sessions; `is_own` when they come from the generated database module."""

    is_own: bool = True
    is_async: bool = True
    commits: bool = True
    has_exec: bool = False
    class_module: str = ""
    class_name: str = "AsyncSession"
    module: str = ""
    name: str = "get_session"
    alias: str = "SessionDep"
    """What a parameter that is given a session is annotated with."""

    is_named: bool = False
    """Whether the project has that alias already."""

    base_module: str = ""
    base: str = "Base"


def use_session(storage: str, source: SessionSource | None) -> SessionUse:
    """The session of a resource that is kept in `storage`, in a project that has this one."""
    if source is None or source.storage != storage:
        kind = "sqlmodel" if storage == "sqlmodel" else "sqlalchemy"
        return SessionUse(has_exec=kind == "sqlmodel", class_module=CLASS_MODULES[kind, True])
    return SessionUse(
        is_own=False,
        is_async=source.is_async,
        commits=source.commits,
        has_exec=source.session_kind == "sqlmodel",
        class_module=CLASS_MODULES[source.session_kind, source.is_async],
        class_name="AsyncSession" if source.is_async else "Session",
        module=source.dependency.module,
        name=source.dependency.name,
        alias=source.alias if source.commits and source.alias else "SessionDep",
        is_named=source.commits and bool(source.alias),
        base_module=source.base.module if source.base is not None else "",
        base=source.base.name if source.base is not None else "",
    )
