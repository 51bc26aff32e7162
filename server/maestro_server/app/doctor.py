"""What is installed, which knowledge is there, what is wrong and what mends it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.settings import Settings
from maestro_server.app.clients import command
from maestro_server.expert.answers import outline
from maestro_server.expert.facade import Expert
from maestro_server.expert.quoting import one_line

Level = Literal["ok", "warning", "broken"]
_PACKAGES = (
    "fastapi-maestro",
    "fastapi",
    "fastmcp",
    "mcp",
    "pydantic",
    "starlette",
    "whoosh-reloaded",
    "griffe",
    "libcst",
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; anything but `ok` comes with its mend."""

    name: str
    level: Level
    detail: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was looked at."""

    data: dict[str, Any]
    text: str
    usable: bool


def examine(settings: Settings) -> Report:
    """Looks at everything and changes nothing but a missing embedded index, which is built."""
    checks = [*_installation(), *_places(settings), *_knowledge(settings), *_profiles(settings)]
    usable = all(check.level != "broken" for check in checks)
    data = {
        "usable": usable,
        "command": command(),
        "versions": _versions(),
        "settings": settings.shown(),
        "checks": [
            {"name": check.name, "level": check.level, "detail": check.detail, "mend": check.mend}
            for check in checks
        ],
    }
    return Report(data, "\n".join(_text(data, checks)), usable)


def _text(data: dict[str, Any], checks: list[Check]) -> Iterator[str]:
    marks = {"ok": "✓", "warning": "!", "broken": "✗"}
    for check in checks:
        yield f"{marks[check.level]} {check.name}: {check.detail}"
        if check.mend:
            yield f"    {check.mend}"
    yield f"\nCommand\n  {data['command']}"
    yield f"\nVersions\n{outline(data['versions'], 1)}"
    yield f"\nSettings\n{outline(data['settings'], 1)}"
    yield "" if data["usable"] else "\nNot usable: mend what is marked ✗."


def _versions() -> dict[str, str]:
    found = {"python": sys.version.split()[0]}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _installation() -> Iterator[Check]:
    missing = [name for name, found in _versions().items() if found == "not installed"]
    if missing:
        yield Check("packages", "broken", f"{', '.join(missing)} missing", "Install fastapi-maestro again.")
    else:
        yield Check("packages", "ok", "all there")
    git = shutil.which("git")
    if git is None:
        yield Check(
            "git", "warning", "not found", "Install git for the full vault; sdist and installed work without."
        )
    else:
        ran = subprocess.run(
            [git, "--version"], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )
        yield Check("git", "ok", ran.stdout.strip() or git)


def _places(settings: Settings) -> Iterator[Check]:
    home = settings.home
    holder = next(folder for folder in (home, *home.parents) if folder.exists())
    if holder.is_dir() and os.access(holder, os.W_OK):
        yield Check("home", "ok", str(home))
    else:
        yield Check(
            "home",
            "warning",
            f"{home} cannot be written",
            "Set FASTAPI_MAESTRO_HOME, or keep it: the index is then held in memory.",
        )
    try:
        roots = Expert(settings).roots.folders
    except MaestroError as error:
        yield Check("roots", "broken", error.message, error.hint)
    else:
        shown = ", ".join(map(str, roots))
        mend = (
            "" if roots else f"{Path.cwd()} is too wide to be a root: start in a project, or pass --root DIR."
        )
        yield Check("roots", "ok" if roots else "warning", shown or "none: no path can be read", mend)


def _knowledge(settings: Settings) -> Iterator[Check]:
    try:
        status = Expert(settings).status().data
    except MaestroError as error:
        yield Check("knowledge", "broken", error.message, error.hint)
        return
    layers = ", ".join(f"{one['name']} {one['version']} ({one['kind']})" for one in status["sources"])
    level: Level = "ok" if status["layer"] == "git" and not status["stale"] else "warning"
    yield Check("knowledge", level, layers, status["next_step"] if level != "ok" else "")
    last = status["last_refresh"]
    if last and not last["ok"]:
        yield Check("last refresh", "warning", last["error"], "Run `indexer refresh` to see it again.")


def _profiles(settings: Settings) -> Iterator[Check]:
    from maestro_server.expert import profiling  # noqa: PLC0415 - nobody else here needs profiles

    try:
        unread = profiling.find_all(Expert(settings), "").unread
    except MaestroError as error:
        yield Check("profiles", "warning", error.message, error.hint)
        return
    if not unread:
        yield Check("profiles", "ok", "all can be read")
    for each in unread:
        mend = "Mend the file or remove it; the other profiles are served."
        yield Check("profiles", "warning", f"{one_line(each.place)}: {one_line(each.why, 300)}", mend)
