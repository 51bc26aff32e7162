"""A folder with more files than a review reads: what is left out is said, and soon."""

import time
from pathlib import Path

import pytest

from maestro_knowledge.project.folders import Limits
from maestro_knowledge.project.load import load_path
from maestro_knowledge.review.engine import review
from maestro_knowledge.review.model import Coverage
from maestro_knowledge.review.request import ReviewRequest

FILES = 100_000
SECONDS = 60  # of a processor; what took longer would look through something again and again


def _fill(folder: Path, folders: int) -> None:
    """Empty files, in as many folders; the names sort behind `app.py`."""
    for number in range(folders):
        inner = folder / f"part_{number:05}"
        inner.mkdir()
        for file in range(FILES // folders):
            (inner / f"m{file:05}.py").touch()


def _review(folder: Path) -> Coverage:
    (folder / "app.py").write_text("import time\nasync def f():\n    time.sleep(1)\n", encoding="utf-8")
    start = time.process_time()
    answer = review(load_path(folder, root=folder), ReviewRequest())
    assert time.process_time() - start < SECONDS
    assert [(one.code, one.path) for one in answer.findings if one.code == "ASY102"] == [("ASY102", "app.py")]
    return answer.coverage


@pytest.mark.slow
@pytest.mark.parametrize("folders", [1, 1_000])
def test_of_a_hundred_thousand_files_the_first_are_read_and_the_rest_is_counted(
    folders: int, tmp_path: Path
) -> None:
    _fill(tmp_path, folders)
    coverage = _review(tmp_path)
    assert coverage.files_read == 5_000
    (left_out,) = coverage.files_skipped
    assert left_out.path == "."
    assert left_out.why == "95,001 more Python files than the limit of 5,000 are left out"


def test_a_folder_of_more_entries_than_are_looked_at_says_so(tmp_path: Path) -> None:
    for number in range(2_100):
        (tmp_path / f"{number:06}.txt").touch()
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "app.py").write_text("x = 1\n", encoding="utf-8")
    project = load_path(tmp_path, root=tmp_path, limits=Limits(entries=2_000))
    coverage = review(project, ReviewRequest()).coverage
    assert coverage.files_read == 0
    assert [one.why for one in coverage.files_skipped] == [
        "more than 2,000 entries: the rest was not looked at"
    ]


def test_files_beyond_the_limit_are_counted_once(tmp_path: Path) -> None:
    for number in range(220):
        (tmp_path / f"m{number:05}.py").touch()
    project = load_path(tmp_path, root=tmp_path, limits=Limits(files=200))
    assert [one.why for one in review(project, ReviewRequest()).coverage.files_skipped] == [
        "20 more Python files than the limit of 200 are left out"
    ]


def test_a_folder_that_is_asked_about_within_its_project_is_counted_once(tmp_path: Path) -> None:
    inner = tmp_path / "code"
    inner.mkdir()
    for number in range(60):
        (inner / f"m{number:05}.py").touch()
    project = load_path(inner, root=tmp_path, limits=Limits(entries=100))
    assert (len(project.modules), project.skipped) == (60, ())
