"""What `vault_status` says: layers, versions, age, and the next step."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from indexer.conftest import Workshop, make_contents

from maestro_indexer.model import IndexedSnapshot
from maestro_indexer.status import describe_vault, last_refresh, note_refresh
from maestro_knowledge.core.home import Home
from maestro_knowledge.vault.model import Layer

INDEXED = datetime(2026, 11, 20, tzinfo=UTC)
FIELDS = ["layer", "sources", "versions_available", "generation", "stale", "last_refresh", "next_step"]


class Published:
    """A home whose snapshots the test invents."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.workshop = Workshop(home.index)
        self.infos: list[IndexedSnapshot] = []

    def add(self, version: str, layer: Layer = "git", name: str = "fastapi") -> None:
        """Publishes one more."""
        self.infos.append(self.workshop.add(make_contents(version, name=name, layer=layer)))
        self.workshop.publish(*self.infos)

    def status(self, after: timedelta = timedelta()) -> dict[str, Any]:
        """What is said some time after it was indexed."""
        return describe_vault(self.workshop.generations.look(), self.home, INDEXED + after)


@pytest.fixture
def published(empty_home: Home) -> Published:
    return Published(empty_home)


def test_it_has_the_fields_of_the_contract_and_no_others(published: Published) -> None:
    published.add("0.1.0")
    status = published.status()

    assert list(status) == FIELDS
    assert status["sources"][0]["sections"] == 20
    assert status["sources"][0]["commit"] == "commit0.1.0"
    assert status["generation"] == published.workshop.generations.current().generation.id


def test_a_home_without_an_index_says_what_makes_one(empty_home: Home) -> None:
    status = describe_vault(None, empty_home, INDEXED)

    assert list(status) == FIELDS
    assert status["layer"] == ""
    assert "indexer refresh" in status["next_step"]


@pytest.mark.parametrize(
    ("layers", "best"),
    [
        (("embedded",), "embedded"),
        (("embedded", "installed"), "installed"),
        (("installed", "sdist"), "sdist"),
        (("sdist", "git", "installed"), "git"),
    ],
)
def test_the_layer_is_the_richest_there_is(
    published: Published, layers: tuple[Layer, ...], best: str
) -> None:
    for layer in layers:
        published.add("0.1.0", layer)
    status = published.status()

    assert status["layer"] == best
    assert ("indexer refresh" in status["next_step"]) is (best != "git")


def test_versions_are_those_of_fastapi_the_newest_first(published: Published) -> None:
    for version in ("0.9.0", "0.100.0", "0.20.0+abc1234"):
        published.add(version)
    published.add("2.0", name="pydantic")

    assert published.status()["versions_available"] == ["0.100.0", "0.20.0+abc1234", "0.9.0"]


def test_a_vault_that_nobody_has_looked_after_for_weeks_is_stale(published: Published) -> None:
    published.add("0.1.0")

    assert published.status()["stale"] is False
    assert published.status(timedelta(days=13))["stale"] is False
    late = published.status(timedelta(days=15))
    assert late["stale"] is True
    assert "indexer refresh" in late["next_step"]


def test_looking_and_finding_nothing_new_is_looking_after_it(published: Published) -> None:
    published.add("0.1.0")
    note_refresh(published.home, error="")
    looked = datetime.fromisoformat(last_refresh(published.home)["at"])

    assert describe_vault(published.workshop.generations.look(), published.home, looked)["stale"] is False


def test_what_the_last_refresh_did_not_get_is_said(published: Published) -> None:
    published.add("0.1.0")
    note_refresh(published.home, error="unreachable: The remote hangs.")
    status = published.status()

    assert status["last_refresh"]["ok"] is False
    assert "The remote hangs." in status["next_step"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"at": 1}', b"\xff"])
def test_garbage_in_the_note_of_the_last_refresh_counts_as_none(published: Published, content: bytes) -> None:
    published.add("0.1.0")
    (published.home.index / "last-refresh.json").write_bytes(content)

    assert published.status()["last_refresh"] is None


def test_a_time_that_cannot_be_read_makes_it_stale_and_nothing_worse(published: Published) -> None:
    published.add("0.1.0")
    published.infos = [replace(published.infos[0], indexed_at="some day")]
    published.workshop.publish(*published.infos)

    assert published.status()["stale"] is True
