"""Real services for tests: PostgreSQL, Redis and nginx, started by the run itself, or the reason why not."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[1] / "server" / "deploy"
_DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


class Postgres:
    """A cluster of its own in a folder of its own, which can be stopped and started."""

    def __init__(self, programs: Path, folder: Path, user: str | None) -> None:
        self._programs = programs
        self._folder = folder
        self._user = user
        self.port = free_port()
        self.url = f"postgresql://tester@127.0.0.1:{self.port}/postgres"
        self._run("initdb", "-D", str(folder / "data"), "-U", "tester", "--auth=trust", "--no-sync")

    def start(self) -> None:
        options = f"-p {self.port} -k {self._folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-o", options, "-l", log, "-w", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "-w", "stop")

    def _run(self, program: str, *words: str) -> None:
        # The server of a running cluster keeps what it inherits open: nothing may wait for its output to end.
        done = subprocess.run(
            [str(self._programs / program), *words],
            user=self._user,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=120,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{program} ended with {done.returncode}")


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL; skips with the reason where none can be started."""
    found = shutil.which("initdb")
    programs = Path(found).parent if found else next(iter(_DEBIAN), None)
    if programs is None:
        pytest.skip("PostgreSQL is not installed (Debian: postgresql); `make services` tries to")
    user = None
    if os.name == "posix" and os.geteuid() == 0:
        user = next((entry.pw_name for entry in pwd.getpwall() if entry.pw_name == "postgres"), None)
        if user is None:
            pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    # Not below pytest's own folder: that is closed to the user that PostgreSQL runs as.
    folder = Path(tempfile.mkdtemp(prefix="maestro-postgres-"))
    if user:
        shutil.chown(folder, user)
    cluster = Postgres(programs, folder, user)
    try:
        cluster.start()
        yield cluster
    finally:
        with suppress(RuntimeError):  # a test may have stopped it
            cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Redis:
    """A server of its own, which can be stopped and started."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        words = ("--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder))
        self._process = subprocess.Popen(
            [self._program, *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 30
        while not answers(self.port):
            assert time.monotonic() < deadline, "Redis does not answer"

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def redis(folder: Path) -> Iterator[Redis]:
    """A running Redis or Valkey; skips with the reason where none can be started."""
    program = shutil.which("valkey-server") or shutil.which("redis-server")
    if program is None:
        pytest.skip("neither Redis nor Valkey is installed (Debian: redis-server); `make services` tries to")
    server = Redis(program, folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def find_nginx() -> str | None:
    """The program, which Debian keeps where only root looks."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


@contextmanager
def nginx(folder: Path, replicas: tuple[str, str], connections: int = 512) -> Iterator[str]:
    """nginx with the shipped configuration before two replicas, given as host:port; yields its address."""
    program = find_nginx()
    if program is None:
        pytest.skip("nginx is not installed (Debian: nginx-light); `make services` tries to")
    port, text = free_port(), (DEPLOY / "nginx.conf").read_text()
    for name, replica in zip(("replica1", "replica2"), replicas, strict=True):
        text = text.replace(f"{name}:8000", replica)
    text = text.replace("listen 8080", f"listen 127.0.0.1:{port}").replace("20000", str(connections))
    head = f"pid {folder}/pid;\ndaemon off;\nerror_log {folder}/log;\n"
    (folder / "nginx.conf").write_text(head + text)
    child = subprocess.Popen([program, "-p", str(folder), "-c", str(folder / "nginx.conf")])
    try:
        deadline = time.monotonic() + 30
        while not answers(port):
            assert child.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline
        yield f"http://127.0.0.1:{port}"
    finally:
        child.terminate()
        child.wait(30)


def free_port() -> int:
    """A port that nobody has right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Whether somebody takes connections there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
