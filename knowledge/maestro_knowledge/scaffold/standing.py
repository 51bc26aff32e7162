"""What stands in for a project's own modules where generated code is tried: nothing of the user's is run."""

from collections.abc import Mapping

from maestro_knowledge.scaffold.guards import GuardSource
from maestro_knowledge.scaffold.layout import Layout
from maestro_knowledge.scaffold.planning import Installer, Wiring
from maestro_knowledge.scaffold.sessions import SessionSource

TRIAL = "maestro_trial"
_SESSIONS = {
    ("sqlalchemy", True): ("sqlalchemy.ext.asyncio", "AsyncSession"),
    ("sqlalchemy", False): ("sqlalchemy.orm", "Session"),
    ("sqlmodel", True): ("sqlmodel.ext.asyncio.session", "AsyncSession"),
    ("sqlmodel", False): ("sqlmodel", "Session"),
}


def stand_in_app(wiring: Wiring, installers: tuple[Installer, ...], layout: Layout) -> tuple[str, str]:
    """The path and text of an application that does what the wiring asks of the real one."""
    lines = ["from fastapi import FastAPI", ""]
    imports = [f"from {one.module} import {one.function}" for one in installers]
    imports += [f"from {router.module} import router as {router.name}" for router in wiring.routers]
    calls = [f"{one.function}(app)" for one in installers]
    calls += [f"app.include_router({router.name})" for router in wiring.routers]
    text = "\n".join([*imports, *lines, "app = FastAPI()", *calls]) + "\n"
    return layout.path_of(TRIAL), text


def stand_in_guard(guard: GuardSource, layout: Layout, others: Mapping[str, str]) -> dict[str, str]:
    """The module with the project's check of callers; it may stand in for more than that."""
    path = layout.path_of(guard.module)
    check = (
        f"async def {guard.name}() -> None:\n"
        '    raise RuntimeError("This stands in for the check of the project.")\n'
    )
    return {path: f"{others[path]}\n\n{check}" if path in others else check}


def stand_in_sessions(source: SessionSource, layout: Layout) -> dict[str, str]:
    """Modules with the names that generated code imports from the project's database modules."""
    package, name = _SESSIONS[source.session_kind, source.is_async]
    kind = "async def" if source.is_async else "def"
    iterator = "AsyncIterator" if source.is_async else "Iterator"
    give = (
        f"from collections.abc import {iterator}\n"
        f"from {package} import {name}\n\n\n"
        f"{kind} {source.dependency.name}() -> {iterator}[{name}]:\n"
        f'    raise RuntimeError("This stands in for the session of the project.")\n    yield\n'
    )
    if source.alias:
        give += f"\n\n{source.alias} = Annotated[{name}, Depends({source.dependency.name})]\n"
        give = f"from typing import Annotated\nfrom fastapi import Depends\n{give}"
    files = {source.dependency.module: give}
    if source.base is not None:
        made = "from sqlalchemy.orm import DeclarativeBase\n\n\n"
        made += f"class {source.base.name}(DeclarativeBase):\n    pass\n"
        files[source.base.module] = made + files.get(source.base.module, "")
    return {layout.path_of(module): text for module, text in files.items()}
