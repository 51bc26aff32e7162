"""Whatever happens to a refresh, the index that was there serves on, and the next refresh goes through."""

import ctypes
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from indexer.commands import environment, run_indexer, start_indexer
from indexer.conftest import find
from indexer.repository import DocsRepository, make_repository

from maestro_indexer.generations import Generations
from maestro_indexer.manifests import READING
from maestro_indexer.model import Wanted
from maestro_indexer.refresh import Request, refresh
from maestro_indexer.report import verify_lines
from maestro_indexer.search import search
from maestro_indexer.verify import verify
from maestro_knowledge.core.home import Home

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals and permissions")
PR_CAPBSET_DROP = 24


@pytest.fixture
def repository(tmp_path: Path) -> DocsRepository:
    return make_repository(tmp_path / "repository", more_pages=60)


def rewrite(repository: DocsRepository, version: str) -> None:
    """A release in which every page says something else, so that a refresh has much to do."""
    repository.write_pages(
        {
            f"more/page-{n}.md": f"# Page {n}\n\nRewritten for {version}.\n\n## Part\n\nMore of animal{n}.\n"
            for n in range(60)
        }
    )
    repository.release(version)


def serves(home: Home) -> bool:
    view = Generations(home.index).current()
    return not view.problem and bool(find(view, "acacia")) and bool(find(view, "animal7"))


def kill_at_random_moments(home: Home, repository: DocsRepository, times: int, seed: int) -> None:
    env = environment(home.root)
    assert run_indexer("refresh", "--source", repository.url, env=env).code == 0
    dice = random.Random(seed)
    longest = 4.0
    for number in range(times):
        rewrite(repository, f"1.{number}.0")
        process = start_indexer("refresh", "--source", repository.url, env=env)
        try:
            process.wait(dice.uniform(0.05, longest))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert serves(home), f"after kill number {number}"

    last = run_indexer("refresh", "--source", repository.url, env=env)

    assert (last.code, last.err) == (0, "")
    assert verify(Generations(home.index)).is_sound
    view = Generations(home.index).current()
    assert find(view, f"1.{times - 1}.0")
    assert list((home.index / "building").iterdir()) == []
    listed = {info.key for generation in Generations(home.index).published() for info in generation.snapshots}
    assert {path.name for path in (home.index / "snapshots").iterdir()} == listed
    assert len(list((home.index / "generations").iterdir())) <= 2


@posix
def test_a_refresh_that_is_killed_at_any_moment_loses_nothing(home: Home, repository: DocsRepository) -> None:
    kill_at_random_moments(home, repository, 5, seed=5)


@posix
@pytest.mark.slow
def test_a_refresh_that_is_killed_twenty_times_loses_nothing(home: Home, repository: DocsRepository) -> None:
    kill_at_random_moments(home, repository, 20, seed=20)


def test_two_refreshes_at_once_end_in_one_sound_index(home: Home, repository: DocsRepository) -> None:
    env = environment(home.root)
    both = [start_indexer("refresh", "--source", repository.url, env=env) for _ in range(2)]
    errors = [process.communicate()[1] for process in both]

    codes = [process.returncode for process in both]
    assert 0 in codes
    assert set(codes) <= {0, 75}
    assert all("busy" in error for code, error in zip(codes, errors, strict=True) if code == 75)
    assert serves(home)
    assert verify(Generations(home.index)).is_sound


def search_during_refreshes(home: Home, repository: DocsRepository, refreshes: int) -> int:
    env = environment(home.root)
    assert run_indexer("refresh", "--source", repository.url, env=env).code == 0
    generations = Generations(home.index)
    stop = threading.Event()
    wrong: list[object] = []
    asked = 0

    def ask() -> None:
        nonlocal asked
        while not stop.is_set():
            try:
                view = generations.current()
                found = [hit.section.id for hit in search(view, "what do giraffes eat", Wanted()).hits]
                if view.problem or not any(name.startswith("tutorial/giraffes") for name in found):
                    wrong.append((view.generation.id, view.problem, found))
            except Exception as error:
                wrong.append(error)
            asked += 1

    thread = threading.Thread(target=ask)
    thread.start()
    seen = set()
    for number in range(refreshes):
        rewrite(repository, f"2.{number}.0")
        assert run_indexer("refresh", "--source", repository.url, env=env).code == 0
        seen.add(generations.current().generation.id)
    stop.set()
    thread.join()

    assert wrong == []
    assert len(seen) == refreshes
    return asked


def test_a_search_loop_during_refreshes_sees_no_error_and_no_empty_answer(
    home: Home, repository: DocsRepository
) -> None:
    assert search_during_refreshes(home, repository, 3) > 1_000


@pytest.mark.slow
def test_a_search_loop_during_ten_refreshes_sees_no_error_and_no_empty_answer(
    home: Home, repository: DocsRepository
) -> None:
    assert search_during_refreshes(home, repository, 10) > 5_000


def limit_file_size(limit: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


@posix
@pytest.mark.parametrize("limit", [0, 100, 4_000, 20_000])
def test_a_full_disk_fails_with_the_way_out_and_keeps_the_index(
    home: Home, repository: DocsRepository, limit: int
) -> None:
    """A bound on the size of files ends a write half-way, as a full disk does."""
    env = environment(home.root)
    run_indexer("refresh", "--source", repository.url, env=env)
    rewrite(repository, "1.0.0")

    ran = run_indexer(
        "refresh", "--source", str(repository.folder), env=env, before=lambda: limit_file_size(limit)
    )

    assert ran.code == 1
    assert len(ran.err.strip().splitlines()) == 1
    assert "cannot be written" in ran.err
    assert "FASTAPI_MAESTRO_HOME" in ran.err
    assert serves(home)
    assert list((home.index / "building").iterdir()) == []
    assert run_indexer("refresh", "--source", str(repository.folder), env=env).code == 0
    assert serves(home)


@posix
def test_a_disk_that_is_full_when_git_writes_is_said_as_such(home: Home, repository: DocsRepository) -> None:
    env = environment(home.root)
    run_indexer("refresh", "--source", repository.url, env=env)
    rewrite(repository, "1.0.0")

    ran = run_indexer("refresh", "--source", repository.url, env=env, before=lambda: limit_file_size(2_000))

    assert ran.code in {1, 75}
    assert len(ran.err.strip().splitlines()) == 1
    assert serves(home)
    assert run_indexer("refresh", "--source", repository.url, env=env).code == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small file system cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@posix
def test_a_file_system_without_room_fails_with_the_way_out(
    small_disk: Path, repository: DocsRepository
) -> None:
    home = Home(small_disk / "home")
    ran = run_indexer("refresh", "--source", str(repository.folder), env=environment(home.root))

    assert ran.code == 1
    assert "No space left" in ran.err
    assert "FASTAPI_MAESTRO_HOME" in ran.err


def without_privileges() -> None:
    """Takes from root the power to pass over permissions; anybody else never had it."""
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in (0, 1, 2, 3):  # chown, override permissions, read in spite of them, own everything
        if libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "capabilities cannot be given up here")


@pytest.fixture
def read_only(home: Home, repository: DocsRepository) -> Iterator[Home]:
    """A home with an index that nobody may write to."""
    if not sys.platform.startswith("linux"):
        pytest.skip("privileges are given up as Linux has it")
    assert run_indexer("refresh", "--source", repository.url, env=environment(home.root)).code == 0
    for path in (home.root, *home.root.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield home
    for path in (home.root, *home.root.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)


def test_a_home_that_cannot_be_written_to_is_served_and_a_refresh_of_it_says_why_not(
    read_only: Home, repository: DocsRepository
) -> None:
    env = environment(read_only.root)
    status = run_indexer("status", "--json", env=env, before=without_privileges)
    ran = run_indexer("refresh", "--source", repository.url, env=env, before=without_privileges)

    assert status.code == 0
    assert status.data["layer"] == "git"
    assert ran.code == 1
    assert "Permission denied" in ran.err
    assert len(ran.err.strip().splitlines()) == 1
    assert serves(read_only)


EMBEDDED = """
import sys
from pathlib import Path
from maestro_indexer.embedded import ensure_embedded
from maestro_knowledge.core.home import Home
view = ensure_embedded(Home(Path(sys.argv[1]))).current()
print(sorted({info.name for info in view.generation.snapshots}), view.problem)
"""


def test_an_empty_home_that_cannot_be_written_to_is_served_from_memory(empty_home: Home) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("privileges are given up as Linux has it")
    empty_home.root.mkdir(mode=0o555)
    ran = subprocess.run(
        [sys.executable, "-c", EMBEDDED, str(empty_home.root)],
        preexec_fn=without_privileges,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert "'fastapi'" in ran.stdout
    assert "'maestro'" in ran.stdout
    assert list(empty_home.root.iterdir()) == []


def test_processes_that_start_at_once_in_an_empty_home_all_get_an_answer(empty_home: Home) -> None:
    home = empty_home
    started = [
        subprocess.Popen([sys.executable, "-c", EMBEDDED, str(home.root)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = [process.communicate()[0] for process in started]

    assert [process.returncode for process in started] == [0, 0]
    assert all("'maestro'" in answer and "'fastapi'" in answer for answer in answers)
    assert verify(Generations(home.index)).is_sound


def damage(home: Home, how: str) -> None:
    view = Generations(home.index).current()
    (folder,) = [s.folder for s in view.snapshots if s.info.layer == "git"]
    segment = max(folder.glob("*.seg"))
    if how == "truncated segment":
        content = segment.read_bytes()
        segment.unlink()
        segment.write_bytes(content[:-100])
    elif how == "deleted snapshot":
        shutil.rmtree(folder)
    elif how == "damaged segment and reading":
        segment.unlink()
        (folder / READING).write_bytes(b"garbage")
    elif how == "garbage pointer":
        (home.index / "current").write_bytes(b"\xff\x00garbage")
    elif how == "deleted generation":
        (home.index / "generations" / f"{view.generation.id}.json").unlink()


@pytest.mark.parametrize(
    "how",
    [
        "truncated segment",
        "deleted snapshot",
        "damaged segment and reading",
        "garbage pointer",
        "deleted generation",
    ],
)
def test_damage_is_named_by_verify_and_mended_by_refresh(
    home: Home, repository: DocsRepository, how: str
) -> None:
    request, env = Request(source=repository.url), environment(home.root)
    refresh(request, home, env)
    damage(home, how)

    found = verify(Generations(home.index))
    assert not found.is_sound
    assert "indexer refresh" in verify_lines(found)[-1]

    assert refresh(request, home, env).exit_code == 0
    assert verify(Generations(home.index)).is_sound
    assert serves(home)


def test_an_index_of_an_older_schema_is_built_again_without_the_network(
    home: Home, repository: DocsRepository
) -> None:
    env = environment(home.root)
    run_indexer("refresh", "--source", repository.url, env=env)
    for manifest in (home.index / "snapshots").glob("*/snapshot.json"):
        manifest.write_text(manifest.read_text().replace('"format": "schema ', '"format": "schema before '))
    repository.folder.rename(repository.folder.with_name("away"))

    ran = run_indexer("refresh", env=env)

    assert ran.code == 75
    assert serves(home)
    assert verify(Generations(home.index)).is_sound


@pytest.fixture
def silent_server() -> Iterator[str]:
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"git://127.0.0.1:{listening.getsockname()[1]}/nothing"


def test_a_remote_that_hangs_is_given_up_in_time(
    home: Home, repository: DocsRepository, silent_server: str
) -> None:
    env = environment(home.root)
    run_indexer("refresh", "--source", repository.url, env=env)

    ran = run_indexer("refresh", "--source", silent_server, "--timeout", "2", env=env)

    assert ran.code == 75
    assert "--timeout" in ran.err
    assert len(ran.err.strip().splitlines()) == 1
    assert serves(home)


class Garbage(BaseHTTPRequestHandler):
    """Answers everything with bytes that mean nothing."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/x-git-upload-pack-advertisement")
        self.end_headers()
        self.wfile.write(b"\x00\xff<html>garbage" * 1000)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def garbage_server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Garbage) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/fastapi"
        server.shutdown()
        thread.join()


def test_a_remote_that_answers_garbage_is_said_and_the_index_serves_on(
    home: Home, repository: DocsRepository, garbage_server: str
) -> None:
    env = environment(home.root)
    run_indexer("refresh", "--source", repository.url, env=env)

    ran = run_indexer("refresh", "--source", garbage_server, env=env)

    assert ran.code == 75
    assert len(ran.err.strip().splitlines()) == 1
    assert serves(home)
