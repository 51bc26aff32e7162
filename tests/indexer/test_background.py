"""The refresh that a server starts by itself: once, apart, and never in the way."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from indexer.commands import nowhere
from indexer.repository import DocsRepository

from maestro_indexer.background import start_background_refresh, wants_refresh
from maestro_indexer.embedded import LOCK
from maestro_indexer.generations import Generations
from maestro_indexer.locks import hold_lock
from maestro_indexer.refresh import Request, refresh
from maestro_indexer.status import describe_vault, last_refresh
from maestro_knowledge.core.home import Home


@pytest.fixture(autouse=True)
def the_remote(repository: DocsRepository, monkeypatch: pytest.MonkeyPatch) -> DocsRepository:
    for name, value in nowhere(repository.url).items():
        monkeypatch.setenv(name, value)
    return repository


def wait_for_it() -> None:
    for thread in threading.enumerate():
        if thread.name == "background-refresh":
            thread.join(120)
            assert not thread.is_alive()


def test_it_brings_the_vault_and_is_told_by_the_status(home: Home) -> None:
    before = Generations(home.index).current()
    assert wants_refresh(before)

    assert start_background_refresh(home)
    wait_for_it()

    after = Generations(home.index).current()
    assert not wants_refresh(after)
    assert last_refresh(home)["ok"] is True
    assert (home.index / "refresh.log").read_bytes() == b""
    assert after.generation.id != before.generation.id


def test_it_is_started_once_however_often_it_is_asked_for(home: Home) -> None:
    assert start_background_refresh(home)
    assert not start_background_refresh(home)
    wait_for_it()
    assert not start_background_refresh(home)
    assert start_background_refresh(home, retry_after=0)
    wait_for_it()


def test_it_is_not_started_beside_one_that_runs(home: Home) -> None:
    with hold_lock(home.locks / LOCK):
        assert not start_background_refresh(home)


def test_a_home_that_cannot_be_written_to_is_let_alone(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")

    assert not start_background_refresh(Home(tmp_path / "home"))


def test_what_fails_is_told_by_the_status(home: Home, the_remote: DocsRepository) -> None:
    the_remote.folder.rename(the_remote.folder.with_name("away"))

    assert start_background_refresh(home)
    wait_for_it()

    assert last_refresh(home)["ok"] is False
    assert b"indexer:" in (home.index / "refresh.log").read_bytes()


def test_a_package_on_the_users_python_path_does_not_take_the_place_of_ours(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = tmp_path / "theirs" / "maestro_indexer"
    theirs.mkdir(parents=True)
    (theirs / "__init__.py").write_text("")
    (theirs / "cli.py").write_text("raise SystemExit(3)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "theirs"))
    monkeypatch.chdir(tmp_path / "theirs")

    assert start_background_refresh(home)
    wait_for_it()

    assert last_refresh(home)["ok"] is True


def test_a_damaged_vault_wants_a_refresh(home: Home) -> None:
    refresh(Request(), home, {})
    view = Generations(home.index).current()
    (vault,) = [snapshot for snapshot in view.snapshots if snapshot.info.layer == "git"]
    next(vault.folder.glob("*.seg")).unlink()

    damaged = Generations(home.index).current()

    assert wants_refresh(damaged)
    assert vault.info.key in damaged.problem
    assert "damaged" in damaged.problem or "No such file" in damaged.problem


def test_a_refresh_that_runs_is_told_by_the_status(home: Home) -> None:
    with hold_lock(home.locks / LOCK):
        status = describe_vault(Generations(home.index).current(), home, datetime.now(UTC))

    assert "is running" in status["next_step"]
