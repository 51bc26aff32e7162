"""Every rule's page is its test: the bad examples are found as marked, the good ones stay quiet."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.project.load import load_path
from maestro_knowledge.review.engine import examine
from maestro_knowledge.review.model import Examination
from maestro_knowledge.review.page import Example
from maestro_knowledge.review.registry import LoadedRule, load_rules
from maestro_knowledge.review.request import ReviewRequest

RULES = load_rules()


def _cases(loaded: LoadedRule) -> Iterator[object]:
    """One case an example; a page that cannot be read is one case, which fails and harms no other."""
    name = f"{loaded.rule.id}-{loaded.rule.name}"
    try:
        page = loaded.page
    except (MaestroError, OSError):
        yield pytest.param(loaded, None, id=f"{name}-page")
        return
    for kind, examples in (("bad", page.bad), ("good", page.good)):
        for number, example in enumerate(examples, 1):
            yield pytest.param(loaded, example, id=f"{name}-{kind}-{number}")


CASES = [case for loaded in RULES for case in _cases(loaded)]
EDITED = [case for case in CASES if case.values[0].rule.fix and "-bad-" in str(case.id)]


def _write(example: Example, folder: Path) -> None:
    for path, text in example.files:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def _examine(loaded: LoadedRule, folder: Path) -> Examination:
    select = "all" if loaded.rule.family == "SUP" else loaded.rule.id
    return examine(load_path(folder, root=folder), ReviewRequest(select=select))


def _said(examined: Examination, rule_id: str) -> list[tuple[str, int, str]]:
    findings = [(f.path, f.line, f.code) for f in examined.review.findings if f.code == rule_id]
    return sorted([*findings, *((q.path, q.line or 1, q.code) for q in examined.review.questions)])


@pytest.mark.parametrize(("loaded", "example"), CASES)
def test_an_example_gives_exactly_the_findings_that_its_marks_expect(
    loaded: LoadedRule, example: Example | None, tmp_path: Path
) -> None:
    if example is None:
        pytest.fail(f"{loaded.page_file.name} cannot be read: {loaded.page}")
    for path, text in example.files:
        if path.endswith(".py"):
            ast.parse(text)
    _write(example, tmp_path)
    examined = _examine(loaded, tmp_path)
    assert not [skipped for skipped in examined.review.coverage.rules_skipped if skipped.startswith("failed")]
    assert _said(examined, loaded.rule.id) == list(example.expected)


@pytest.mark.parametrize(("loaded", "example"), EDITED)
def test_an_edit_removes_its_finding_and_leaves_code_that_parses(
    loaded: LoadedRule, example: Example, tmp_path: Path
) -> None:
    _write(example, tmp_path)
    before = _examine(loaded, tmp_path)
    for number, trace in enumerate(before.traces):
        folder = tmp_path / f"edited{number}"
        _write(example, folder)
        for path in {edit.path for edit in trace.edits}:
            file = folder / path
            text = file.read_text(encoding="utf-8")
            for edit in sorted(trace.edits, key=lambda e: -e.start):
                if edit.path == path:
                    text = text[: edit.start] + edit.text + text[edit.end :]
            ast.parse(text)
            file.write_text(text, encoding="utf-8")
        if trace.edits:
            left = {other.fingerprint for other in _examine(loaded, folder).traces}
            assert trace.fingerprint not in left or len(left) < len(before.traces)


@pytest.mark.parametrize("loaded", RULES, ids=lambda loaded: loaded.rule.id)
def test_a_page_names_its_rule_and_has_as_many_quiet_examples_as_loud_ones(loaded: LoadedRule) -> None:
    page = loaded.page
    assert (page.id, page.name) == (loaded.rule.id, loaded.rule.name)
    assert page.bad, "no bad example"
    assert len(page.good) >= len(page.bad)
    assert all(example.expected for example in page.bad), "a bad example without a mark"
    assert not any(example.expected for example in page.good), "a good example with a mark"
    assert {mark[2] for example in page.bad for mark in example.expected} == {loaded.rule.id}
    assert page.summary
    assert page.why
    assert page.fix
    assert page.section("What is not flagged")
    assert all(f"`{ref}`" in page.section("References") for ref in page.docs)
