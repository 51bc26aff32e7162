"""Where generations are shared: this machine's own folder, or a database that many machines see."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from maestro_indexer.model import IndexedSnapshot
from maestro_knowledge.core.records import dataclass

FETCHED = frozenset({"git", "sdist"})


@dataclass(frozen=True, slots=True)
class SharedGeneration:
    """What was published for all: snapshots that took the network to make."""

    snapshots: tuple[IndexedSnapshot, ...]
    built_at: str

    @property
    def keys(self) -> frozenset[str]:
        """The names of its snapshots, which say everything of their content."""
        return frozenset(snapshot.key for snapshot in self.snapshots)


class GenerationStore(Protocol):
    """Publishing for others, and taking up what others published.

    Our own pages and the installed packages are not shared: every replica has those of its own release.
    """

    def alone(self) -> AbstractContextManager[None]:
        """Holds the right to refresh among all machines; `Busy` where another one has it."""
        ...

    def newest(self) -> SharedGeneration | None:
        """What was published last, as far as this release of ours can read it."""

    def push(self, snapshots: Sequence[IndexedSnapshot], folder: Path, built_at: str) -> None:
        """Publishes the snapshots, whose folders lie in `folder`, all or nothing."""

    def pull(self, snapshot: IndexedSnapshot, folder: Path) -> None:
        """Writes the files of a published snapshot into `folder`; whoever calls checks them."""


class LocalStore:
    """Nothing is shared: what is published in the home is all there is."""

    @contextmanager
    def alone(self) -> Iterator[None]:
        """The home's own lock is enough."""
        yield

    def newest(self) -> SharedGeneration | None:
        """Nobody else publishes."""
        return None

    def push(self, snapshots: Sequence[IndexedSnapshot], folder: Path, built_at: str) -> None:
        """The home has it already."""

    def pull(self, snapshot: IndexedSnapshot, folder: Path) -> None:
        """Nothing was published, so nothing is asked for."""
        raise AssertionError(snapshot.key, folder)


def fetched(snapshots: Sequence[IndexedSnapshot]) -> tuple[IndexedSnapshot, ...]:
    """The snapshots that are worth sharing."""
    return tuple(snapshot for snapshot in snapshots if snapshot.layer in FETCHED)
