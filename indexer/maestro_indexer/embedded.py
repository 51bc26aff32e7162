"""The layer that is always there: our own pages, and what the installed packages say of themselves."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache, partial

from maestro_indexer.assemble import (
    Last,
    add_snapshot,
    describe,
    free_key,
    hold_in_memory,
    is_made_as,
    make_key,
)
from maestro_indexer.generations import Generations
from maestro_indexer.locks import hold_lock
from maestro_indexer.model import IndexedSnapshot
from maestro_indexer.own_pages import own_snapshot, read_own_pages
from maestro_indexer.readings import open_reading
from maestro_indexer.snapshots import OpenSnapshot
from maestro_indexer.views import View
from maestro_knowledge.core.errors import Busy, IndexMissing, MaestroError, Unreachable
from maestro_knowledge.core.home import Home
from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.vault.catalog import find_source
from maestro_knowledge.vault.installed import installed_version, own_site_packages, read_installed
from maestro_knowledge.vault.model import READING_VERSION, Contents, Snapshot
from maestro_knowledge.vault.trees import Tree

LOCK = "refresh.lock"
INSTALLED = ("fastapi", "starlette", "pydantic")
PATIENCE = 10.0
INSTALLED_KEPT = 3
_OURS = "fastapi-maestro"


@dataclass(frozen=True, slots=True)
class Part:
    """One snapshot of the embedded layer: its identity, had at once, and its content, read when it lacks."""

    snapshot: Snapshot
    key: str
    read: Callable[[], Contents] = field(repr=False)


def made_by() -> str:
    """Which release of ours reads: another one may read the same files otherwise."""
    return f"{_release()} reading {READING_VERSION}"


def embedded_parts() -> tuple[Part, ...]:
    """Everything that the embedded layer holds in this environment."""
    ours = made_by()
    own = own_snapshot(_release())
    parts = [Part(own, make_key(own, ours), lambda: read_own_pages(own))]
    for name in INSTALLED:
        try:
            tree = read_installed(find_source(name), own_site_packages())
        except MaestroError:
            continue  # an environment without it has its other packages all the same
        parts.append(Part(tree.snapshot, make_key(tree.snapshot, ours), partial(_read_installed, tree)))
    return tuple(parts)


def missing_parts(infos: Iterable[IndexedSnapshot], parts: Sequence[Part] | None = None) -> tuple[Part, ...]:
    """The parts that none of these snapshots is, of all that there are now or of those given."""
    there, wanted = tuple(infos), embedded_parts() if parts is None else parts
    return tuple(part for part in wanted if not any(is_made_as(info, part.key) for info in there))


def add_parts(
    generations: Generations, parts: Iterable[Part], served: Sequence[OpenSnapshot], now: datetime
) -> list[IndexedSnapshot]:
    """Puts the snapshot of each part in place that can be read, from what is served if that is less work."""
    added = []
    for part in parts:
        try:
            contents = part.read()
        except MaestroError:
            continue  # a package that cannot be read must not take our own pages with it
        info = _describe(contents, free_key(generations, part.key), now)
        add_snapshot(generations, contents, info, last=_last(part, served))
        added.append(info)
    return added


def _last(part: Part, served: Iterable[OpenSnapshot]) -> Last | None:
    same = (part.snapshot.name, part.snapshot.layer)
    for opened in served:
        if (opened.info.name, opened.info.layer) == same and opened.folder is not None:
            with suppress(IndexMissing):
                return Last(opened.folder, open_reading(opened.folder, part.snapshot))
    return None


def with_parts(infos: Iterable[IndexedSnapshot], added: Iterable[IndexedSnapshot]) -> list[IndexedSnapshot]:
    """The snapshots with the new parts in the place of those that they follow.

    Of an installed package a few versions stay, for other environments that share the home.
    """
    new = list(added)
    kept = [info for info in infos if not any(_follows(part, info) for part in new)]
    for part in new:
        same = [i for i in kept if (i.name, i.layer) == (part.name, part.layer)]
        for old in sorted(same, key=lambda info: info.indexed_at)[: max(len(same) + 1 - INSTALLED_KEPT, 0)]:
            kept.remove(old)
    return kept + new


def ensure_embedded(home: Home, *, patience: float = PATIENCE) -> Generations:
    """The generations of the home, with an embedded layer that is there and of this release.

    What lacks is built and published, or, where the home cannot be written to or stays busy, held in memory.
    """
    generations = Generations(home.index)
    if not missing_parts(generations.look().generation.snapshots):
        return generations
    try:
        with hold_lock(home.locks / LOCK, wait=patience):
            view = generations.look()
            if missing := missing_parts(view.generation.snapshots):
                _publish(generations, view, missing)
    except (Busy, Unreachable, OSError):
        missing = missing_parts(generations.look().generation.snapshots)
        return Generations(home.index, _hold(missing))
    return generations


@cache
def _release() -> str:
    # importlib.metadata would take longer to import than a small refresh takes to read.
    return installed_version(_OURS, own_site_packages()) or _release_elsewhere()


def _release_elsewhere() -> str:
    """Our version where we are installed in no site-packages folder."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

    with suppress(PackageNotFoundError):
        return version(_OURS)
    return "0"


def _publish(generations: Generations, view: View, missing: Iterable[Part]) -> None:
    """Publishes what is served now with the missing parts; the lock is held."""
    now = datetime.now(UTC)
    served = (*view.generation.snapshots, *view.lost)
    if added := add_parts(generations, missing, view.snapshots, now):
        generations.publish(with_parts(served, added), built_at=now.isoformat(timespec="seconds"))
        generations.prune()


def _read_installed(tree: Tree) -> Contents:
    from maestro_knowledge.vault.contents import read_contents  # noqa: PLC0415 - heavy

    return read_contents(tree)


def _hold(parts: Iterable[Part]) -> tuple[OpenSnapshot, ...]:
    now = datetime.now(UTC)
    held = []
    for part in parts:
        with suppress(MaestroError):
            contents = part.read()
            held.append(hold_in_memory(contents, _describe(contents, part.key, now)))
    return tuple(held)


def _describe(contents: Contents, key: str, now: datetime) -> IndexedSnapshot:
    return describe(
        contents, key=key, ref="", indexed_at=now.isoformat(timespec="seconds"), made_by=made_by()
    )


def _follows(new: IndexedSnapshot, old: IndexedSnapshot) -> bool:
    same_place = (new.name, new.layer) == (old.name, old.layer)
    return same_place and (new.layer == "embedded" or new.version == old.version)
