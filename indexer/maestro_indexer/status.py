"""What the knowledge is made of and how old it is: the fields of `vault_status`."""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from packaging.version import InvalidVersion, Version

from maestro_indexer.embedded import LOCK
from maestro_indexer.locks import is_locked
from maestro_indexer.model import IndexedSnapshot
from maestro_indexer.outcome import describe_counts
from maestro_indexer.views import NOTHING, View
from maestro_knowledge.core.files import replace_text
from maestro_knowledge.core.home import Home
from maestro_knowledge.core.refs import DEFAULT_SOURCE
from maestro_knowledge.vault.model import Layer

STALE_AFTER = timedelta(days=14)
BEST_FIRST: tuple[Layer, ...] = ("git", "sdist", "installed", "embedded")
_FILE = "last-refresh.json"
_MAX_ERROR = 2000


def note_refresh(home: Home, *, error: str) -> None:
    """Remembers when a refresh ended and what of it failed, where the home can be written to."""
    note = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "ok": not error,
        "error": error[:_MAX_ERROR],
    }
    with suppress(OSError):
        home.index.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_text(home.index / _FILE, json.dumps(note) + "\n")


def last_refresh(home: Home) -> dict[str, Any] | None:
    """When the last refresh ended, whether well, and its error; None when there was none."""
    try:
        note = json.loads((home.index / _FILE).read_bytes()[: 4 * _MAX_ERROR])
        return {"at": str(note["at"]), "ok": bool(note["ok"]), "error": str(note["error"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_refreshing(home: Home) -> bool:
    """Whether a refresh runs right now."""
    return is_locked(home.locks / LOCK)


def describe_vault(view: View | None, home: Home, now: datetime) -> dict[str, Any]:
    """Everything that `vault_status` says; None stands for a home without any index."""
    view = view or View(NOTHING, ())
    infos = view.generation.snapshots
    layer = best_layer(infos)
    last = last_refresh(home)
    stale = layer in {"git", "sdist"} and _is_old(last, infos, now)
    return {
        "layer": layer,
        "sources": [_source(info) for info in infos],
        "versions_available": versions_available(infos),
        "generation": view.generation.id,
        "stale": stale,
        "last_refresh": last,
        "next_step": _next_step(view, home, layer, stale=stale),
    }


def best_layer(infos: Sequence[IndexedSnapshot]) -> Layer | Literal[""]:
    """The richest layer that FastAPI's own knowledge comes from; empty where there is nothing at all."""
    there = {info.layer for info in infos if info.name == DEFAULT_SOURCE}
    for layer in BEST_FIRST:
        if layer in there:
            return layer
    return "embedded" if infos else ""


def versions_available(infos: Iterable[IndexedSnapshot]) -> list[str]:
    """The versions of FastAPI that can be asked, the newest first."""
    versions = {info.version for info in infos if info.name == DEFAULT_SOURCE}
    return sorted(versions, key=_version, reverse=True)


def _source(info: IndexedSnapshot) -> dict[str, Any]:
    return {
        "name": info.name,
        "kind": info.layer,
        "version": info.version,
        "commit": info.commit,
        "committed_at": info.committed_at,
        "indexed_at": info.indexed_at,
        **describe_counts(info.counts),
    }


def _is_old(last: dict[str, Any] | None, infos: Iterable[IndexedSnapshot], now: datetime) -> bool:
    """Whether nobody has looked for something newer for long."""
    fetched = [info.indexed_at for info in infos if info.layer in {"git", "sdist"}]
    moments = [
        moment for text in (*fetched, *([last["at"]] if last and last["ok"] else [])) if (moment := _at(text))
    ]
    return not moments or now - max(moments) > STALE_AFTER


def _next_step(view: View, home: Home, layer: str, *, stale: bool) -> str:
    last = last_refresh(home)
    if is_refreshing(home):
        return "A refresh is running; ask again in a minute."
    if view.problem:
        return view.problem
    if not view.snapshots:
        return "There is no index yet: run `indexer refresh`."
    if last and not last["ok"]:
        return (
            f"The last refresh did not get all it was asked for: {last['error']} Run `indexer refresh` again."
        )
    if layer in {"embedded", "installed"}:
        return "Run `indexer refresh` to fetch the documentation, the examples and the release notes."
    if layer == "sdist":
        return "Run `indexer refresh` where the repository can be reached: it has the whole documentation."
    if stale:
        return f"Nobody has looked for {STALE_AFTER.days} days: run `indexer refresh`."
    return "Nothing to do."


def _at(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _version(text: str) -> tuple[bool, Version, str]:
    try:
        return (True, Version(text), text)
    except InvalidVersion:
        return (False, Version("0"), text)
