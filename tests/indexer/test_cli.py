"""The command line: exit codes that cron understands, one line for a failure, JSON for machines."""

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from indexer.commands import INDEXER, environment, run_indexer
from indexer.repository import DocsRepository

from maestro_indexer.locks import hold_lock
from maestro_knowledge.core.home import Home

HEAVY = ("rich", "griffe", "markdown_it", "httpx", "pydantic", "libcst", "jinja2", "yaml", "fastmcp")


def test_a_refresh_ends_with_one_summary_line(home: Home, repository: DocsRepository) -> None:
    ran = run_indexer("refresh", "--source", repository.url, env=environment(home.root))

    assert (ran.code, ran.err) == (0, "")
    (line,) = ran.out.splitlines()
    assert line.startswith("fastapi 0.1.0 (git ")
    assert all(word in line for word in ("pages", "sections", "examples", "symbols", " s, ", "to 0.1.0"))


def test_quiet_says_nothing_when_all_is_well(home: Home, repository: DocsRepository) -> None:
    ran = run_indexer("refresh", "--source", repository.url, "--quiet", env=environment(home.root))

    assert ran == type(ran)(0, "", "")


def test_json_is_all_that_stands_on_standard_output(home: Home, repository: DocsRepository) -> None:
    env = environment(home.root)
    first = run_indexer("refresh", "--source", repository.url, "--json", env=env).data
    again = run_indexer("refresh", "--source", repository.url, "--json", env=env).data

    assert first["exit_code"] == 0
    assert first["changes"][0]["state"] == "updated"
    assert first["changes"][0]["to"]["version"] == "0.1.0"
    assert set(first["changes"][0]["counts"]) == {"pages", "sections", "examples", "symbols"}
    assert again["changes"][0]["state"] == "unchanged"
    assert again["generation"] == first["generation"]


def test_a_failure_in_json_names_its_code_and_its_hint(home: Home) -> None:
    ran = run_indexer("refresh", "--source", "file:///nowhere/x", "--json", env=environment(home.root))

    assert ran.code == 75
    assert ran.data["error"]["code"] == "unreachable"
    assert ran.data["error"]["hint"]
    assert len(ran.err.strip().splitlines()) == 1


def test_a_lock_that_is_held_is_worth_another_try_and_says_by_whom(home: Home) -> None:
    with hold_lock(home.locks / "refresh.lock"):
        ran = run_indexer("refresh", env=environment(home.root))

    assert ran.code == 75
    assert f"process {os.getpid()}" in ran.err
    assert len(ran.err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("fetch",),
        ("refresh", "--timeout", "0"),
        ("refresh", "--timeout", "x"),
        ("refresh", "--name", "django"),
        ("refresh", "--ref", "a b"),
        ("status", "--source", "x"),
    ],
)
def test_a_wrong_use_ends_with_two(empty_home: Home, words: tuple[str, ...]) -> None:
    ran = run_indexer(*words, env=environment(empty_home.root))

    assert ran.code == 2
    assert ran.err
    assert not empty_home.root.exists()


def test_a_setting_that_is_wrong_is_said_in_one_line(home: Home) -> None:
    ran = run_indexer("status", env=environment(home.root, FASTAPI_MAESTRO_LOG_LEVEL="loud"))

    assert ran.code == 2
    assert "FASTAPI_MAESTRO_LOG_LEVEL" in ran.err
    assert len(ran.err.strip().splitlines()) == 1


def test_status_before_and_after(empty_home: Home, repository: DocsRepository) -> None:
    home = empty_home
    env = environment(home.root)
    before = run_indexer("status", "--json", env=env)
    assert before.code == 0
    assert "indexer refresh" in before.data["next_step"]
    assert "indexer refresh" in run_indexer("status", env=env).out

    run_indexer("refresh", "--source", repository.url, env=env)
    after = run_indexer("status", "--json", env=env).data

    assert after["layer"] == "git"
    assert after["last_refresh"]["ok"] is True
    assert after["stale"] is False
    assert after["versions_available"][-1] == "0.1.0"
    (source,) = [source for source in after["sources"] if source["kind"] == "git"]
    assert list(source) == [
        "name",
        "kind",
        "version",
        "commit",
        "committed_at",
        "indexed_at",
        "pages",
        "sections",
        "examples",
        "symbols",
    ]
    assert "0.1.0" in run_indexer("status", env=env).out


def test_a_refresh_that_failed_is_told_by_status(home: Home, repository: DocsRepository) -> None:
    env = environment(home.root)
    run_indexer("refresh", "--source", repository.url, env=env)
    run_indexer("refresh", "--source", "file:///nowhere/x", env=env)

    status = run_indexer("status", "--json", env=env).data

    assert status["last_refresh"]["ok"] is False
    assert "unreachable" in status["last_refresh"]["error"]
    assert status["layer"] == "git"


def test_verify_and_prune(empty_home: Home, repository: DocsRepository) -> None:
    home = empty_home
    env = environment(home.root)
    assert run_indexer("verify", env=env).code == 2
    assert run_indexer("prune", env=env).code == 0

    run_indexer("refresh", "--source", repository.url, env=env)
    for number in (2, 3, 4):
        repository.release(f"0.{number}.0")
        run_indexer("refresh", "--source", repository.url, env=env)

    assert run_indexer("verify", env=env).code == 0
    assert run_indexer("verify", "--json", env=env).data["sound"] is True
    assert run_indexer("prune", "--json", env=env).data == {"removed": []}
    (home.index / "building" / "left").mkdir()
    assert run_indexer("prune", "--json", env=env).data == {"removed": ["left"]}


def test_a_refresh_that_finds_nothing_new_imports_nothing_heavy(
    home: Home, repository: DocsRepository
) -> None:
    env = environment(home.root)
    run_indexer("refresh", "--source", repository.url, env=env)
    program = (
        "import sys; from maestro_indexer.cli import run; code = run(sys.argv[1:]);"
        f"print(code, sorted(set({HEAVY!r}) & set(sys.modules)))"
    )

    ran = run_indexer("refresh", "--source", repository.url, env=env, command=[sys.executable, "-c", program])

    assert "up to date" in ran.out
    assert ran.out.splitlines()[-1] == "0 []"


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo terminal")
def test_progress_is_shown_on_a_terminal_and_nowhere_else(home: Home, repository: DocsRepository) -> None:
    import pty

    env = environment(home.root, TERM="xterm")
    ours, theirs = pty.openpty()
    shown = bytearray()

    def read() -> None:
        with suppress(OSError):  # how a pseudo terminal says that the other side has hung up
            while chunk := os.read(ours, 1024):
                shown.extend(chunk)

    reader = threading.Thread(target=read)
    reader.start()
    subprocess.run(
        [*INDEXER, "refresh", "--source", repository.url],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        check=True,
    )
    os.close(theirs)
    reader.join()
    os.close(ours)

    assert b"reading" in shown
    assert b"indexing" in shown
    repository.release("0.2.0")
    assert run_indexer("refresh", "--source", repository.url, env=env).err == ""


def test_a_users_python_path_cannot_put_its_own_package_in_the_place_of_ours(
    empty_home: Home, tmp_path: Path
) -> None:
    for name in ("indexer", "server", "knowledge"):
        package = tmp_path / "theirs" / name
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("raise SystemExit('theirs was imported')")
    command = [str(Path(sys.executable).with_name("indexer"))]

    ran = run_indexer(
        "status",
        "--json",
        env=environment(empty_home.root, PYTHONPATH=str(tmp_path / "theirs")),
        command=command,
    )

    assert ran.code == 0
    assert json.loads(ran.out)["layer"] == ""
