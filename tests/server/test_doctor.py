"""`doctor` says what is there, what is wrong, and what mends it; its exit code is for scripts."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from conftest import COMMAND


def doctor(root: Path, home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(COMMAND), "doctor", *words],
        env={**os.environ, "FASTAPI_MAESTRO_HOME": str(home), **environment},
        cwd=root,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def checks(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, Any]]:
    return {check["name"]: check for check in json.loads(done.stdout)["checks"]}


def test_a_fresh_installation_is_usable_and_says_what_it_has(root: Path, home: Path) -> None:
    done = doctor(root, home)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "✓ packages: all there" in done.stdout
    assert "FASTAPI_MAESTRO_HOME" in done.stdout
    assert done.stderr == ""


def test_a_profile_of_the_user_that_cannot_be_read_is_named_with_why(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "profiles"
    folder.mkdir(parents=True)
    (folder / "ours.md").write_text("no head at all\n")

    done = doctor(root, folder.parent, "--json")

    assert done.returncode == 0, done.stderr
    found = checks(done)["profiles"]
    assert found["level"] == "warning"
    assert "ours.md" in found["detail"]
    assert "remove it" in found["mend"]


def test_a_secret_is_never_shown(root: Path, home: Path) -> None:
    done = doctor(
        root,
        home,
        "--json",
        FASTAPI_MAESTRO_TOKEN="hunter2hunter2",
        FASTAPI_MAESTRO_DATABASE_URL="pg://x:pw9@h",
    )

    assert "hunter2" not in done.stdout
    assert "pw9" not in done.stdout
    assert json.loads(done.stdout)["settings"]["FASTAPI_MAESTRO_TOKEN"] == "set"


def test_without_git_it_warns_and_stays_usable(root: Path, home: Path) -> None:
    done = doctor(root, home, "--json", PATH="/nowhere")

    assert done.returncode == 0
    assert checks(done)["git"]["level"] == "warning"
    assert "Install git" in checks(done)["git"]["mend"]


def test_every_check_that_is_not_well_names_its_mend(root: Path, home: Path) -> None:
    for check in checks(doctor(root, home, "--json", PATH="/nowhere")).values():
        assert bool(check["mend"]) is (check["level"] != "ok")


def test_a_setting_that_is_not_usable_is_one_line_and_exit_code_two(root: Path, home: Path) -> None:
    done = doctor(root, home, FASTAPI_MAESTRO_LOG_LEVEL="loud")

    assert done.returncode == 2
    assert done.stdout == ""
    assert "FASTAPI_MAESTRO_LOG_LEVEL" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_home_that_cannot_be_made_is_a_warning_since_the_index_is_then_held_in_memory(
    root: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    done = doctor(root, tmp_path / "file" / "home", "--json")

    assert done.returncode == 0
    assert checks(done)["home"]["level"] == "warning"
    assert checks(done)["knowledge"]["detail"]


def test_a_root_that_is_not_there_is_broken_and_exit_code_one(root: Path, home: Path) -> None:
    done = doctor(root, home, "--json", FASTAPI_MAESTRO_ROOTS=str(root / "nowhere"))

    assert done.returncode == 1
    assert checks(done)["roots"]["level"] == "broken"
    assert not json.loads(done.stdout)["usable"]
