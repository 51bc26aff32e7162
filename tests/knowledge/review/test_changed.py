"""Changed lines come from Git's store, whatever the repository's configuration would like to run."""

import subprocess
from pathlib import Path

import pytest

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.project.load import load_path
from maestro_knowledge.review.changed import changed_lines

TEXT = "a = 1\nb = 2\nc = 3\nd = 4\n"


def _git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository" / "service"
    folder.mkdir(parents=True)
    (folder / "näme with space.py").write_text(TEXT, encoding="utf-8")
    _git(folder.parent, "init", "-q")
    _git(folder.parent, "add", ".")
    _git(folder.parent, "commit", "-qm", "first")
    return folder


def _lines(folder: Path, revision: str = "HEAD") -> dict[str, list[int]]:
    found = changed_lines(load_path(folder, root=folder), revision)
    return {path: sorted(numbers) for path, numbers in found.items()}


def test_lines_that_are_new_different_or_follow_what_was_removed_are_changed(repository: Path) -> None:
    assert _lines(repository) == {}
    file = repository / "näme with space.py"
    file.write_text("a = 1\nB = 2\nc = 3\nd = 4\ne = 5\n", encoding="utf-8")
    assert _lines(repository) == {file.name: [2, 5]}
    file.write_text("a = 1\nc = 3\nd = 4\n", encoding="utf-8")
    (repository / "new.py").write_text("x = 1\ny = 2\n", encoding="utf-8")
    assert _lines(repository) == {file.name: [2], "new.py": [1, 2, 3]}


def test_other_line_ends_change_nothing(repository: Path) -> None:
    (repository / "näme with space.py").write_bytes(TEXT.replace("\n", "\r\n").encode())
    assert _lines(repository) == {"näme with space.py": []}


def test_what_happened_on_the_base_since_both_parted_does_not_count(repository: Path) -> None:
    file = repository / "näme with space.py"
    _git(repository, "checkout", "-qb", "work")
    file.write_text(TEXT + "mine = 1\n", encoding="utf-8")
    _git(repository, "commit", "-qam", "mine")
    _git(repository, "checkout", "-qb", "base", "HEAD~1")
    file.write_text("theirs = 0\n" + TEXT, encoding="utf-8")
    _git(repository, "commit", "-qam", "theirs")
    _git(repository, "checkout", "-q", "work")
    assert _lines(repository, "base") == {file.name: [5]}


def test_no_program_of_the_repositorys_configuration_runs(repository: Path, tmp_path: Path) -> None:
    (repository / ".gitattributes").write_text("*.py diff=evil filter=evil\n", encoding="utf-8")
    touch = f"touch {tmp_path / 'ran'}; cat"
    for key in (
        "diff.evil.command",
        "diff.evil.textconv",
        "filter.evil.clean",
        "filter.evil.smudge",
        "core.fsmonitor",
        "diff.external",
    ):
        _git(repository, "config", key, f"sh -c '{touch}'")
    (repository / "näme with space.py").write_text("z = 1\n", encoding="utf-8")
    assert _lines(repository) == {"näme with space.py": [1]}
    assert not (tmp_path / "ran").exists()


def test_a_folder_without_a_repository_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(TEXT, encoding="utf-8")
    with pytest.raises(BadArgument, match="not in a Git repository"):
        changed_lines(load_path(tmp_path, root=tmp_path), "HEAD")
