"""One index for many machines, through a real PostgreSQL."""

import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import psycopg
import pytest
from indexer.conftest import Workshop, find, make_contents
from services import Postgres, postgres

from maestro_indexer.sharing.adopt import adopt
from maestro_indexer.sharing.follow import Follower
from maestro_indexer.sharing.opening import open_database, open_store
from maestro_indexer.sharing.postgres import REFRESH_LOCK, PostgresStore
from maestro_indexer.sharing.store import LocalStore
from maestro_knowledge.core.errors import Busy, IndexMissing, Unreachable
from maestro_knowledge.core.home import Home

AT = "2026-11-20T00:00:00+00:00"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Postgres]:
    with postgres() as running:
        yield running


@pytest.fixture
def database(cluster: Postgres) -> str:
    """An empty database."""
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        for table in ("maestro_chunk", "maestro_file", "maestro_generation"):
            connection.execute(f"DROP TABLE IF EXISTS {table} CASCADE")
    return cluster.url


@pytest.fixture
def replica(tmp_path: Path) -> Workshop:
    """Another machine, with nothing yet."""
    return Workshop(Home(tmp_path / "replica").index)


def publish(workshop: Workshop, url: str, version: str) -> None:
    generation = workshop.publish_new(version)
    with PostgresStore(url) as store:
        store.push(generation.snapshots, workshop.generations.snapshots, generation.built_at)


def until(what: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if what():
            return True
    return False


def serves(replica: Workshop, version: str) -> bool:
    view = replica.generations.look()
    return (
        bool(view.snapshots)
        and view.snapshots[0].info.version == version
        and find(view, "topic5") == {"page-5"}
    )


def test_what_one_machine_publishes_another_takes_up_whole(
    workshop: Workshop, replica: Workshop, database: str
) -> None:
    publish(workshop, database, "1.0")

    with PostgresStore(database) as store:
        assert adopt(store, replica.generations)
        assert not adopt(store, replica.generations)

    assert serves(replica, "1.0")
    assert not replica.generations.current().problem


def test_a_snapshot_that_is_there_is_not_fetched_again_and_old_generations_go(
    workshop: Workshop, replica: Workshop, database: str
) -> None:
    for version in ("1.0", "2.0", "3.0", "4.0"):
        publish(workshop, database, version)
    with PostgresStore(database) as store:
        adopt(store, replica.generations)

    with psycopg.connect(database) as connection:
        generations = connection.execute("SELECT count(*) FROM maestro_generation").fetchone()
        snapshots = connection.execute("SELECT count(DISTINCT snapshot) FROM maestro_file").fetchone()
    assert (generations, snapshots) == ((2,), (2,))
    assert serves(replica, "4.0")


def test_a_follower_takes_up_what_is_published_within_seconds(
    workshop: Workshop, replica: Workshop, database: str, tmp_path: Path
) -> None:
    follower = Follower(Home(tmp_path / "replica"), partial(open_database, database))
    follower.start()
    try:
        for version in ("1.0", "2.0"):
            publish(workshop, database, version)
            assert until(partial(serves, replica, version))
    finally:
        follower.stop()


def test_a_replica_serves_on_while_the_database_is_away_and_follows_again_after(
    workshop: Workshop, replica: Workshop, tmp_path: Path
) -> None:
    with postgres() as own:
        follower = Follower(Home(tmp_path / "replica"), partial(open_database, own.url), poll=1)
        follower.start()
        try:
            publish(workshop, own.url, "1.0")
            assert until(partial(serves, replica, "1.0"))
            own.stop()
            assert serves(replica, "1.0")
            with pytest.raises(Unreachable, match="last index serves on"):
                PostgresStore(own.url)
            own.start()
            publish(workshop, own.url, "2.0")
            assert until(partial(serves, replica, "2.0"), 60)
        finally:
            follower.stop()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE maestro_chunk SET data = 'garbage'",
        "UPDATE maestro_file SET digest = repeat('0', 64)",
        "UPDATE maestro_file SET size = 1",
        "UPDATE maestro_file SET size = -5",
        "DELETE FROM maestro_chunk WHERE name LIKE '%.seg'",
        "DELETE FROM maestro_file WHERE name = 'snapshot.json'",
        "INSERT INTO maestro_file VALUES ((SELECT max(snapshot) FROM maestro_file), '../../evil', 0, '')",
        'UPDATE maestro_generation SET snapshots = \'[{"key": "../x"}]\'',
        "UPDATE maestro_generation SET snapshots = '[1]'",
    ],
)
def test_a_damaged_generation_is_refused_and_the_last_one_serves_on(
    workshop: Workshop, replica: Workshop, database: str, damage: str
) -> None:
    publish(workshop, database, "1.0")
    with PostgresStore(database) as store:
        adopt(store, replica.generations)
        publish(workshop, database, "2.0")
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(damage)

        with pytest.raises(IndexMissing):
            adopt(store, replica.generations)

    assert serves(replica, "1.0")
    assert not list(replica.generations.building.iterdir())
    assert not (replica.generations.folder.parent / "evil").exists()


def test_a_chunk_that_swells_is_refused(workshop: Workshop, replica: Workshop, database: str) -> None:
    publish(workshop, database, "1.0")
    bomb = zlib.compress(bytes(200_000_000), 9)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("UPDATE maestro_chunk SET data = %s WHERE name LIKE '%%.seg'", (bomb,))

    with PostgresStore(database) as store, pytest.raises(IndexMissing):
        adopt(store, replica.generations)


def test_one_machine_refreshes_at_a_time_and_its_death_frees_the_others(database: str) -> None:
    with PostgresStore(database) as other:
        first = PostgresStore(database)
        with first.alone(), pytest.raises(Busy), other.alone():
            pass
        with other.alone():
            pass
        held = first.alone()
        held.__enter__()
        first.close()
        # The server frees the lock when it notices that the connection is gone: a moment after it is.
        with psycopg.connect(database, autocommit=True, options="-c statement_timeout=30s") as waiting:
            waiting.execute("SELECT pg_advisory_lock(%s)", (REFRESH_LOCK,))
            waiting.execute("SELECT pg_advisory_unlock(%s)", (REFRESH_LOCK,))
        with other.alone():
            pass


def test_many_machines_publish_at_once_and_the_newest_is_whole(
    tmp_path: Path, replica: Workshop, database: str
) -> None:
    machines = [Workshop(tmp_path / f"machine{number}") for number in range(4)]
    generations = [machine.publish_new(f"{number}.0") for number, machine in enumerate(machines)]
    failures: list[object] = []

    def push(number: int) -> None:
        try:
            with PostgresStore(database) as store:
                generation = generations[number]
                store.push(generation.snapshots, machines[number].generations.snapshots, AT)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=push, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    with PostgresStore(database) as store:
        assert adopt(store, replica.generations)
    assert replica.generations.current().snapshots[0].info.version in {"0.0", "1.0", "2.0", "3.0"}


def test_our_own_pages_stay_those_of_each_replica(
    workshop: Workshop, replica: Workshop, database: str
) -> None:
    publish(workshop, database, "1.0")
    contents = make_contents("0.9")
    replica.publish(replica.add(replace(contents, snapshot=replace(contents.snapshot, layer="embedded"))))
    with PostgresStore(database) as store:
        adopt(store, replica.generations)

    served = replica.generations.current().generation.snapshots
    assert {(info.layer, info.version) for info in served} == {("embedded", "0.9"), ("git", "1.0")}


def test_without_a_database_the_home_is_all_there_is(workshop: Workshop) -> None:
    with open_store("") as store:
        assert isinstance(store, LocalStore)
        workshop.publish_new("1.0")
        assert not adopt(store, workshop.generations)


def test_an_address_that_nobody_answers_is_told_without_its_password() -> None:
    with pytest.raises(Unreachable) as told:
        open_database("postgresql://me:hunter2@127.0.0.1:1/none")
    assert "hunter2" not in str(told.value)
