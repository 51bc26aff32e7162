"""Published generations: open the current one, publish the next, prune the rest.

A reader and a publisher never wait for each other. Snapshots and manifests do not change once they are
written; the one file that changes is the pointer, and it is replaced as a whole.
"""

import hashlib
import os
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path

from maestro_indexer.manifests import read_generation, write_generation
from maestro_indexer.model import Generation, IndexedSnapshot
from maestro_indexer.schema import SCHEMA_VERSION
from maestro_indexer.snapshots import OpenSnapshot
from maestro_indexer.views import Shelf, View, rank
from maestro_knowledge.core.errors import IndexMissing
from maestro_knowledge.core.files import replace_text

KEPT = 2
_ATTEMPTS = 20


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
        view = self.look()
        if view.snapshots:
            return view
        raise IndexMissing(
            view.problem or "There is no index yet.",
            "Run `indexer refresh`; `indexer status` shows what is there.",
        )

    def look(self) -> View:
        """The same, and a view of nothing where nothing can be read."""
        view = self.held()
        if view is not None:
            return view
        with self._lock:
            return self._look_again()

    def held(self) -> View | None:
        """What is open, if nothing was published since; opens nothing."""
        mark, seen = self._mark(), self._seen
        return seen[1] if seen is not None and seen[0] == mark else None

    def _look_again(self) -> View:
        for attempt in range(_ATTEMPTS):
            mark = self._mark()
            if self._seen is not None and self._seen[0] == mark:
                break
            view = self._open()
            # Trouble may be no more than publishing and pruning under our hands: then there is a new mark.
            is_troubled = bool(view.problem) or not view.snapshots
            if is_troubled and self._mark() != mark and attempt + 1 < _ATTEMPTS:
                continue
            self._seen = (mark, view)
            return view
        return self._seen[1] if self._seen else self._open()

    def published(self) -> tuple[Generation, ...]:
        """Every generation whose manifest can be read, newest first."""
        return tuple(generation for _, generation in self._listed())

    def publish(self, snapshots: Sequence[IndexedSnapshot], *, built_at: str) -> Generation:
        """Makes these snapshots the current generation; each one's folder is in place already.

        Only the holder of the refresh lock may call it.
        """
        ordered = tuple(sorted(snapshots, key=rank))
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

    def _open(self) -> View:
        """The generation pointed at, or the newest there is."""
        pointed = self._pointed()
        listed = [generation for _, generation in self._listed()]
        is_marked = any(generation.id == pointed for generation in listed) or not (pointed or listed)
        listed.sort(key=lambda generation: generation.id != pointed)
        held = {snapshot.info.key: snapshot for snapshot in self._seen[1].snapshots} if self._seen else {}
        shelf = Shelf(self.snapshots, listed, held, self._private)
        return shelf.open(() if is_marked else (_pointer_problem(pointed),))

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


def _pointer_problem(pointed: str) -> str:
    if not pointed:
        return "No generation is marked as the current one."
    return "The mark of the current generation names one that cannot be read."


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
