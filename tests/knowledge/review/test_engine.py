"""The engine: what runs, what is left out and said, and what an answer looks like."""

import ast
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from maestro_knowledge.core.errors import BadArgument, NotFound
from maestro_knowledge.project.load import load_code, load_path
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.surroundings import Config, Version
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.engine import examine, review
from maestro_knowledge.review.model import Examination, Rule
from maestro_knowledge.review.registry import Check, LoadedRule, make_loaded
from maestro_knowledge.review.report import Ask, Hop, Report
from maestro_knowledge.review.request import ReviewRequest
from maestro_knowledge.review.view import View

CODE = """\
import time
from fastapi import FastAPI

app = FastAPI()


def nap():
    time.sleep(1)


@app.get("/items/{id}")
async def read_item(id: int):
    nap()
    time.sleep(2)
    password = "hunter22"; time.sleep(3)
    return id
"""

_PAGE = """---
id: {id}
name: {name}
docs: [docs:async]
---

# Title

## What it finds

What.

## Why it matters

Why.

## Bad

## Good

## What is not flagged

## Fix

Mend it.

## References
"""


@pytest.fixture
def make_rule(tmp_path: Path):
    def make(check: Check, **metadata: object) -> LoadedRule:
        rule = replace(Rule(id="TST999", name="made-up-fault", severity="warning"), **metadata)
        page = tmp_path / f"{rule.name.replace('-', '_')}.md"
        page.write_text(_PAGE.format(id=rule.id, name=rule.name), encoding="utf-8")
        return make_loaded(rule, check, page)

    return make


def _sleeps(module: Module, view: View) -> Iterator[Report]:
    for node, name in view.calls_to(module, {"time.sleep"}):
        yield Report(module, node, f"`{name}` is called.", subject=ast.unparse(node))


def _run(code: str, *rules: LoadedRule, **request: object) -> Examination:
    return examine(load_code(code, "app.py"), ReviewRequest(**request), rules)


def test_an_answer_is_plain_data_with_the_words_of_the_page(make_rule) -> None:
    answer = _run(CODE, make_rule(_sleeps, umbrella=("API001",))).review
    first = asdict(answer)["findings"][0]
    assert first == {
        "code": "TST999",
        "rule": "made-up-fault",
        "umbrella": ("API001",),
        "severity": "warning",
        "confidence": "high",
        "path": "app.py",
        "line": 8,
        "column": 5,
        "end_line": 8,
        "end_column": 18,
        "endpoint": "",
        "message": "`time.sleep` is called.",
        "evidence": "app.py:8: time.sleep(1)",
        "why": "Why.",
        "fix": "Mend it.",
        "edit": None,
        "edit_safety": None,
        "refs": ("docs:async", "rule:made-up-fault"),
    }
    json.dumps(asdict(answer))


def test_findings_come_sorted_and_secrets_stay_in_the_file(make_rule) -> None:
    answer = _run(CODE, make_rule(_sleeps)).review
    assert [finding.line for finding in answer.findings] == [8, 14, 15]
    assert answer.findings[2].evidence == 'app.py:15: password = "****"; time.sleep(3)'


def test_the_hops_of_a_chain_are_evidence_in_order(make_rule) -> None:
    def chain(module: Module, view: View) -> Iterator[Report]:
        (sleep, _), *_ = view.calls_to(module, {"time.sleep"})
        (call, _) = next(iter(view.calls_to(module, {"app.nap"})))
        yield Report(module, call, "Chain.", hops=(Hop(module, sleep, "blocks"),))

    examined = _run(CODE, make_rule(chain))
    assert examined.review.findings[0].evidence == "app.py:13: nap()\napp.py:8: time.sleep(1)  (blocks)"
    assert [hop.line for hop in examined.traces[0].hops] == [13, 8]


def test_a_rule_that_breaks_is_said_and_the_others_go_on(make_rule, caplog: pytest.LogCaptureFixture) -> None:
    def broken(function: Function, view: View) -> Iterator[Report]:
        yield Report(function.module, function.node, "First.")
        raise KeyError(function.name)

    answer = _run(CODE, make_rule(broken, id="TST998", name="broken-rule"), make_rule(_sleeps)).review
    assert [f.code for f in answer.findings].count("TST999") == 3
    assert "failed in app.py (KeyError): TST998" in answer.coverage.rules_skipped
    assert answer.coverage.rules_run == 1
    assert "Rule TST998 failed" in caplog.text


def test_fingerprints_outlive_moved_lines_and_differ_from_one_another(make_rule) -> None:
    rule = make_rule(_sleeps)
    before = [trace.fingerprint for trace in _run(CODE, rule).traces]
    after = [trace.fingerprint for trace in _run("# a comment\n\n" + CODE, rule).traces]
    assert before == after
    assert len(set(before)) == 3


def test_what_the_baseline_holds_is_left_out_and_counted(make_rule) -> None:
    rule = make_rule(_sleeps)
    known = _run(CODE, rule).traces[0].fingerprint
    answer = _run(CODE, rule, baseline=frozenset({known})).review
    assert [finding.line for finding in answer.findings] == [14, 15]
    assert answer.counts["in_baseline"] == 1


def test_milder_findings_are_left_out_and_counted(make_rule) -> None:
    answer = _run(CODE, make_rule(_sleeps), min_severity="error").review
    assert answer.findings == ()
    assert answer.counts["milder"] == 3


def test_a_severity_that_does_not_exist_is_refused(make_rule) -> None:
    with pytest.raises(BadArgument, match="not a severity"):
        _run(CODE, make_rule(_sleeps), min_severity="fatal")


@pytest.mark.parametrize(
    ("select", "runs"),
    [("", True), ("TST999", True), ("tst", True), ("made-up-fault", True), ("API003", True), ("OTH", False)],
)
def test_rules_are_selected_by_id_prefix_name_family_and_umbrella(make_rule, select: str, runs: bool) -> None:
    rules = [make_rule(_sleeps, umbrella=("API003",))]

    def nothing(function: Function, view: View) -> Iterator[Report]:
        yield from ()

    rules.append(make_rule(nothing, id="OTH101", name="other-fault"))
    assert bool(_run(CODE, *rules, select=select).review.findings) is runs


def test_an_unknown_rule_is_answered_with_the_nearest(make_rule) -> None:
    with pytest.raises(NotFound, match="made-up-fault"):
        _run(CODE, make_rule(_sleeps), select="made-up-faults")


def test_a_rule_that_is_off_or_on_trial_runs_when_it_is_named(make_rule) -> None:
    off = make_rule(_sleeps, on=False)
    trial = make_rule(_sleeps, id="TST998", name="trial-fault", preview=True)
    plain = _run(CODE, off, trial).review
    assert plain.findings == ()
    assert plain.coverage.rules_skipped == ("in preview: TST998", "off until selected by name: TST999")
    assert len(_run(CODE, off, trial, select="TST999").review.findings) == 3
    assert len(_run(CODE, off, trial, preview=True).review.findings) == 3
    assert _run(CODE, off, trial, select="TST").review.findings == ()


def test_ignoring_wins_over_selecting(make_rule) -> None:
    assert _run(CODE, make_rule(_sleeps), select="TST999", ignore="TST").review.findings == ()


def test_the_configuration_of_the_project_selects_too(make_rule) -> None:
    rule = make_rule(_sleeps)
    project = load_code(CODE, "app.py")
    quiet = replace(project, config=Config(ignore=("TST999",)))
    by_file = replace(project, config=Config(per_file_ignores={"app.py": ("TST",)}))
    assert examine(quiet, ReviewRequest(), [rule]).review.findings == ()
    assert examine(quiet, ReviewRequest(select="TST999"), [rule]).review.findings
    answer = examine(by_file, ReviewRequest(), [rule]).review
    assert (answer.findings, answer.counts["ignored"]) == ((), 3)


@pytest.mark.parametrize(
    ("version", "specifier", "runs"),
    [
        ("0.120.0", None, True),
        ("0.137.0", None, False),
        ("0.99.0", None, False),
        (None, ">=0.115,<0.130", True),
        (None, ">=0.115", False),
        (None, None, False),
        ("not a version", None, False),
    ],
)
def test_a_rule_runs_only_on_the_versions_it_is_true_of(
    make_rule, version: str | None, specifier: str | None, runs: bool
) -> None:
    rule = make_rule(_sleeps, since="0.110.0", until="0.137.0")
    known = Version("fastapi", version, specifier, "pin", "pyproject.toml")
    project: Project = replace(load_code(CODE, "app.py"), versions={"fastapi": known})
    assert bool(examine(project, ReviewRequest(), [rule]).review.findings) is runs


def test_absence_is_asked_about_and_is_no_finding(make_rule) -> None:
    def ask(project: Project, view: View) -> Iterator[Ask]:
        yield Ask(
            "Where is it?",
            "a limiter",
            tuple(m.path for m in project.modules),
            ('app.py:1 token = "abcdef"',),
        )

    answer = _run(CODE, make_rule(ask, severity="question")).review
    assert answer.findings == ()
    (question,) = answer.questions
    assert (question.asks, question.looked_in, question.line) == ("Where is it?", ("app.py",), None)
    assert question.seen_near == ('app.py:1 token = "****"',)


def test_tests_are_judged_only_by_rules_about_tests(make_rule, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    (folder / "tests").mkdir(parents=True)
    (folder / "tests" / "test_app.py").write_text(CODE, encoding="utf-8")
    project = load_path(folder, root=folder)
    assert examine(project, ReviewRequest(), [make_rule(_sleeps)]).review.findings == ()
    assert examine(project, ReviewRequest(), [make_rule(_sleeps, tests=True)]).review.findings


def test_columns_count_characters_not_bytes(make_rule) -> None:
    code = 'import time\ndef f():\n    "häß"; time.sleep(1)\n'
    finding = _run(code, make_rule(_sleeps)).review.findings[0]
    assert (finding.column, finding.end_column) == (12, 25)


def test_edits_are_shown_as_a_diff_and_made_when_asked_for(make_rule) -> None:
    def mend(module: Module, view: View) -> Iterator[Report]:
        for node, _ in view.calls_to(module, {"time.sleep"}):
            yield Report(module, node, "Sleeps.", edits=(view.replace(module, node, "pass"),))

    safe = _run(CODE, make_rule(mend, fix="safe"), fix="safe").review
    assert safe.findings[0].edit == (
        "--- a/app.py\n+++ b/app.py\n@@ -5,7 +5,7 @@\n \n \n def nap():\n-    time.sleep(1)\n+    pass\n \n \n"
        ' @app.get("/items/{id}")\n'
    )
    assert safe.findings[0].edit_safety == "safe"
    assert safe.fixed_code is not None
    assert "time.sleep" not in safe.fixed_code
    assert safe.diff is not None
    unsafe = _run(CODE, make_rule(mend, fix="unsafe"), fix="safe").review
    assert (unsafe.fixed_code, unsafe.diff) == (CODE, None)


def test_the_shipped_rules_answer_the_same_bytes_every_time() -> None:
    answers = {json.dumps(asdict(review(load_code(CODE, "app.py"), ReviewRequest()))) for _ in range(2)}
    assert len(answers) == 1
