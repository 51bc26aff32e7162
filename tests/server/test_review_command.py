"""`fastapi-maestro review` as people and pipelines use it: reports, fixes, baselines, changed lines, exit codes."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from maestro_server.app.cli import run
from maestro_server.app.demo import FAULTY

SCHEMA = Path(__file__).parent.parent / "fixtures" / "sarif-schema-2.1.0.json"
HOSTILE = '''\
from fastapi import FastAPI, HTTPException
import time
app = FastAPI()
def helper(secret: str) -> None:
    time.sleep(1)
@app.get("/<script>alert(1)</script>/{x}")
async def read(x: str) -> str:
    """</style><img src=x onerror=alert(2)>"""
    helper("</script><b>"); password = "hunter2secret"
    return HTTPException(404, "é漢\\u2028 </pre>")
'''

Review = Callable[..., tuple[int, str, str]]


@pytest.fixture
def review(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Review:
    monkeypatch.chdir(root)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["review", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def app(root: Path) -> Path:
    file = root / "app.py"
    file.write_text(FAULTY, encoding="utf-8")
    return file


def _codes(text: str) -> list[str]:
    return [finding["code"] for finding in json.loads(text)["findings"]]


def test_a_clean_project_exits_0_one_with_findings_1_and_what_cannot_run_2(review: Review, app: Path) -> None:
    assert review(".")[0] == 1
    assert review(".", "--select", "DIN")[0] == 0
    code, _, said = review("nowhere.py")
    assert (code, said.startswith("not_found:")) == (2, True)
    assert review(".", "--select", "NOPE999")[0] == 2


def test_paths_of_one_root_are_one_review(review: Review, root: Path, app: Path) -> None:
    (root / "more.py").write_text(FAULTY, encoding="utf-8")
    _, out, _ = review("app.py", "more.py", "--root", ".", "--format", "json")
    data = json.loads(out)
    assert {finding["path"] for finding in data["findings"]} == {"app.py", "more.py"}
    assert data["coverage"]["files_read"] == 2


def _validate(log: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft4Validator(schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER).validate(log)


def test_sarif_is_valid_and_holds_chains_fixes_and_fingerprints(
    review: Review, root: Path, app: Path
) -> None:
    (root / "hostile name%.py").write_text(HOSTILE, encoding="utf-8")
    code, out, _ = review(".", "--format", "sarif", "--preview")
    log = json.loads(out)
    _validate(log)
    assert code == 1
    results = log["runs"][0]["results"]
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in results)
    flows = [
        len(result["codeFlows"][0]["threadFlows"][0]["locations"])
        for result in results
        if "codeFlows" in result
    ]
    assert flows
    assert min(flows) > 1
    assert len({str(result["partialFingerprints"]) for result in results}) == len(results)
    uris = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results}
    assert uris == {"app.py", "hostile%20name%25.py"}


def test_a_sarif_fix_names_the_characters_that_it_replaces(review: Review, app: Path) -> None:
    _, out, _ = review(".", "--format", "sarif", "--select", "RSP408")
    (result,) = json.loads(out)["runs"][0]["results"]
    (change,) = result["fixes"][0]["artifactChanges"]
    lines = FAULTY.splitlines()
    for replacement in change["replacements"]:
        region = replacement["deletedRegion"]
        assert region["startLine"] == region["endLine"]
        text = lines[region["startLine"] - 1]
        lines[region["startLine"] - 1] = (
            text[: region["startColumn"] - 1]
            + replacement["insertedContent"]["text"]
            + text[region["endColumn"] - 1 :]
        )
    assert "    raise HTTPException(404)" in lines


def test_an_empty_sarif_log_is_valid_too(review: Review, app: Path) -> None:
    code, out, _ = review(".", "--format", "sarif", "--select", "DIN")
    _validate(json.loads(out))
    assert (code, json.loads(out)["runs"][0]["results"]) == (0, [])


def test_github_annotations_are_one_line_each_with_what_would_end_them_escaped(
    review: Review, root: Path, app: Path
) -> None:
    (root / "a,b:c%.py").write_text(HOSTILE, encoding="utf-8")
    _, out, _ = review(".", "--format", "github")
    *commands, last = out.splitlines()
    pattern = re.compile(
        r"::(error|warning|notice) file=[^,:\n]+,line=\d+,endLine=\d+,title=[^,:\n]+(,col=\d+,endColumn=\d+)?::.+"
    )
    assert all(pattern.fullmatch(command) for command in commands)
    assert any("file=a%2Cb%3Ac%25.py," in command for command in commands)
    assert last.startswith(f"{len(commands)} findings")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))


def test_the_html_report_loads_nothing_and_runs_nothing_of_the_code_it_shows(
    review: Review, root: Path, app: Path
) -> None:
    (root / "hostile.py").write_text(HOSTILE, encoding="utf-8")
    code, out, _ = review(".", "--format", "html")
    page = _Page()
    page.feed(out)
    names = [name for name, _ in page.tags]
    assert (code, names.count("script"), names.count("style"), names.count("img")) == (1, 1, 1, 0)
    assert not [a for _, a in page.tags if {"src", "onerror", "onclick", "style"} & a.keys()]
    assert all((a.get("href") or "#").startswith("#") for _, a in page.tags)
    assert "default-src &#x27;none&#x27;" in out
    assert "hunter2secret" not in out
    assert "/&lt;script&gt;" in out
    assert [a["data-endpoint"] for name, a in page.tags if name == "a" and "data-endpoint" in a]


def test_the_html_report_is_balanced_whatever_it_shows(review: Review, root: Path) -> None:
    (root / "hostile.py").write_text(HOSTILE, encoding="utf-8")
    _, out, _ = review(".", "--format", "html")
    body = out[out.index("<body>") : out.index("<script>")].replace("<input", "<x").replace("<br>", "")
    body = re.sub(r"<x[^>]*>", "", body)
    ET.fromstring(re.sub(r" (open|hidden|checked)(?=[ >])", r' \1=""', body) + "</body>")


def test_the_html_report_asks_about_what_is_absent_in_one_list_and_each_rule_once(
    review: Review, root: Path, app: Path
) -> None:
    (root / "second.py").write_text(FAULTY, encoding="utf-8")
    data = json.loads(review(".", "--format", "json")[1])
    codes = [question["code"] for question in data["questions"]]
    assert codes.count("ERR306") > 1
    _, out, _ = review(".", "--format", "html")
    asked = out[out.index('<section id="questions"') : out.index('<section id="checklist"')]
    running, code = asked.split("In the code") if "In the code" in asked else (asked, "")
    assert "Running it: each may be done at the gateway or the platform" in running
    assert [code.count(f">{name}</span>") for name in ("ERR306", "MID808", "OBS401")] == [0, 0, 0]
    for name in set(codes):
        assert asked.count(f">{name}</span>") == 1
    assert f"{codes.count('ERR306')} places" in asked


def test_every_format_says_how_far_an_edit_may_be_trusted(review: Review, app: Path) -> None:
    levels = {"RSP408": "safe", "ASY102": "unsafe"}
    select = ("--select", ",".join(levels))
    data = json.loads(review(".", *select, "--format", "json")[1])
    assert {one["code"]: one["edit_safety"] for one in data["findings"]} == levels
    text = review(".", *select)[1]
    page = review(".", *select, "--format", "html")[1]
    notes = review(".", *select, "--format", "github")[1]
    log = json.loads(review(".", *select, "--format", "sarif")[1])
    for level in levels.values():
        assert f"Edit ({level}):" in text
        assert f'class="level {level}">{level} edit<' in page
        assert f"({level} edit)" in notes
    results = log["runs"][0]["results"]
    assert {one["ruleId"]: one["properties"]["editSafety"] for one in results} == levels


def test_a_review_is_the_same_bytes_every_time(review: Review, root: Path, app: Path) -> None:
    for form in ("text", "json", "sarif", "github", "html"):
        assert review(".", "--format", form) == review(".", "--format", form)


def test_diff_prints_a_patch_that_git_applies_and_writes_nothing(
    review: Review, root: Path, app: Path
) -> None:
    code, out, _ = review(".", "--diff")
    assert (code, app.read_text(encoding="utf-8")) == (1, FAULTY)
    subprocess.run(["git", "apply", "-"], input=out.encode(), cwd=root, check=True, capture_output=True)
    assert "raise HTTPException(404)" in app.read_text(encoding="utf-8")


def test_fix_writes_the_safe_edits_shows_what_is_left_and_has_nothing_to_do_again(
    review: Review, app: Path
) -> None:
    before = _codes(review(".", "--format", "json")[1])
    code, out, _ = review(".", "--fix", "safe", "--format", "json")
    data = json.loads(out)
    mended = app.read_text(encoding="utf-8")
    assert code == 1
    assert data["counts"]["fixed"] >= 1
    assert data["diff"]
    assert set(_codes(out)) <= set(before) - {"RSP408"}
    again = json.loads(review(".", "--fix", "safe", "--format", "json")[1])
    assert (again["counts"]["fixed"], again["diff"], app.read_text(encoding="utf-8")) == (0, None, mended)


def test_fix_all_also_makes_the_unsafe_edits(review: Review, app: Path) -> None:
    review(".", "--fix", "all")
    assert "await asyncio.sleep(1)" in app.read_text(encoding="utf-8")


def test_a_read_only_file_is_an_error_and_stays(review: Review, app: Path) -> None:
    app.chmod(0o444)
    code, _, said = review(".", "--fix", "safe")
    assert (code, said.partition(":")[0], "read-only" in said) == (2, "conflict", True)
    assert app.read_text(encoding="utf-8") == FAULTY


def test_a_baseline_leaves_out_what_is_known_and_says_what_is_stale(
    review: Review, root: Path, app: Path
) -> None:
    code, out, _ = review(".", "--write-baseline", "known.json")
    assert (code, out.split()[0]) == (0, str(len(_codes(review(".", "--format", "json")[1]))))
    assert review(".", "--baseline", "known.json")[0] == 0
    moved = FAULTY.replace("import time\n", "import time\n\n# moved\n").replace("raise", "raise")
    app.write_text(
        moved.replace("return HTTPException(404)", "raise HTTPException(404)")
        + "\n\nasync def more():\n    time.sleep(3)\n",
        encoding="utf-8",
    )
    code, out, _ = review(".", "--baseline", "known.json", "--format", "json")
    data = json.loads(out)
    assert (code, "ASY102" in _codes(out), "RTE203" in _codes(out)) == (1, True, False)
    assert "1 of" in data["coverage"]["assumed"]
    assert "RSP408 app.py" in data["coverage"]["assumed"]
    narrowed = json.loads(review(".", "--baseline", "known.json", "--select", "RTE", "--format", "json")[1])
    assert "match nothing" not in narrowed["coverage"]["assumed"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"fingerprints": 3}', "\x00", "[" * 10_000])
def test_a_broken_baseline_is_an_error_with_the_next_step(
    review: Review, root: Path, app: Path, text: str
) -> None:
    (root / "known.json").write_text(text, encoding="utf-8")
    code, _, said = review(".", "--baseline", "known.json")
    assert (code, said.partition(":")[0], "--write-baseline" in said) == (2, "bad_argument", True)


def test_entries_that_are_no_fingerprints_are_said(review: Review, root: Path, app: Path) -> None:
    (root / "known.json").write_text('{"fingerprints": [1, "zzz", "0123456789abcdef"]}', encoding="utf-8")
    data = json.loads(review(".", "--baseline", "known.json", "--format", "json")[1])
    assert "2 entries of the baseline are no fingerprints" in data["coverage"]["assumed"]


def test_the_projects_own_baseline_is_used_and_a_broken_one_said(
    review: Review, root: Path, app: Path
) -> None:
    review(".", "--write-baseline", "known.json")
    (root / "pyproject.toml").write_text(
        '[tool.fastapi-maestro]\nbaseline = "known.json"\n', encoding="utf-8"
    )
    assert review(".")[0] == 0
    (root / "known.json").write_text("{", encoding="utf-8")
    code, out, _ = review(".", "--format", "json")
    assert code == 1
    assert "baseline is not used" in json.loads(out)["coverage"]["assumed"]
    (root / "pyproject.toml").write_text(
        '[tool.fastapi-maestro]\nbaseline = "../../x.json"\n', encoding="utf-8"
    )
    assert "baseline is not used" in json.loads(review(".", "--format", "json")[1])["coverage"]["assumed"]


def test_a_baseline_is_written_only_inside_the_roots(review: Review, root: Path, app: Path) -> None:
    code, _, said = review(".", "--write-baseline", "../known.json")
    assert (code, said.partition(":")[0]) == (2, "outside_roots")
    assert not (root.parent / "known.json").exists()


def _git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def test_diff_base_reports_only_what_changed_lines_have_to_do_with(
    review: Review, root: Path, app: Path
) -> None:
    _git(root, "init", "-q")
    _git(root, "add", ".")
    _git(root, "commit", "-qm", "first")
    assert review(".", "--diff-base", "HEAD")[0] == 0
    app.write_text(FAULTY.replace("time.sleep(1)", "time.sleep(2)"), encoding="utf-8")
    (root / "new.py").write_text("import time\n\nasync def nap():\n    time.sleep(1)\n", encoding="utf-8")
    code, out, _ = review(".", "--diff-base", "HEAD", "--format", "json")
    data = json.loads(out)
    found = [(finding["path"], finding["code"]) for finding in data["findings"]]
    assert (code, {("app.py", "ASY102"), ("new.py", "ASY102")} <= set(found)) == (1, True)
    assert {name for path, name in found if path == "app.py"} == {"ASY102"}
    assert data["counts"]["untouched"] >= 2


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "HEAD~99", "-h", "a b"])
def test_a_revision_that_is_none_is_an_error(review: Review, root: Path, app: Path, revision: str) -> None:
    _git(root, "init", "-q")
    _git(root, "add", ".")
    _git(root, "commit", "-qm", "first")
    code, _, said = review(".", f"--diff-base={revision}")
    assert (code, said.partition(":")[0] in {"not_found", "bad_argument"}) == (2, True)
    assert sorted(path.name for path in root.iterdir()) == [".git", "app.py"]


def test_statistics_count_by_rule(review: Review, app: Path) -> None:
    assert "     1 RSP408 returned-http-exception" in review(".", "--statistics")[1]
    data = json.loads(review(".", "--statistics", "--format", "json")[1])
    assert {"code": "RSP408", "rule": "returned-http-exception", "count": 1} in data["statistics"]


def test_the_command_ends_at_once_with_all_that_it_said(root: Path, tmp_path: Path) -> None:
    (root / "app.py").write_text(
        "import time\n\n\nasync def nap():\n    time.sleep(1)\n" * 400, encoding="utf-8"
    )
    command = [sys.executable, "-m", "maestro_server.start", "review", str(root), "--format", "json"]
    environment = os.environ | {"FASTAPI_MAESTRO_HOME": str(tmp_path / "home")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert len(json.loads(done.stdout)["findings"]) >= 400
