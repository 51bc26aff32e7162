"""One generation opened for reading; what of it is damaged is taken from the one before."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from maestro_indexer.model import Generation, IndexedSnapshot
from maestro_indexer.snapshots import OpenSnapshot, open_snapshot
from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.core.records import dataclass, replace

NOTHING = Generation("", "", "", ())


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


@dataclass(frozen=True, slots=True)
class Shelf:
    """What there is to open: the generations, those to be preferred first, and where their snapshots lie.

    `held` are snapshots that are open already, by their key; `private` ones belong to this process alone.
    """

    folder: Path
    generations: Sequence[Generation]
    held: Mapping[str, OpenSnapshot]
    private: Sequence[OpenSnapshot]

    def open(self, problems: Iterable[str] = ()) -> View:
        """The first generation of which anything can be opened; a view of nothing when there is none."""
        noted = list(problems)
        opened = dict(self.held)
        missed: Sequence[IndexedSnapshot] = ()
        for generation in self.generations:
            good, lost, faults = self._open_all(generation, opened)
            noted += faults
            # What an older generation lost besides, the first one had already given up.
            missed = missed or lost
            if good:
                return self._view(generation, good, missed, noted)
        nothing = self.generations[0] if self.generations else NOTHING
        return self._view(nothing, (), missed, noted)

    def _open_all(
        self, generation: Generation, opened: dict[str, OpenSnapshot]
    ) -> tuple[list[OpenSnapshot], list[IndexedSnapshot], list[str]]:
        """What of the generation can be opened, what cannot and has no stand-in, and why."""
        good: dict[str, OpenSnapshot] = {}
        lost: list[IndexedSnapshot] = []
        faults: list[str] = []
        for info in generation.snapshots:
            fault = ""
            for stand_in in (info, *self._stand_ins(info, generation)):
                try:
                    good[stand_in.key] = self._open_one(stand_in, opened)
                    break
                except MaestroError as error:
                    fault = fault or error.message
            else:
                lost.append(info)
            faults += [fault] if fault else []
        return list(good.values()), lost, faults

    def _open_one(self, info: IndexedSnapshot, opened: dict[str, OpenSnapshot]) -> OpenSnapshot:
        known = opened.get(info.key)
        snapshot = known.described_as(info) if known else open_snapshot(self.folder / info.key, info)
        opened[info.key] = snapshot
        return snapshot

    def _stand_ins(self, info: IndexedSnapshot, generation: Generation) -> Iterator[IndexedSnapshot]:
        """What other generations had in the snapshot's place: the same version first, then the same ref."""
        own = {snapshot.key for snapshot in generation.snapshots}
        others = {s.key: s for g in self.generations for s in g.snapshots if s.key not in own}
        same = [s for s in others.values() if (s.name, s.layer) == (info.name, info.layer)]
        yield from (s for s in same if s.version == info.version)
        yield from (s for s in same if s.version != info.version and s.ref == info.ref)

    def _view(
        self,
        generation: Generation,
        good: Sequence[OpenSnapshot],
        lost: Sequence[IndexedSnapshot],
        problems: Sequence[str],
    ) -> View:
        own = {(s.info.name, s.info.layer) for s in self.private}
        mixed = [s for s in good if (s.info.name, s.info.layer) not in own] + list(self.private)
        mixed.sort(key=lambda snapshot: rank(snapshot.info))
        infos = tuple(snapshot.info for snapshot in mixed)
        problem = " ".join(dict.fromkeys(problems))
        return View(
            replace(generation, snapshots=infos),
            tuple(mixed),
            f"{problem} Run `indexer refresh` to mend it." if problem else "",
            tuple(lost),
        )


def rank(info: IndexedSnapshot) -> tuple[str, ...]:
    """The order in which snapshots are listed."""
    return (info.name, info.layer, info.version, info.key)
