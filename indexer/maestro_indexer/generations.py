"""Published generations: open the current one, publish the next, prune the rest.

A reader and a publisher never wait for each other. Snapshots and manifests do not change once they are
written; the one file that changes is the pointer, and it is replaced as a whole.
"""

import hashlib
import os
import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from maestro_indexer.manifests import read_generation, write_generation
from maestro_indexer.model import Generation, IndexedSnapshot
from maestro_indexer.schema import SCHEMA_VERSION
from maestro_indexer.snapshots import OpenSnapshot, open_snapshot
from maestro_knowledge.core.errors import IndexMissing, MaestroError
from maestro_knowledge.core.files import replace_text

KEPT = 2
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class View:
    """One generation, open for reading.

    `problem` says what of it is damaged and what mends that. Its place is then taken by what the generation
    before had; `lost` is what has no such stand-in.
    """

    generation: Generation
    snapshots: tuple[OpenSnapshot, ...]
    problem: str = ""
    lost: tuple[IndexedSnapshot, ...] = ()


class Generations:
    """The generations in one folder; safe to share between threads.

    `private` snapshots belong to this process alone, and stand in for published ones of the same source,
    layer and version; they are how a home that cannot be written to is served.
    """

    def __init__(self, folder: Path, private: Sequence[OpenSnapshot] = ()) -> None:
        self.folder = folder
        self._private = tuple(private)
        self._lock = threading.Lock()
        self._seen: tuple[tuple[int, ...] | None, View] | None = None

    @property
    def snapshots(self) -> Path:
        """The folder with one folder a snapshot."""
        return self.folder / "snapshots"

    @property
    def building(self) -> Path:
        """The folder for what is not whole yet."""
        return self.folder / "building"

    @property
    def _manifests(self) -> Path:
        return self.folder / "generations"

    @property
    def _pointer(self) -> Path:
        return self.folder / "current"

    def make_folders(self) -> None:
        """Creates the folders, closed to other users, where they lack."""
        for folder in (self.folder, self.snapshots, self.building, self._manifests):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def current(self) -> View:
        """The newest generation that can be read; one `stat` while nothing new was published."""
        mark = self._mark()
        seen = self._seen
        if seen is not None and seen[0] == mark:
            return seen[1]
        with self._lock:
            for attempt in range(1, _ATTEMPTS + 1):
                mark = self._mark()
                if self._seen is not None and self._seen[0] == mark:
                    break
                try:
                    view = self._open({s.info.key: s for s in self._seen[1].snapshots} if self._seen else {})
                except IndexMissing:
                    if attempt == _ATTEMPTS or self._mark() == mark:
                        raise
                    continue
                if view.problem and attempt < _ATTEMPTS and self._mark() != mark:
                    continue  # published and pruned under our hands: look again
                self._seen = (mark, view)
                break
            if self._seen is None:
                raise self._missing()
            return self._seen[1]

    def published(self) -> tuple[Generation, ...]:
        """Every generation whose manifest can be read, newest first."""
        return tuple(generation for _, generation in self._listed())

    def publish(self, snapshots: Sequence[IndexedSnapshot], *, built_at: str) -> Generation:
        """Makes these snapshots the current generation; each one's folder is in place already.

        Only the holder of the refresh lock may call it.
        """
        ordered = tuple(sorted(snapshots, key=_rank))
        number = max((_number(path) for path in self._manifests.glob("*.json")), default=0) + 1
        digest = hashlib.sha256("\n".join(s.key for s in ordered).encode()).hexdigest()[:8]
        generation = Generation(f"{number:06}-{digest}", SCHEMA_VERSION, built_at, ordered)
        self.make_folders()
        write_generation(self._manifests / f"{generation.id}.json", generation)
        replace_text(self._pointer, generation.id + "\n")
        return generation

    def prune(self, kept: int = KEPT) -> tuple[str, ...]:
        """Removes all but the newest `kept` generations, snapshots of none, and what was left half built.

        Returns the names of what went. Only the holder of the refresh lock may call it.
        """
        pointed = self._pointed()
        listed = self._listed()
        keep = [pair for pair in listed if pair[1].id == pointed]
        keep += [pair for pair in listed if pair not in keep][: max(kept - len(keep), 0)]
        manifests = {path for path, _ in keep}
        keys = {snapshot.key for _, generation in keep for snapshot in generation.snapshots}
        gone = [path for path in _children(self._manifests) if path not in manifests]
        gone += [path for path in _children(self.snapshots) if path.name not in keys]
        gone += [*_children(self.building), *sorted(self.folder.glob(".current.*"))]
        for path in gone:
            _remove(path)
        return tuple(sorted(path.name for path in gone if not path.exists()))

    def _open(self, held: Mapping[str, OpenSnapshot]) -> View:
        """The generation pointed at, or the newest there is; what of it is damaged, from the one before."""
        pointed = self._pointed()
        listed = [generation for _, generation in self._listed()]
        is_marked = not listed or any(generation.id == pointed for generation in listed)
        problems = [] if is_marked else [_pointer_problem(pointed)]
        listed.sort(key=lambda generation: generation.id != pointed)
        opened = dict(held)
        for generation in listed:
            good, lost, faults = self._open_all(generation, listed, opened)
            problems += faults
            if good:
                return self._view(generation, good, lost, problems)
        if self._private:
            return self._view(Generation("private", SCHEMA_VERSION, "", ()), (), (), problems)
        raise self._missing(problems)

    def _open_all(
        self, generation: Generation, listed: Sequence[Generation], opened: dict[str, OpenSnapshot]
    ) -> tuple[list[OpenSnapshot], list[IndexedSnapshot], list[str]]:
        """What of the generation can be opened, what cannot and has no stand-in, and why."""
        good: list[OpenSnapshot] = []
        lost: list[IndexedSnapshot] = []
        faults: list[str] = []
        for info in generation.snapshots:
            fault = ""
            for stand_in in (info, *_stand_ins(info, generation, listed)):
                try:
                    good.append(self._open_one(stand_in, opened))
                    break
                except MaestroError as error:
                    fault = fault or error.message
            else:
                lost.append(info)
            faults += [fault] if fault else []
        distinct = {snapshot.info.key: snapshot for snapshot in good}
        return list(distinct.values()), lost, faults

    def _open_one(self, info: IndexedSnapshot, opened: dict[str, OpenSnapshot]) -> OpenSnapshot:
        known = opened.get(info.key)
        if known is None or known.info != info:
            known = opened[info.key] = open_snapshot(self.snapshots / info.key, info)
        return known

    def _view(
        self,
        generation: Generation,
        good: Sequence[OpenSnapshot],
        lost: Sequence[IndexedSnapshot],
        problems: Sequence[str],
    ) -> View:
        own = {(s.info.name, s.info.layer) for s in self._private}
        mixed = [s for s in good if (s.info.name, s.info.layer) not in own] + list(self._private)
        mixed.sort(key=lambda s: _rank(s.info))
        infos = tuple(snapshot.info for snapshot in mixed)
        problem = " ".join(dict.fromkeys(problems))
        return View(
            replace(generation, snapshots=infos),
            tuple(mixed),
            f"{problem} Run `indexer refresh` to mend it." if problem else "",
            tuple(lost),
        )

    def _listed(self) -> list[tuple[Path, Generation]]:
        found: list[tuple[Path, Generation]] = []
        for path in sorted(self._manifests.glob("*.json"), key=_number, reverse=True):
            try:
                generation = read_generation(path)
            except IndexMissing:
                continue
            if generation.id == path.stem:
                found.append((path, generation))
        return found

    def _pointed(self) -> str:
        try:
            with self._pointer.open("rb") as file:
                return file.read(200).decode("utf-8", "replace").strip()
        except OSError:
            return ""

    def _mark(self) -> tuple[int, ...] | None:
        try:
            status = os.stat(self._pointer)  # noqa: PTH116 - the one cost of every search
        except OSError:
            return None
        return (status.st_mtime_ns, status.st_ino, status.st_size)

    def _missing(self, problems: Sequence[str] = ()) -> IndexMissing:
        return IndexMissing(
            " ".join(dict.fromkeys(problems)) or "There is no index yet.",
            "Run `indexer refresh`; `indexer status` shows what is there.",
        )


def _pointer_problem(pointed: str) -> str:
    if not pointed:
        return "No generation is marked as the current one."
    return "The mark of the current generation names one that cannot be read."


def _stand_ins(
    info: IndexedSnapshot, generation: Generation, listed: Iterable[Generation]
) -> Iterator[IndexedSnapshot]:
    """What other generations had in the snapshot's place: the same version first, then the same ref."""
    own = {snapshot.key for snapshot in generation.snapshots}
    others = {s.key: s for g in listed for s in g.snapshots if s.key not in own}
    same = [s for s in others.values() if (s.name, s.layer) == (info.name, info.layer)]
    yield from (s for s in same if s.version == info.version)
    yield from (s for s in same if s.version != info.version and s.ref == info.ref)


def _rank(info: IndexedSnapshot) -> tuple[str, ...]:
    return (info.name, info.layer, info.version, info.key)


def _number(path: Path) -> int:
    head = path.stem.partition("-")[0]
    return int(head) if head.isascii() and head.isdigit() else 0


def _children(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
