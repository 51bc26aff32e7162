"""A second review comes from memory, and never one that anything has changed under."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maestro_knowledge.core.settings import load_settings
from maestro_knowledge.project.load import load_sources
from maestro_knowledge.project.sources import find_sources
from maestro_knowledge.review import cache
from maestro_knowledge.review.engine import examine
from maestro_knowledge.review.model import Examination
from maestro_knowledge.review.request import ReviewRequest
from maestro_server.app.demo import FAULTY
from maestro_server.expert.facade import Expert
from maestro_server.expert.reviewing import ReviewCall

POISON = "what was remembered"


def _expert(home: Path, root: Path) -> Expert:
    return Expert(load_settings(home=home, roots=str(root), auto_refresh=False))


def _poison(home: Path) -> None:
    """Puts a recognizable answer in place of everything that is remembered."""
    for path in (home / "reviews").glob("*.json.z"):
        key = path.name.removesuffix(".json.z")
        known = cache.remembered(path.parent, key)
        assert known is not None
        coverage = replace(known.review.coverage, assumed=POISON)
        cache.remember(path.parent, key, replace(known, review=replace(known.review, coverage=coverage)))


def _is_remembered(expert: Expert, call: ReviewCall) -> bool:
    return expert.review(call).data["coverage"]["assumed"] == POISON


CALL = ReviewCall(path=".", max_findings=0)
CHANGES: dict[str, Callable[[Path, pytest.MonkeyPatch], ReviewCall]] = {
    "a byte of a file": lambda root, _: _written(
        root / "app.py", FAULTY.replace("time.sleep(1)", "time.sleep(2)")
    ),
    "a new file": lambda root, _: _written(root / "new.py", "x = 1\n"),
    "a file that goes": lambda root, _: _gone(root / "other.py"),
    "a file that is renamed": lambda root, _: _renamed(root / "other.py", root / "another.py"),
    "the settings": lambda root, _: _written(
        root / "pyproject.toml", '[tool.fastapi-maestro]\nignore = ["ASY"]\n'
    ),
    "a version": lambda root, _: _written(root / "requirements.txt", "fastapi==0.111.0\n"),
    "an installed version": lambda root, _: _installed(root, "0.112.0"),
    "a file of a proxy": lambda root, _: _written(root / "nginx.conf", "limit_req zone=a;\n"),
    "what is selected": lambda *_: replace(CALL, select="ASY"),
    "what is ignored": lambda *_: replace(CALL, ignore="ASY"),
    "the severity": lambda *_: replace(CALL, min_severity="error"),
    "preview": lambda *_: replace(CALL, preview=True),
    "the endpoint": lambda *_: replace(CALL, endpoint="read_me"),
    "the path": lambda *_: replace(CALL, path="app.py"),
    "our rules": lambda _, patch: patch.setattr(cache, "own_digest", lambda: "others") or CALL,
    "the interpreter": lambda _, patch: patch.setattr(cache.sys, "version", "4.0") or CALL,
}


def _written(path: Path, text: str) -> ReviewCall:
    path.write_text(text, encoding="utf-8")
    return CALL


def _gone(path: Path) -> ReviewCall:
    path.unlink()
    return CALL


def _renamed(path: Path, to: Path) -> ReviewCall:
    path.rename(to)
    return CALL


def _installed(root: Path, number: str) -> ReviewCall:
    packages = root / ".venv" / "lib" / "python3.12" / "site-packages"
    (packages / f"fastapi-{number}.dist-info").mkdir(parents=True)
    (packages / f"fastapi-{number}.dist-info" / "METADATA").write_text(f"Name: fastapi\nVersion: {number}\n")
    (root / ".venv" / "pyvenv.cfg").write_text("version = 3.12.1\n")
    return CALL


@pytest.fixture
def project(root: Path) -> Path:
    (root / "app.py").write_text(FAULTY, encoding="utf-8")
    (root / "other.py").write_text("y = 1\n", encoding="utf-8")
    return root


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_changes_is_reviewed_anew(
    what: str, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    expert = _expert(home, project)
    assert not _is_remembered(expert, CALL)
    _poison(home)
    assert _is_remembered(expert, CALL)
    assert not _is_remembered(expert, CHANGES[what](project, monkeypatch))


def test_what_cannot_be_looked_into_hides_nothing_beside_it(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "around").symlink_to(project / "around")
    (project / "locked").mkdir()
    scandir = os.scandir

    def refusing(path: str | Path) -> Any:
        if os.fspath(path).endswith("locked"):  # modes do not stop who runs as root
            raise PermissionError(path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    expert = _expert(tmp_path / "home", project)
    assert not _is_remembered(expert, CALL)
    _poison(tmp_path / "home")
    assert _is_remembered(expert, CALL)
    assert not _is_remembered(expert, _written(project / "nginx.conf", "limit_req zone=a;\n"))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["app.py", "pkg/a.py", "pkg/b.py"]),
            st.sampled_from(
                [
                    FAULTY,
                    "x = 1\n",
                    "from app import app\n",
                    "import time\nasync def f():\n    time.sleep(1)\n",
                ]
            ),
        ),
        min_size=2,
        max_size=6,
    )
)
def test_an_answer_is_always_the_one_of_a_fresh_review(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("cached")
    root = folder / "project"
    (root / "pkg").mkdir(parents=True)
    expert = _expert(folder / "home", root)
    for name, text in steps:
        (root / name).write_text(text, encoding="utf-8")
        fresh = examine(load_sources(find_sources((root,), root=root)), ReviewRequest()).review
        for _ in range(2):
            answer = expert.review(CALL).data
            assert answer == json.loads(json.dumps(asdict(fresh) | {"truncated": {}}))


def _examination(project: Path) -> Examination:
    return examine(load_sources(find_sources((project,), root=project)), ReviewRequest())


def test_what_is_kept_comes_back_as_it_was_and_what_is_damaged_not_at_all(
    project: Path, tmp_path: Path
) -> None:
    examination = _examination(project)
    folder = tmp_path / "reviews"
    given = cache.remember(folder, "key", examination)
    assert cache.recalled(folder, "key") == given
    assert cache.remembered(folder, "key") == replace(examination, changes=())
    assert cache.remembered(folder, "other") is None
    whole = (folder / "key.json.z").read_bytes()
    for damaged in (b"", whole[:-9], b"\0" * 50, whole[:10] + b"x" + whole[11:]):
        (folder / "key.json.z").write_bytes(damaged)
        assert cache.remembered(folder, "key") in [None, examination]


def test_room_is_bounded(project: Path, tmp_path: Path) -> None:
    examination = _examination(project)
    for number in range(cache.MOST_ENTRIES + 5):
        cache.remember(tmp_path / "reviews", f"key{number}", examination)
    assert len(list((tmp_path / "reviews").iterdir())) == cache.MOST_ENTRIES
    assert cache.remembered(tmp_path / "reviews", f"key{cache.MOST_ENTRIES + 4}") is not None


def test_a_home_that_cannot_be_written_costs_nothing_but_time(project: Path, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file", encoding="utf-8")
    assert _expert(tmp_path / "home", project).review(CALL).data["findings"]


def test_the_second_review_takes_a_fraction_of_the_first(project: Path, tmp_path: Path) -> None:
    for number in range(60):
        (project / f"module{number}.py").write_text(
            FAULTY.replace("/users", f"/users{number}"), encoding="utf-8"
        )
    expert = _expert(tmp_path / "home", project)
    expert.review(replace(CALL, select="UPG"))  # rules and tables are loaded
    taken = []
    for _ in range(2):
        start = time.process_time()
        expert.review(CALL)
        taken.append(time.process_time() - start)
    assert taken[1] <= 0.15 * taken[0]


_SECOND = """
import sys
from maestro_server.app.cli import run
assert run(["review", *sys.argv[1:]]) == 1
print(*sys.modules, sep="\\n", file=sys.stderr)
"""


@pytest.mark.parametrize("options", [[], ["--format", "json"]])
def test_a_remembered_answer_loads_neither_rules_nor_what_parses(
    options: list[str], project: Path, tmp_path: Path
) -> None:
    (project / "requirements.txt").write_text(
        "fastapi[standard]>=0.115,<1\nhttpx==0.28.1\n", encoding="utf-8"
    )
    environment = {name: value for name, value in os.environ.items() if name != "FASTAPI_MAESTRO_HOME"}
    # Elsewhere only platformdirs knows the default home.
    environment["XDG_DATA_HOME" if sys.platform == "linux" else "FASTAPI_MAESTRO_HOME"] = str(
        tmp_path / "home"
    )
    first, second = (
        subprocess.run(
            [sys.executable, "-c", _SECOND, str(project), *options],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        for _ in range(2)
    )
    assert first.stdout == second.stdout
    heavy = {
        "maestro_knowledge.project.source",
        "maestro_knowledge.project.model",
        "maestro_knowledge.review.model",
        "maestro_knowledge.review.registry",
        "packaging",
        "yaml",
        "importlib.metadata",
        "tempfile",
        "logging",
        "datetime",
        "shutil",
        "hashlib",
        "platformdirs",
        "tomllib",
        "maestro_server.expert.answers",
        "maestro_server.expert.library",
        "maestro_server.app.reports.report",
        "maestro_knowledge.review.request",
        "maestro_knowledge.review.baseline",
    }
    seldom = {
        "tempfile",
        "logging",
        "datetime",
        "shutil",
        "yaml",
        "importlib.metadata",
        "hashlib",
        "platformdirs",
        "tomllib",
        "maestro_server.expert.answers",
        "maestro_server.expert.library",
        "maestro_server.app.reports.report",
        "maestro_knowledge.review.baseline",
    }
    assert heavy <= set(first.stderr.split()) | seldom
    assert not heavy & set(second.stderr.split())
    assert ("argparse" in second.stderr.split()) is bool(options)
