"""Writing a plan: everything or nothing, and never over something else."""

import os
import tempfile
from pathlib import Path

import pytest

from maestro_knowledge.core.errors import Conflict, OutsideRoots
from maestro_knowledge.scaffold.place import compare, write_all

MAIN = "app = 1\n"
NEW = {"pkg/deep/a.py": "a = 1\n", "pkg/b.py": "b = 1\n", "c.py": "c = 1\n"}
EDITED = {"main.py": "app = 2\n"}


def plan(root: Path):
    (root / "main.py").write_text(MAIN)
    return compare(NEW, root, edited=EDITED), {"main.py": MAIN}


def contents(root: Path) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*") if path.is_file()}


def test_everything_is_written(tmp_path):
    planned, before = plan(tmp_path)
    write_all(planned, tmp_path, before=before)
    assert contents(tmp_path) == {**NEW, **EDITED}


@pytest.mark.parametrize("step", range(1, 5))
@pytest.mark.parametrize("call", ["mkstemp", "link", "replace", "mkdir", "chmod"])
def test_a_failure_at_any_step_leaves_nothing_behind(tmp_path, monkeypatch, call, step):
    planned, before = plan(tmp_path)
    folders = {path for path in tmp_path.rglob("*") if path.is_dir()}
    owner = {"mkstemp": tempfile, "link": os, "replace": Path, "mkdir": Path, "chmod": Path}[call]
    real = getattr(owner, call)
    calls = 0

    def fail(*arguments, **keywords):
        nonlocal calls
        calls += 1
        if calls == step:
            raise KeyboardInterrupt
        return real(*arguments, **keywords)

    monkeypatch.setattr(owner, call, fail)
    try:
        write_all(planned, tmp_path, before=before)
    except KeyboardInterrupt:
        monkeypatch.undo()
        assert contents(tmp_path) == {"main.py": MAIN}
        assert {path for path in tmp_path.rglob("*") if path.is_dir()} == folders
    else:
        assert calls < step


def test_a_file_that_appears_while_writing_is_not_replaced(tmp_path, monkeypatch):
    planned, before = plan(tmp_path)
    real = os.link

    def appear(source, target, **keywords):
        if Path(target).name == "b.py":
            Path(target).write_text("theirs = 1\n")
        return real(source, target, **keywords)

    monkeypatch.setattr(os, "link", appear)
    with pytest.raises(Conflict, match=r"b\.py"):
        write_all(planned, tmp_path, before=before)
    assert contents(tmp_path) == {"main.py": MAIN, "pkg/b.py": "theirs = 1\n"}


def test_a_file_system_without_links_is_written_to_as_well(tmp_path, monkeypatch):
    planned, before = plan(tmp_path)

    def refuse(*_arguments, **_keywords):
        raise OSError(95, "not supported")

    monkeypatch.setattr(os, "link", refuse)
    write_all(planned, tmp_path, before=before)
    assert contents(tmp_path) == {**NEW, **EDITED}


def test_a_file_that_was_edited_meanwhile_is_left_alone(tmp_path):
    planned, before = plan(tmp_path)
    (tmp_path / "main.py").write_text("app = 3\n")
    with pytest.raises(Conflict, match=r"main\.py has changed"):
        write_all(planned, tmp_path, before=before)
    assert contents(tmp_path) == {"main.py": "app = 3\n"}


def test_an_edited_file_keeps_its_mode(tmp_path):
    planned, before = plan(tmp_path)
    (tmp_path / "main.py").chmod(0o600)
    write_all(planned, tmp_path, before=before)
    assert (tmp_path / "main.py").stat().st_mode & 0o777 == 0o600


def test_a_link_that_leads_outside_is_refused(tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (inside / "pkg").symlink_to(outside)
    with pytest.raises(OutsideRoots):
        compare(NEW, inside, edited={})
    assert list(outside.iterdir()) == []


def test_a_difference_is_a_conflict(tmp_path):
    (tmp_path / "c.py").write_text("mine = 1\n")
    planned, before = plan(tmp_path)
    assert {file.path: file.action for file in planned}["c.py"] == "conflict"
    with pytest.raises(Conflict, match=r"c\.py"):
        write_all(planned, tmp_path, before=before)
    assert contents(tmp_path) == {"c.py": "mine = 1\n", "main.py": MAIN}
