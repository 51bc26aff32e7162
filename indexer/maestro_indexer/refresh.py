"""The job: look, fetch, read what changed, build, check, publish, prune."""

import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime

from packaging.version import Version

from maestro_indexer.deadline import Deadline, OutOfTime
from maestro_indexer.embedded import LOCK, add_parts, embedded_parts, missing_parts, with_parts
from maestro_indexer.generations import Generations
from maestro_indexer.locks import CannotWrite, hold_lock
from maestro_indexer.mending import mend
from maestro_indexer.model import Generation, IndexedSnapshot
from maestro_indexer.offers import LATEST, Means, Offer, look_at, ref_for
from maestro_indexer.outcome import Change, Outcome
from maestro_indexer.progress import Progress, silent
from maestro_indexer.renewal import Renewal
from maestro_indexer.sharing.adopt import adopt
from maestro_indexer.sharing.store import GenerationStore, LocalStore
from maestro_indexer.snapshots import OpenSnapshot
from maestro_indexer.status import note_refresh
from maestro_knowledge.core.errors import BadArgument, Busy, MaestroError, NotFound
from maestro_knowledge.core.home import Home
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.refs import DEFAULT_SOURCE
from maestro_knowledge.vault.catalog import SOURCES, Source, find_source
from maestro_knowledge.vault.remotes import as_version

DEFAULT_TIMEOUT = 900.0
LATEST_KEPT = 3
NOT_SHARED = LocalStore()


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for; an empty source means git, and less where that is out of reach."""

    source: str = ""
    name: str = DEFAULT_SOURCE
    ref: str = ""
    all: bool = False
    force: bool = False
    timeout: float | None = DEFAULT_TIMEOUT


@dataclass(frozen=True, slots=True)
class Target:
    """One source to renew, from where, and at which ref."""

    source: Source
    where: str
    ref: str


def refresh(
    request: Request,
    home: Home,
    environment: Mapping[str, str],
    progress: Progress = silent,
    store: GenerationStore = NOT_SHARED,
) -> Outcome:
    """Renews what was asked for and publishes it, for other machines too where there is a store for that.

    Whatever goes wrong, the last generation serves on.
    """
    started = time.monotonic()
    targets = _targets(request)
    deadline = Deadline(request.timeout)
    try:
        with hold_lock(home.locks / LOCK), store.alone():
            adopt(store, Generations(home.index))
            means = Means(home, environment, deadline, progress)
            with deadline.enforced():
                asked, job = _ask_and_open(targets[0], means, force=request.force)
                job.mend()
                changes = job.renew(targets, asked)
            generation = job.publish(changes)
            store.push(generation.snapshots, Generations(home.index).snapshots, generation.built_at)
    except Busy:
        raise
    except OSError as error:
        failure = CannotWrite(home.root, error)
        note_refresh(home, error=str(failure))
        raise failure from error
    except MaestroError as error:
        note_refresh(home, error=str(error))
        raise
    outcome = Outcome(tuple(changes), generation, time.monotonic() - started)
    note_refresh(home, error=outcome.error)
    return outcome


def _ask_and_open(target: Target, means: Means, *, force: bool) -> "tuple[Future[Offer], _Job]":
    """What the first source has to offer, or why that is not known, and the index, opened meanwhile."""
    asked: Future[Offer] = Future()
    with ThreadPoolExecutor(1) as beside:
        opening = beside.submit(_Job, means, force=force)
        try:
            asked.set_result(look_at(target.source, target.where, target.ref, means))
        except MaestroError as error:
            asked.set_exception(error)
        return asked, opening.result()


class _Job:
    """A refresh that holds the lock."""

    def __init__(self, means: Means, *, force: bool) -> None:
        self._means = means
        self._force = force
        self._now = datetime.now(UTC)
        self._generations = Generations(means.home.index)
        self._view = self._generations.look()
        self._parts = embedded_parts()
        self._mended: dict[str, OpenSnapshot] = {}

    def mend(self) -> None:
        """Builds again what is damaged, from what was read for it."""
        for info in self._view.lost:
            if mended := mend(self._generations, info, self._means.progress):
                self._mended[info.key] = mended

    def renew(self, targets: Sequence[Target], asked: "Future[Offer]") -> list[Change]:
        """What became of each; one that fails alone is an error, among others it is a change of its own.

        What the first one has to offer was asked already.
        """
        served = (*self._view.snapshots, *self._mended.values())
        renewal = Renewal(self._generations, served, self._means, force=self._force, now=self._now)
        changes: list[Change] = []
        for target in targets:
            try:
                offered = None if changes else asked
                changes.append(renewal.renew(target.source, target.where, target.ref, offered))
            except OutOfTime as failure:
                if len(targets) == 1:
                    raise
                late = targets[len(changes) :]
                return changes + [Change(each.source.name, "kept", note=str(failure)) for each in late]
            except MaestroError as failure:
                if len(targets) == 1:
                    raise
                changes.append(Change(target.source.name, "failed", note=str(failure)))
        return changes

    def publish(self, changes: Sequence[Change]) -> Generation:
        """The generation with these changes: a new one, or the current one where nothing changed."""
        view = self._view
        lost = [info for info in view.lost if info.key not in self._mended]
        served = (*view.generation.snapshots, *(snapshot.info for snapshot in self._mended.values()))
        new = [change.after for change in changes if change.after is not None and change.after not in served]
        missing = missing_parts((*served, *new), self._parts)
        parts = add_parts(self._generations, missing, self._view.snapshots, self._now)
        if not new and not parts and not self._mended and not view.problem:
            return view.generation
        kept = [info for info in (*served, *lost) if not any(_replaces(after, info) for after in new)]
        infos = with_parts([*_bounded(kept, new), *new], parts)
        generation = self._generations.publish(infos, built_at=self._now.isoformat(timespec="seconds"))
        self._generations.prune()
        return generation


def _targets(request: Request) -> list[Target]:
    where = request.source
    if not request.all:
        return [Target(_source(request.name), where, ref_for(where, request.ref))]
    if request.ref or where not in {"", "git", "sdist", "installed"}:
        raise BadArgument(
            "--all takes no --ref and no path or address.", "Refresh one source at a time with --name."
        )
    return [Target(source, where, LATEST) for source in SOURCES]


def _source(name: str) -> Source:
    try:
        return find_source(name)
    except NotFound as error:
        raise BadArgument(error.message, error.hint) from None


def _replaces(new: IndexedSnapshot, old: IndexedSnapshot) -> bool:
    """Whether the new snapshot takes the old one's place."""
    if new.name != old.name or old.layer in {"embedded", "installed"}:
        return False
    if new.version == old.version:
        return new.layer == old.layer or (new.layer, old.layer) == ("git", "sdist")
    return new.layer == old.layer and new.ref == old.ref != LATEST


def _bounded(kept: Sequence[IndexedSnapshot], new: Iterable[IndexedSnapshot]) -> list[IndexedSnapshot]:
    """What is kept of the releases that only came by following `latest`: the last few of each source."""
    left = list(kept)
    for info in new:
        if info.ref != LATEST:
            continue
        followed = [old for old in left if (old.name, old.layer, old.ref) == (info.name, info.layer, LATEST)]
        followed.sort(key=lambda old: (as_version(old.version) or Version("0"), old.indexed_at), reverse=True)
        for old in followed[LATEST_KEPT - 1 :]:
            left.remove(old)
    return left
