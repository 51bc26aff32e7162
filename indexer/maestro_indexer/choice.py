"""Which version of each source answers, and what must be said about it."""

import threading
from collections.abc import Callable, Iterable, Sequence

from packaging.version import InvalidVersion, Version

from maestro_indexer.corpus import Corpus, Share
from maestro_indexer.model import IndexedSnapshot, Wanted
from maestro_indexer.postings import Row, postings_of
from maestro_indexer.snapshots import OpenSnapshot
from maestro_indexer.views import View
from maestro_knowledge.core.errors import IndexMissing, NotInVersion
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.refs import DEFAULT_SOURCE
from maestro_knowledge.core.text import quote
from maestro_knowledge.vault.model import Layer

NEIGHBOUR = 0.5
KEPT = 4
RANKS: tuple[Layer, ...] = ("embedded", "installed", "sdist", "git")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What answers: `main` is FastAPI at the version chosen, `shares` is all that is searched.

    `note` says how the version differs from the one that was wanted; it is empty where it does not.
    """

    main: OpenSnapshot
    shares: tuple[Share, ...]
    installed: str = ""
    note: str = ""

    @property
    def info(self) -> IndexedSnapshot:
        """Version, commit, layer and time of what answers."""
        return self.main.info

    @property
    def snapshots(self) -> tuple[OpenSnapshot, ...]:
        """Every snapshot that is searched, the main one first."""
        return tuple(share.snapshot for share in self.shares)

    @property
    def corpus(self) -> Corpus:
        """All that is searched as one collection, made once for this choice."""
        return self.main.memo("corpora", _Corpora).get(self.shares)


class _Corpora:
    """The collections that a snapshot is the main one of; old ones go when newer ones come."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: dict[str, Corpus] = {}

    def get(self, shares: tuple[Share, ...]) -> Corpus:
        name = " ".join(f"{share.snapshot.info.key}:{_name(share.takes)}" for share in shares)
        with self._lock:
            corpus = self._made.pop(name, None) or Corpus(shares)
            self._made[name] = corpus
            while len(self._made) > KEPT:
                del self._made[next(iter(self._made))]
        return corpus


def choose(view: View, wanted: Wanted) -> Chosen:
    """The snapshots that answer, or `NotInVersion` when the version asked for is not there."""
    ours = [s for s in view.snapshots if s.info.name == DEFAULT_SOURCE]
    if not ours:
        main = min(view.snapshots, key=lambda s: s.info.key, default=None)
        if main is None:
            raise IndexMissing("The index is empty.", "Run `indexer refresh`.")
        return Chosen(main, _shares(view.snapshots, main, main), wanted.installed)
    if wanted.version:
        main = _exactly(ours, wanted.version)
        return Chosen(main, _shares(view.snapshots, main, main), wanted.installed)
    if wanted.installed:
        return _for_installed(view, ours, wanted.installed)
    main = max(_documented(ours), key=lambda s: (_number(s.info.version), _rank(s)))
    return Chosen(main, _shares(view.snapshots, main, main, others=True))


def versions(snapshots: Iterable[OpenSnapshot], name: str = DEFAULT_SOURCE) -> tuple[str, ...]:
    """The versions of a source that are there, newest first."""
    there = {snapshot.info.version for snapshot in snapshots if snapshot.info.name == name}
    return tuple(sorted(there, key=_number, reverse=True))


def exactly(snapshots: Sequence[OpenSnapshot], name: str, version: str) -> OpenSnapshot:
    """The best snapshot of this source at this version, or `NotInVersion`."""
    return _exactly([snapshot for snapshot in snapshots if snapshot.info.name == name], version, name)


def _exactly(ours: Sequence[OpenSnapshot], version: str, name: str = DEFAULT_SOURCE) -> OpenSnapshot:
    asked = version.strip().removeprefix("v")
    same = [s for s in ours if _number(s.info.version) == _number(asked) or s.info.ref == version]
    if same:
        return max(same, key=lambda s: (s.info.counts.pages > 0, _rank(s)))
    there = versions(ours, name)
    older = [v for v in there if _number(v) < _number(asked)]
    nearest = older[0] if older else (there[-1] if there else "")
    named = "" if name == DEFAULT_SOURCE else f" --name {name}"
    others = f", or ask for {nearest}, the nearest of those that are there ({', '.join(there[:8])})"
    raise NotInVersion(
        f"{name} {quote(asked)} is not indexed.",
        f"Run `indexer refresh{named} --ref {asked[:40]}`{others if nearest else ''}.",
    )


def _for_installed(view: View, ours: Sequence[OpenSnapshot], installed: str) -> Chosen:
    """The documentation of the project's version, else of the nearest older one, with its own symbols."""
    number = _number(installed)
    documented = _documented(ours)
    older = [s for s in documented if _number(s.info.version) <= number]
    if older:
        main = max(older, key=lambda s: (_number(s.info.version), _rank(s)))
    else:
        main = min(documented, key=lambda s: (_number(s.info.version), -_rank(s)))
    exact = [s for s in ours if _number(s.info.version) == number and s.info.counts.symbols]
    symbols = max(exact, key=_rank, default=main)
    note = ""
    if _number(main.info.version) != number:
        direction = "older" if older else "newer"
        what = "docs" if main.info.counts.pages else "version"
        note = f"installed {installed}, nearest {direction} {what} {main.info.version}"
    return Chosen(main, _shares(view.snapshots, main, symbols), installed, note)


def _documented(ours: Sequence[OpenSnapshot]) -> Sequence[OpenSnapshot]:
    """The snapshots with documentation; where none has any, all of them."""
    return [s for s in ours if _has_docs(s.info)] or ours


def _has_docs(info: IndexedSnapshot) -> bool:
    return info.counts.pages > 0 and info.layer in {"git", "sdist"}


def _shares(
    snapshots: Sequence[OpenSnapshot], main: OpenSnapshot, symbols: OpenSnapshot, *, others: bool = False
) -> tuple[Share, ...]:
    """The main snapshot, our own pages, the symbols that it lacks, and one snapshot of each other source.

    What another version of FastAPI says takes part only where no version was asked for (`others`), and only
    in what the main one does not have.
    """
    own = symbols is main
    shares = [Share(main, None if own else _no_symbols)]
    if not own:
        shares.append(Share(symbols, _only_symbols))
    embedded = [s for s in snapshots if s.info.layer == "embedded" and s is not main]
    shares += [Share(s, _no_signposts if _has_docs(main.info) else None) for s in embedded]
    if others:
        installed = [s for s in snapshots if s.info.name == DEFAULT_SOURCE and s.info.layer == "installed"]
        newest = max(installed, key=lambda s: _number(s.info.version), default=main)
        if newest is not main:
            shares.append(Share(newest, _missing_in(main)))
    for name in sorted({s.info.name for s in snapshots if s.info.layer != "embedded"} - {DEFAULT_SOURCE}):
        there = [s for s in snapshots if s.info.name == name]
        best = max(there, key=lambda s: (s.info.counts.pages > 0, _number(s.info.version), _rank(s)))
        if best is not main:
            shares.append(Share(best, prior=NEIGHBOUR))
    return tuple(shares)


def _no_symbols(row: Row) -> bool:
    return row.kind != "api"


def _no_signposts(row: Row) -> bool:
    """Our own pages, without what only stands in for the documentation."""
    return row.kind not in {"docs", "release"}


def _only_symbols(row: Row) -> bool:
    return row.kind == "api"


def _name(takes: Callable[[Row], bool] | None) -> str:
    return getattr(takes, "__name__", type(takes).__name__)


class _missing_in:  # noqa: N801 - reads as the function it stands for
    """Says yes to the kinds of section of which a snapshot has none."""

    def __init__(self, main: OpenSnapshot) -> None:
        self._kinds = postings_of(main).kinds

    def __call__(self, row: Row) -> bool:
        return row.kind not in self._kinds


def _rank(snapshot: OpenSnapshot) -> int:
    return RANKS.index(snapshot.info.layer)


def _number(version: str) -> Version:
    """A version to compare by; what is none is older than any."""
    try:
        return Version(version)
    except InvalidVersion:
        return Version("0.dev0")
