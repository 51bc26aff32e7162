"""The libraries that the search is scored on, each indexed for real, in memory."""

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from maestro_indexer.assemble import describe, hold_in_memory
from maestro_indexer.embedded import embedded_parts
from maestro_indexer.model import Generation
from maestro_indexer.snapshots import OpenSnapshot
from maestro_indexer.views import View
from maestro_knowledge.core.environment import process_environment
from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.core.home import Home
from maestro_knowledge.vault.catalog import find_source
from maestro_knowledge.vault.clone import open_checkout
from maestro_knowledge.vault.contents import read_contents
from maestro_knowledge.vault.model import Contents, Section
from maestro_knowledge.vault.sdist import fetch_sdist

VAULT_VARIABLE = "MAESTRO_EVAL_VAULT"
WITH_DOCS = "0.110.0"  # the newest source distributions hold no documentation, this one does


@dataclass(frozen=True)
class Library:
    """A view with a name, and all that stands in it."""

    name: str
    view: View
    contents: tuple[Contents, ...]

    @property
    def has_docs(self) -> bool:
        """Whether the framework's documentation is in it."""
        return any(one.page_count for one in self.contents if one.snapshot.layer in {"git", "sdist"})

    @property
    def sections(self) -> tuple[Section, ...]:
        """Every section that a search can show: no signposts where there is what they point at."""
        return tuple(
            section
            for one in self.contents
            for section in one.sections
            if not (self.has_docs and section.kind == "docs" and one.snapshot.layer == "embedded")
        )

    @property
    def places(self) -> frozenset[tuple[str, str]]:
        """Every published place at which one of its sections stands."""
        return frozenset((s.place.path, s.place.anchor) for s in self.sections if s.place)


def embedded_library() -> Library:
    """Our own pages and the installed packages, nothing else."""
    return make_library("embedded layer alone", embedded_contents())


def git_library(path: Path, ref: str = "") -> Library:
    """The full vault: a repository with documentation, and the embedded layer beside it."""
    with open_checkout(path, find_source("fastapi"), ref=ref) as tree:
        contents = read_contents(tree)
    version = contents.snapshot.version
    return make_library(f"full vault {version}", (contents, *embedded_contents()))


def sdist_library(version: str = "latest", home: Path | None = None) -> Library:
    """A source distribution from the package index, and the embedded layer beside it."""
    keep = home or Path(tempfile.gettempdir()) / "maestro-eval"
    tree = fetch_sdist(find_source("fastapi"), Home(keep), process_environment(), version=version)
    contents = read_contents(tree)
    return make_library(f"source distribution {contents.snapshot.version}", (contents, *embedded_contents()))


def named_vault() -> tuple[Path, str] | None:
    """The vault that the environment names, `PATH` or `PATH@REF`, if it does."""
    named = os.environ.get(VAULT_VARIABLE, "")
    path, _, ref = named.partition("@")
    return (Path(path), ref) if named else None


def gate_library(home: Path | None = None) -> Library:
    """The vault that is named, else the source distribution that has documentation."""
    vault = named_vault()
    return git_library(*vault) if vault else sdist_library(WITH_DOCS, home)


def embedded_contents() -> tuple[Contents, ...]:
    """What the embedded layer holds here; a part that cannot be read is left out, as the product does."""
    read = []
    for part in embedded_parts():
        try:
            read.append(part.read())
        except MaestroError:
            continue
    return tuple(read)


def make_library(name: str, contents: Sequence[Contents]) -> Library:
    """All of it indexed, as one generation."""
    opened = tuple(_open(one) for one in contents)
    generation = Generation("eval", "", "", tuple(snapshot.info for snapshot in opened))
    return Library(name, View(generation, opened), tuple(contents))


def _open(contents: Contents) -> OpenSnapshot:
    snapshot = contents.snapshot
    key = f"{snapshot.name}-{snapshot.layer}-{snapshot.version}"
    return hold_in_memory(contents, describe(contents, key=key, ref="", indexed_at="", made_by="eval"))
