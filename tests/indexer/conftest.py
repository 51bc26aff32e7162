"""Small invented snapshots, really indexed and published."""

import shutil
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest
from indexer.repository import DocsRepository, make_repository

from maestro_indexer.assemble import Last, add_snapshot, describe, free_key, make_key
from maestro_indexer.embedded import ensure_embedded
from maestro_indexer.generations import Generations
from maestro_indexer.model import Generation, IndexedSnapshot
from maestro_indexer.readings import Reading
from maestro_indexer.schema import section_of
from maestro_indexer.views import View
from maestro_knowledge.core.home import Home
from maestro_knowledge.vault.model import Contents, Layer, PageContents, Section, Snapshot, SourceRef

PAGES = {f"page-{number}": f"All about topic{number} and nothing else." for number in range(20)}


def make_contents(
    version: str,
    pages: Mapping[str, str] = PAGES,
    *,
    name: str = "fastapi",
    layer: Layer = "git",
    commit: str = "",
) -> Contents:
    """One page with one section for every name and text."""
    commit = commit or f"commit{version}"
    snapshot = Snapshot(name, layer, version, commit, "2026-08-19T08:58:10+00:00", "somewhere")
    return Contents(
        snapshot,
        tuple(
            PageContents(
                f"{page}.md",
                str(hash(text)),
                (
                    Section(
                        page,
                        "docs",
                        page.title(),
                        (),
                        text,
                        SourceRef(name, layer, version, commit, f"{page}.md"),
                    ),
                ),
            )
            for page, text in pages.items()
        ),
    )


class Workshop:
    """A folder of generations, and short ways to fill it and to ask it."""

    def __init__(self, folder: Path) -> None:
        self.generations = Generations(folder)

    def add(
        self, contents: Contents, *, ref: str = "latest", last: Contents | None = None
    ) -> IndexedSnapshot:
        """Puts a snapshot in place, from the one of `last` where that pays."""
        key = free_key(self.generations, make_key(contents.snapshot, "tests"))
        info = describe(contents, key=key, ref=ref, indexed_at="2026-11-20T00:00:00+00:00", made_by="tests")
        base = None
        if last is not None:
            before = make_key(last.snapshot, "tests")
            base = Last(self.generations.snapshots / before, Reading(last))
        add_snapshot(self.generations, contents, info, last=base)
        return info

    def publish(self, *infos: IndexedSnapshot) -> Generation:
        """Makes these the current generation."""
        return self.generations.publish(infos, built_at="2026-11-20T00:00:00+00:00")

    def publish_new(self, version: str, pages: Mapping[str, str] = PAGES) -> Generation:
        """Indexes and publishes one version of invented pages."""
        return self.publish(self.add(make_contents(version, pages)))


def texts(view: View) -> dict[str, str]:
    """The body of every section that the view holds, by `version:id`."""
    found = {}
    for snapshot in view.snapshots:
        for number in snapshot.reader.all_doc_ids():
            section = snapshot.restamp(section_of(snapshot.reader.stored_fields(number)))
            found[f"{section.source.version}:{section.id}"] = section.body
    return found


def find(view: View, word: str) -> set[str]:
    """The ids of the sections with this word; safe to call from several threads."""
    found = set()
    for snapshot in view.snapshots:
        reader = snapshot.reader
        with snapshot.memo("lock of the tests", threading.Lock):
            numbers = list(reader.postings("terms", word).all_ids()) if ("terms", word) in reader else []
            found |= {section_of(reader.stored_fields(number)).id for number in numbers}
    return found


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path / "index")


@pytest.fixture
def repository(tmp_path: Path) -> DocsRepository:
    return make_repository(tmp_path / "repository")


@pytest.fixture(scope="session")
def embedded_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the embedded layer, made once and only read."""
    home = Home(tmp_path_factory.mktemp("embedded") / "home")
    ensure_embedded(home)
    return home


@pytest.fixture
def home(tmp_path: Path, embedded_home: Home) -> Home:
    """A home of the test's own, with the embedded layer."""
    shutil.copytree(embedded_home.root, tmp_path / "home")
    return Home(tmp_path / "home")


@pytest.fixture
def empty_home(tmp_path: Path) -> Home:
    """A home that nobody has made yet."""
    return Home(tmp_path / "empty-home")
