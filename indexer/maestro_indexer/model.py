"""The index's nouns: what was published, and what a search finds in it."""

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.refs import Kind
from maestro_knowledge.vault.model import Layer, Place, Section


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a snapshot or a generation holds."""

    pages: int = 0
    sections: int = 0
    examples: int = 0
    symbols: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.pages + other.pages,
            self.sections + other.sections,
            self.examples + other.examples,
            self.symbols + other.symbols,
        )


@dataclass(frozen=True, slots=True)
class IndexedSnapshot:
    """One source at one version as an immutable index folder; `key` names the folder.

    `ref` is what it was asked for by (`latest`, a tag, a branch); the next refresh of that ref replaces it.
    `made_by` is the release of ours that read it: another one may read the same files otherwise.
    """

    key: str
    name: str
    layer: Layer
    version: str
    commit: str
    committed_at: str
    indexed_at: str
    location: str
    counts: Counts
    ref: str = ""
    made_by: str = ""


@dataclass(frozen=True, slots=True)
class Generation:
    """One published index of all snapshots; a reader sees one of them or the next, never a mixture."""

    id: str
    schema_version: str
    built_at: str
    snapshots: tuple[IndexedSnapshot, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A section that answers a query, why, and what of it to show."""

    section: Section
    score: float
    snippet: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class Hits:
    """The answer to one query, best first; not `confident` when the words were found but no answer.

    `mended` says which words were read as which others, `websokcet → websocket`.
    """

    hits: tuple[Hit, ...]
    confident: bool
    suggestions: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sections a query may find: one kind, and one version of each source."""

    kind: Kind | None = None
    version: str = ""
    installed: str = ""
