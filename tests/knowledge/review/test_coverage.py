"""What a review rests on is said: files, rules, the version, what could not be followed, what blocks."""

from pathlib import Path

from maestro_knowledge.project.load import load_code, load_path
from maestro_knowledge.review.engine import review
from maestro_knowledge.review.request import ReviewRequest

APP = """\
import requests
from fastapi import FastAPI
from elsewhere import load

app = FastAPI()


@app.get("/")
async def read(thing):
    thing.go()
    return requests.get("https://x.example", timeout=3).text + load()
"""


def _write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder


def test_files_that_could_not_be_read_are_named_and_the_rest_is_reviewed(tmp_path: Path) -> None:
    _write(tmp_path, app__py=APP, old__py="print 'hello'\n", broken__py="def (:\n")
    answer = review(load_path(tmp_path, root=tmp_path), ReviewRequest())
    assert answer.coverage.files_read == 1
    assert [skipped.path for skipped in answer.coverage.files_skipped] == ["broken.py", "old.py"]
    assert all(skipped.why for skipped in answer.coverage.files_skipped)
    assert any(finding.code == "ASY101" for finding in answer.findings)


def test_source_that_does_not_parse_is_no_clean_review() -> None:
    answer = review(load_code("def (:\n"), ReviewRequest())
    assert answer.coverage.files_read == 0
    assert answer.coverage.files_skipped


def test_the_version_is_the_projects_own_or_said_to_be_assumed(tmp_path: Path) -> None:
    assert "newest is assumed" in review(load_code(APP), ReviewRequest()).coverage.assumed
    _write(tmp_path, app__py=APP, requirements__txt="fastapi==0.115.2\n")
    coverage = review(load_path(tmp_path, root=tmp_path), ReviewRequest()).coverage
    assert coverage.fastapi_version == "0.115.2"
    assert "requirements.txt" in coverage.assumed


def test_calls_that_could_not_be_followed_are_counted() -> None:
    assert "1 of 3 calls in coroutines" in review(load_code(APP), ReviewRequest()).coverage.assumed


def test_rules_that_did_not_run_are_listed_with_the_reason() -> None:
    coverage = review(load_code(APP), ReviewRequest(select="ASY1", ignore="ASY102")).coverage
    assert coverage.rules_run > 0
    assert "ignored: ASY102" in coverage.rules_skipped
    assert any(line.startswith("not selected: ") for line in coverage.rules_skipped)
    assert any("ASY119" in line for line in coverage.rules_skipped)


def test_blocking_imports_say_what_to_use_and_where_they_block() -> None:
    (found,) = review(load_code(APP, "app.py"), ReviewRequest()).blocking_imports
    assert found.module == "requests"
    assert found.why
    assert "httpx" in found.async_alternative
    assert found.used_in_async == ("app.py:11 read",)


def test_names_of_no_rule_in_the_projects_configuration_are_said_with_the_nearest(tmp_path: Path) -> None:
    settings = """
        [tool.fastapi-maestro]
        select = ["ASY", "RTX"]
        ignore = ["sleep-in-asink", "ASY119"]
        per-file-ignores = {"app.py" = ["blocking-http-in-asinc", "ASY102"]}
    """
    _write(tmp_path, app__py=APP, pyproject__toml=settings)
    answer = review(load_path(tmp_path, root=tmp_path), ReviewRequest())
    said = answer.coverage.assumed
    assert "`select` names 'RTX', which is no rule (nearest: " in said
    assert "`ignore` names 'sleep-in-asink', which is no rule (nearest: sleep-in-async" in said
    assert "names 'blocking-http-in-asinc', which is no rule" in said
    assert "blocking-http-in-async" in said
    assert {finding.code[:3] for finding in answer.findings} == {"ASY"}  # what it does name counts


def test_a_selection_of_nothing_but_misspelt_names_does_not_run_nothing(tmp_path: Path) -> None:
    _write(tmp_path, app__py=APP, pyproject__toml='[tool.fastapi-maestro]\nselect = ["ASINC"]\n')
    answer = review(load_path(tmp_path, root=tmp_path), ReviewRequest())
    assert any(finding.code == "ASY101" for finding in answer.findings)
    assert "'ASINC', which is no rule" in answer.coverage.assumed
