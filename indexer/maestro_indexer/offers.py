"""What a source has to offer right now: which snapshot it would be, and how to get at its files."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from maestro_indexer.deadline import Deadline
from maestro_indexer.progress import Progress
from maestro_knowledge.core.errors import BadArgument, NotFound
from maestro_knowledge.core.home import Home
from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.vault.catalog import Source
from maestro_knowledge.vault.model import Layer, Snapshot
from maestro_knowledge.vault.trees import Tree

# Each source's module is imported when it is used: `git` and `httpx` cost more than a refresh that finds
# nothing new may take.
# ruff: noqa: PLC0415

LATEST = "latest"
HEAD = "HEAD"
Where = Literal["git", "sdist", "installed", "checkout"]

_LOOK = 60.0
_FETCH = 600.0


@dataclass(frozen=True, slots=True)
class Means:
    """What reading a source needs from outside."""

    home: Home
    environment: Mapping[str, str] = field(repr=False)
    deadline: Deadline
    progress: Progress


@dataclass(frozen=True, slots=True)
class Offer:
    """A snapshot that can be had; an empty version or commit is known only once it was fetched."""

    snapshot: Snapshot
    ref: str
    open: Callable[[bool], Tree] = field(repr=False)

    @contextmanager
    def files(self, *, afresh: bool = False) -> Iterator[Tree]:
        """Its files, fetched as far as they lack, or all of them anew."""
        tree = self.open(afresh)
        try:
            yield tree
        finally:
            close: Callable[[], None] | None = getattr(tree, "close", None)
            if close:
                close()


def kind_of(source: str) -> Where:
    """Where a source as the user named it is read from; empty is git."""
    if source in {"", "git"}:
        return "git"
    if source in {"sdist", "installed"}:
        return "sdist" if source == "sdist" else "installed"
    if "://" in source or (":" in source and not Path(source).exists()):
        return "git"
    return "checkout"


def look_at(source: Source, where: str, ref: str, means: Means) -> Offer:
    """What the source has for this ref; `where` is `git`, `sdist`, `installed`, a folder or an address."""
    kind = kind_of(where)
    if kind == "sdist":
        return _sdist(source, ref, means)
    if kind == "installed":
        return _installed(source, ref)
    if kind == "checkout":
        return _checkout(source, Path(where), ref)
    return _remote(source, "" if where in {"", "git"} else where, ref, means)


def _remote(source: Source, remote: str, ref: str, means: Means) -> Offer:
    from maestro_knowledge.vault.clone import fetch_commit, look
    from maestro_knowledge.vault.remotes import hide_credentials

    chosen = look(source, means.home, remote=remote, ref=ref, seconds=means.deadline.left(_LOOK))

    def fetch(afresh: bool) -> Tree:
        return fetch_commit(
            source,
            means.home,
            remote=remote,
            ref=ref,
            seen=chosen,
            afresh=afresh,
            seconds=means.deadline.left(_FETCH),
            progress=means.progress,
        )

    location = hide_credentials(remote or source.remote)
    return Offer(_snapshot(source, "git", chosen.version, chosen.commit, location), ref, fetch)


def _checkout(source: Source, path: Path, ref: str) -> Offer:
    from maestro_knowledge.vault.clone import open_checkout

    # A checkout is read where it is, so that opening it is all there is to it.
    tree = open_checkout(path.absolute(), source, ref="" if ref == HEAD else ref)
    return Offer(tree.snapshot, ref, lambda _: tree)


def _sdist(source: Source, ref: str, means: Means) -> Offer:
    def fetch(_afresh: bool) -> Tree:
        from maestro_knowledge.vault.sdist import fetch_sdist

        return fetch_sdist(
            source,
            means.home,
            means.environment,
            version=ref,
            seconds=means.deadline.left(_LOOK),
            progress=means.progress,
        )

    version = "" if ref == LATEST else ref
    return Offer(_snapshot(source, "sdist", version, "", ""), ref, fetch)


def _installed(source: Source, ref: str) -> Offer:
    from maestro_knowledge.vault.installed import own_site_packages, read_installed

    tree = read_installed(source, own_site_packages())
    if ref not in {LATEST, tree.snapshot.version}:
        raise NotFound(
            f"{source.title} {ref} is not installed, {tree.snapshot.version} is.",
            "Name another source with --source.",
        )
    return Offer(tree.snapshot, "", lambda _: tree)


def _snapshot(source: Source, layer: Layer, version: str, commit: str, location: str) -> Snapshot:
    return Snapshot(source.name, layer, version, commit, location=location)


def ref_for(where: str, ref: str) -> str:
    """The ref that is meant; if none is given, the newest release, or the commit that a checkout is at."""
    if not ref:
        return HEAD if kind_of(where) == "checkout" else LATEST
    if ref.startswith("-") or len(ref) > 200 or not ref.isprintable() or " " in ref:
        raise BadArgument(f"{ref[:60]!r} is not a tag or a branch.", "Give a tag, a branch or `latest`.")
    return ref
