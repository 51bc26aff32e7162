"""Generations in PostgreSQL: compressed, in chunks, told to whoever listens."""

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

import psycopg

from maestro_indexer.manifests import read_snapshot
from maestro_indexer.model import IndexedSnapshot
from maestro_indexer.sharing.store import SharedGeneration, fetched
from maestro_indexer.snapshots import FORMAT
from maestro_knowledge.core.errors import Busy, IndexMissing, Unreachable

CHANNEL = "fastapi_maestro"
KEPT = 2
CHUNK = 512 * 1024
_LARGEST = 2 * 1024 * 1024 * 1024
_CONNECT = 5
_STATEMENT_MS = 60_000
# Advisory locks: any two numbers, the same in every release.
REFRESH_LOCK, _TABLES_LOCK = 7_216_301, 7_216_302

_SCHEMA = """
CREATE TABLE IF NOT EXISTS maestro_generation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    format text NOT NULL, built_at text NOT NULL, snapshots jsonb NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS maestro_file (
    snapshot text NOT NULL, name text NOT NULL, size bigint NOT NULL, digest text NOT NULL,
    PRIMARY KEY (snapshot, name)
);
CREATE TABLE IF NOT EXISTS maestro_chunk (
    snapshot text NOT NULL, name text NOT NULL, number int NOT NULL, data bytea NOT NULL,
    PRIMARY KEY (snapshot, name, number),
    FOREIGN KEY (snapshot, name) REFERENCES maestro_file ON DELETE CASCADE
);
"""


class PostgresStore:
    """A database for any number of machines; each instance is one connection, of one thread."""

    def __init__(self, url: str) -> None:
        with _told("cannot be reached"):
            self._connection = psycopg.connect(
                url,
                autocommit=True,
                connect_timeout=_CONNECT,
                application_name="fastapi-maestro",
                options=f"-c statement_timeout={_STATEMENT_MS}",
                keepalives_idle=10,
                keepalives_interval=5,
                keepalives_count=3,
            )
        with _told("cannot be set up"), self._connection.transaction():
            self._connection.execute("SELECT pg_advisory_xact_lock(%s)", (_TABLES_LOCK,))
            self._connection.execute(_SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the connection, and of the right to refresh with it."""
        self._connection.close()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Holds the right to refresh among all machines; the end of the connection frees it as well."""
        with _told("was lost"):
            row = self._connection.execute("SELECT pg_try_advisory_lock(%s)", (REFRESH_LOCK,)).fetchone()
        if not row or not row[0]:
            raise Busy("Another machine refreshes the shared index right now.", "Try again in a few minutes.")
        try:
            yield
        finally:
            if not self._connection.closed:
                self._connection.execute("SELECT pg_advisory_unlock(%s)", (REFRESH_LOCK,))

    def newest(self) -> SharedGeneration | None:
        """What was published last in the format of this release."""
        with _told("was lost"):
            row = self._connection.execute(
                "SELECT snapshots, built_at FROM maestro_generation WHERE format = %s"
                " ORDER BY id DESC LIMIT 1",
                (FORMAT,),
            ).fetchone()
        return SharedGeneration(tuple(map(_read_snapshot, row[0])), row[1]) if row else None

    def push(self, snapshots: Sequence[IndexedSnapshot], folder: Path, built_at: str) -> None:
        """Publishes what is worth sharing of the snapshots, in one transaction, and tells who listens."""
        shared = fetched(snapshots)
        newest = self.newest()
        if not shared or (newest and newest.keys == {info.key for info in shared}):
            return
        described = json.dumps([asdict(info) for info in shared])
        with _told("did not take the index"), self._connection.transaction():
            for info in shared:
                self._send_snapshot(info.key, folder / info.key)
            self._connection.execute(
                "INSERT INTO maestro_generation (format, built_at, snapshots) VALUES (%s, %s, %s)",
                (FORMAT, built_at, described),
            )
            self._prune()
            self._connection.execute(f"NOTIFY {CHANNEL}")

    def pull(self, snapshot: IndexedSnapshot, folder: Path) -> None:
        """Writes the files of a published snapshot into `folder`, each checked against its digest."""
        with _told("was lost"):
            files = self._connection.execute(
                "SELECT name, size, digest FROM maestro_file WHERE snapshot = %s ORDER BY name",
                (snapshot.key,),
            ).fetchall()
            for name, size, digest in files:
                self._receive_file(snapshot.key, name, size, digest, folder)

    def listen(self) -> None:
        """From now on `wait` hears what is published."""
        with _told("was lost"):
            self._connection.execute(f"LISTEN {CHANNEL}")

    def wait(self, seconds: float) -> bool:
        """Waits until something is published, or so many seconds; says which."""
        with _told("was lost"):
            return any(True for _ in self._connection.notifies(timeout=seconds, stop_after=1))

    def _send_snapshot(self, key: str, folder: Path) -> None:
        known = self._connection.execute("SELECT 1 FROM maestro_file WHERE snapshot = %s", (key,)).fetchone()
        if known:
            return
        for path in sorted(folder.iterdir()):
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            self._connection.execute(
                "INSERT INTO maestro_file VALUES (%s, %s, %s, %s)", (key, path.name, len(content), digest)
            )
            with self._connection.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO maestro_chunk VALUES (%s, %s, %s, %s)",
                    (
                        (key, path.name, number, zlib.compress(content[start : start + CHUNK], 6))
                        for number, start in enumerate(range(0, len(content), CHUNK))
                    ),
                )

    def _receive_file(self, key: str, name: str, size: int, digest: str, folder: Path) -> None:
        if Path(name).name != name or name in {"", ".", ".."} or not 0 <= size <= _LARGEST:
            raise _damaged(key)
        seen, checksum = 0, hashlib.sha256()
        with (
            (folder / name).open("wb") as file,
            self._connection.cursor(name="chunks", withhold=True) as cursor,
        ):
            cursor.itersize = 4
            cursor.execute(
                "SELECT data FROM maestro_chunk WHERE snapshot = %s AND name = %s ORDER BY number",
                (key, name),
            )
            for (data,) in cursor:
                part = _unpacked(key, data)
                seen += len(part)
                if seen > size:
                    raise _damaged(key)
                checksum.update(part)
                file.write(part)
        if checksum.hexdigest() != digest:
            raise _damaged(key)

    def _prune(self) -> None:
        self._connection.execute(
            "DELETE FROM maestro_generation WHERE format = %s AND id NOT IN"
            " (SELECT id FROM maestro_generation WHERE format = %s ORDER BY id DESC LIMIT %s)",
            (FORMAT, FORMAT, KEPT),
        )
        self._connection.execute(
            "DELETE FROM maestro_file WHERE snapshot NOT IN"
            " (SELECT jsonb_array_elements(snapshots)->>'key' FROM maestro_generation)"
        )


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Turns what the driver says into a typed failure, without the address and its password."""
    try:
        yield
    except psycopg.Error as error:
        kind = error.sqlstate or type(error).__name__
        raise Unreachable(
            f"The database of the shared index {what} ({kind}).",
            "Check FASTAPI_MAESTRO_DATABASE_URL and the database; the last index serves on.",
        ) from None


def _unpacked(key: str, data: bytes) -> bytes:
    stream = zlib.decompressobj()
    try:
        part = stream.decompress(bytes(data), CHUNK)
    except zlib.error:
        raise _damaged(key) from None
    if stream.unconsumed_tail or not stream.eof:
        raise _damaged(key)
    return part


def _read_snapshot(data: Mapping[str, Any]) -> IndexedSnapshot:
    try:
        return read_snapshot(data)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _damaged("a generation") from None


def _damaged(key: str) -> IndexMissing:
    return IndexMissing(
        f"The database holds {key} damaged.",
        "Run `indexer refresh --force` on a refresher; the last index serves on.",
    )
