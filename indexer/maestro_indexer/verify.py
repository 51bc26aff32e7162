"""Reads all of the published index and says what of it is damaged."""

from typing import Any

from maestro_indexer.checks import verify_snapshot
from maestro_indexer.generations import Generations
from maestro_indexer.model import IndexedSnapshot
from maestro_knowledge.core.records import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with one snapshot; an empty text when nothing is."""

    snapshot: IndexedSnapshot
    problem: str


@dataclass(frozen=True, slots=True)
class Report:
    """What `indexer verify` found."""

    generation: str
    verdicts: tuple[Verdict, ...]
    problem: str

    @property
    def is_sound(self) -> bool:
        """Whether everything is as it was published."""
        return not self.problem and not any(verdict.problem for verdict in self.verdicts)

    def data(self) -> dict[str, Any]:
        """The report for machines."""
        return {
            "sound": self.is_sound,
            "generation": self.generation,
            "problem": self.problem,
            "snapshots": [
                {
                    "key": v.snapshot.key,
                    "name": v.snapshot.name,
                    "version": v.snapshot.version,
                    "problem": v.problem,
                }
                for v in self.verdicts
            ],
        }


def verify(generations: Generations) -> Report:
    """Checks every file of every snapshot that is served or should be, and asks it for some sections."""
    view = generations.look()
    if not view.generation.id:
        generations.current()  # says that there is none, and what makes one
    infos = (*view.generation.snapshots, *view.lost)
    verdicts = tuple(Verdict(info, verify_snapshot(generations.snapshots / info.key, info)) for info in infos)
    return Report(view.generation.id, verdicts, view.problem)
