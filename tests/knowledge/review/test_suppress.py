"""Comments that silence a rule, wherever the statement spreads, and those that silence nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maestro_knowledge.project.load import load_code
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.engine import examine
from maestro_knowledge.review.model import Finding, Review, Rule
from maestro_knowledge.review.registry import LoadedRule, load_rules, make_loaded
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.request import ReviewRequest
from maestro_knowledge.review.view import View

RULE = Rule(id="ZZZ101", name="sleep-somewhere", severity="error", umbrella=("API001",))


def _check(module: Module, view: View) -> Iterator[Report]:
    """Reports every call of `time.sleep`, and every call of `nap` as a chain to the first sleep."""
    sleeps = list(view.calls_to(module, {"time.sleep"}))
    for node, _ in sleeps:
        yield Report(module, node, "Sleeps.")
    for node, _ in view.calls_to(module, {"app.nap"}):
        yield Report(module, node, "Naps.", hops=(Hop(module, sleeps[0][0]),))


@pytest.fixture
def rules(tmp_path: Path) -> list[LoadedRule]:
    page = tmp_path / "sleep_somewhere.md"
    sections = ["What it finds", "Why it matters", "Bad", "Good", "What is not flagged", "Fix", "References"]
    body = "\n\n".join(f"## {section}" for section in sections)
    page.write_text(
        f"---\nid: ZZZ101\nname: sleep-somewhere\ndocs: []\n---\n\n# Title\n\n{body}\n", encoding="utf-8"
    )
    ours = [loaded for loaded in load_rules() if loaded.rule.family == "SUP"]
    return [*ours, make_loaded(RULE, _check, page)]


def _review(code: str, rules: list[LoadedRule], **request: str) -> Review:
    return examine(load_code(f"import time\n{code}", "app.py"), ReviewRequest(**request), rules).review


def _codes(code: str, rules: list[LoadedRule]) -> list[str]:
    return [finding.code for finding in _review(code, rules).findings]


@pytest.mark.parametrize(
    "code",
    [
        "time.sleep(1)  # maestro: ignore[ZZZ101] tested",
        "time.sleep(1)  # maestro: ignore[sleep-somewhere] tested",
        "time.sleep(1)  # maestro:ignore[OTHER999,API001]",
        "time.sleep(1)  # noqa: ZZZ101",
        "time.sleep(1)  # noqa: E501,ZZZ101",
        "time.sleep(1)  # type: ignore  # noqa: ZZZ101",
        "# maestro: ignore[ZZZ101] the next statement\ntime.sleep(1)",
        "# maestro: ignore[ZZZ101]\n# more words\n\ntime.sleep(1)",
        "time.sleep(\n    1,\n)  # noqa: ZZZ101",
        "time.sleep(  # noqa: ZZZ101\n    1,\n)",
        "time.sleep(\n    # maestro: ignore[ZZZ101]\n    1,\n)",
        "if time.sleep(1):  # noqa: ZZZ101\n    pass",
        "@time.sleep(1)\ndef f():  # noqa: ZZZ101\n    pass",
    ],
)
def test_a_comment_silences_its_statement(code: str, rules: list[LoadedRule]) -> None:
    review = _review(code, rules)
    assert [f.code for f in review.findings if f.code == "ZZZ101"] == []
    assert review.counts["suppressed"] == 1


@pytest.mark.parametrize(
    "code",
    [
        "time.sleep(1)  # noqa",
        "time.sleep(1)  # noqa: ASY102",
        'time.sleep("# noqa: ZZZ101")',
        '"""\n# maestro: ignore[ZZZ101]\n"""\ntime.sleep(1)',
        "time.sleep(1)\npass  # noqa: ZZZ101",
        "if True:  # noqa: ZZZ101\n    time.sleep(1)",
        "def f():  # noqa: ZZZ101\n    time.sleep(1)",
    ],
)
def test_what_is_no_comment_of_ours_on_the_statement_silences_nothing(
    code: str, rules: list[LoadedRule]
) -> None:
    assert "ZZZ101" in _codes(code, rules)


@pytest.mark.parametrize("line", [3, 7])
def test_a_chain_is_silenced_at_either_end(line: int, rules: list[LoadedRule]) -> None:
    lines = ["def nap():", "    time.sleep(1)", "", "", "async def f():", "    nap()"]
    silenced = [f"{text}  # noqa: ZZZ101" if n == line - 1 else text for n, text in enumerate(lines, 1)]
    messages = [f.message for f in _review("\n".join(silenced), rules).findings]
    assert "Naps." not in messages


def test_a_comment_that_silences_nothing_is_reported(rules: list[LoadedRule]) -> None:
    assert _codes("x = 1  # noqa: ZZZ101", rules) == ["SUP001"]
    assert _codes("x = 1  # maestro: ignore[ZZZ101, SUP002]", rules) == ["SUP001"]


def test_a_comment_for_a_rule_that_did_not_run_is_not_called_unused(rules: list[LoadedRule]) -> None:
    review = _review("x = 1  # noqa: ZZZ101", rules, select="SUP")
    assert review.findings == ()


def test_a_comment_that_names_no_rule_is_reported(rules: list[LoadedRule]) -> None:
    assert _codes("x = 1  # maestro: ignore[sleeping]", rules) == ["SUP002"]
    assert _codes("x = 1  # maestro: ignore", rules) == ["SUP002"]


@pytest.mark.parametrize(
    "code",
    [
        "time.sleep(1)\nx = 1  # noqa: ZZZ101",
        "x = 1  # noqa: ZZZ101\ntime.sleep(1)",
        "time.sleep(1)\n# maestro: ignore[ZZZ101] below it\nx = 1",
        "time.sleep(\n    1,\n)\n# noqa: ZZZ101",
        "# maestro: ignore[sleep-somewhere] meant for the second\nx = 1\ntime.sleep(1)",
        "def f():  # noqa: ZZZ101\n    x = 1\n    y = 2\n    z = 3\n    w = 4\n    time.sleep(1)",
        "@list  # noqa: ZZZ101\ndef f():\n    time.sleep(1)",
        "if True:  # noqa: ZZZ101\n    time.sleep(1)",
    ],
)
def test_a_comment_beside_its_finding_is_told_where_it_belongs(code: str, rules: list[LoadedRule]) -> None:
    review = _review(code, rules)
    missed, unused = sorted(review.findings, key=lambda finding: finding.code, reverse=True)
    assert (missed.code, unused.code, unused.severity) == ("ZZZ101", "SUP001", "warning")
    assert "beside it" in unused.message
    assert f"app.py:{missed.line}: time.sleep(" in unused.evidence
    assert "directly above" in unused.fix


def test_a_comment_far_from_any_finding_is_merely_unused(rules: list[LoadedRule]) -> None:
    code = "x = 1  # noqa: ZZZ101\n\n\n\n\n\ntime.sleep(1)"
    (unused,) = [f for f in _review(code, rules).findings if f.code == "SUP001"]
    assert (unused.severity, "beside" in unused.message) == ("info", False)


def test_a_comment_that_names_a_neighbouring_rule_is_told_what_is_found() -> None:
    code = "import time\nasync def f() -> None:\n    time.sleep(1)  # noqa: ASY101\n"
    found = {f.code: f for f in examine(load_code(code), ReviewRequest(select="ASY,SUP")).review.findings}
    assert set(found) == {"ASY102", "SUP001"}
    assert "what is found here is ASY102" in found["SUP001"].message
    assert "`# noqa: ASY102`" in found["SUP001"].fix


@pytest.mark.parametrize(
    ("comment", "says"),
    [
        ("# maestro: ignore[sleep-in-asinc]", "nearest: sleep-in-async"),
        ("# maestro: ignore[ASY1O2]", "ASY102"),
        ("# maestro: ignore[AYS102] why", "nearest: ASY102"),
        ("# noqa: AYS102", "nearest: ASY102"),
        ("# noqa: ASY999", "there is no such rule"),
        ("# noqa: E501, ASY999", "means to silence ASY999, and"),
        ("# maestro: ignore[because]", "what is found here is ASY102"),
    ],
)
def test_a_mistyped_rule_is_reported_with_the_nearest(comment: str, says: str) -> None:
    found = _found_beside_a_sleep(comment)
    assert set(found) == {"ASY102", "SUP002"}
    assert says in found["SUP002"].message


@pytest.mark.parametrize(
    ("comment", "form"),
    [
        ("# maestro: ignore[ASY102", "# maestro: ignore[ASY102]"),
        ("# maestro: ignore[sleep-in-asinc why not", "# maestro: ignore[sleep-in-async]"),
        ("# maestro: ignore ASY102", "# maestro: ignore[ASY102]"),
        ("# maestro: ignore(sleep-in-async)", "# maestro: ignore[sleep-in-async]"),
        ("# maestro: ignore", "# maestro: ignore[ASY102]"),
        ("# maestro ignore[ASY102] why", "# maestro: ignore[ASY102]"),
        ("# maestro: noqa[ASY102]", "# maestro: ignore[ASY102]"),
        ("# maestro: ignored[ASY102]", "# maestro: ignore[ASY102]"),
        ("# meastro: ignore[ASY102]", "# maestro: ignore[ASY102]"),
        ("# fastapi-maestro: ignore[ASY102]", "# maestro: ignore[ASY102]"),
        ("# noqa ASY102", "# noqa: ASY102"),
        ("# noqa[ASY102]", "# noqa: ASY102"),
        ("# noqua: ASY102", "# noqa: ASY102"),
        ("# noqa: ASY-102", "# noqa: ASY102"),
        ("# noqa: E501 and ASY102", "# noqa: ASY102"),
        ("# noqa: sleep-in-async", "# maestro: ignore[sleep-in-async]"),
        ("# ruff: noqa: ASY102", "# maestro: ignore[ASY102]"),
        ("# type: ignore[ASY102]", "# maestro: ignore[ASY102]"),
        ("# pylint: disable=sleep-in-async", "# maestro: ignore[sleep-in-async]"),
        ("# nosec ASY102", "# maestro: ignore[ASY102]"),
    ],
)
def test_a_comment_in_nearly_the_right_form_is_told_the_right_one(comment: str, form: str) -> None:
    found = _found_beside_a_sleep(comment)
    assert set(found) == {"ASY102", "SUP002"}
    assert found["SUP002"].message.startswith("The comment silences nothing: ")
    assert found["SUP002"].fix == f"Write `{form}`."
    assert set(_found_beside_a_sleep(form)) == set()  # what it is told does work


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "# noqa: E501",
        "# noqa: BLE001 - an id of another tool",
        "# type: ignore[arg-type]",
        "# pylint: disable=invalid-name",
        "# as ASY102 says, this blocks",
        "# see maestro's ASY102 before you ignore it",
        "# maestro: see ASY102",
        "# the maestro will ignore this",
        "# RTE and ASY are families",
        "# DIM101 is an id of the part, TRY301 too",
        "# noqa: TRY301, DTZ005, RET504, SIM102",
    ],
)
def test_a_comment_that_is_not_ours_is_left_alone(comment: str) -> None:
    assert set(_found_beside_a_sleep(comment)) == {"ASY102"}


@pytest.mark.parametrize(
    "comment",
    [
        "# maestro: ignore[ASY102] measured [see the notes], (twice)",
        "# maestro: ignore[ASY102] as agreed in #12 [really]",
        "# noqa: E501  # maestro: ignore[ASY102] both",
        "# maestro: ignore[ASY102] both  # noqa: E501",
        "# noqa: ASY102 [for now]",
        "# noqa: asy102,E501",
    ],
)
def test_brackets_numbers_and_other_directives_around_a_reason_do_no_harm(comment: str) -> None:
    assert _found_beside_a_sleep(comment) == {}


def test_every_directive_of_a_comment_counts() -> None:
    found = _found_beside_a_sleep("# noqa: ASY102  # maestro: ignore[ASY101]")
    assert set(found) == {"SUP001"}
    assert "ASY101" in found["SUP001"].message


@given(st.text(alphabet="# maestro:ignoeqd[](),ASY0129-xn", max_size=60))
def test_any_comment_is_read_without_harm(text: str) -> None:
    _found_beside_a_sleep(f"#{text}")


def _found_beside_a_sleep(comment: str) -> dict[str, Finding]:
    code = f"import time\nasync def f() -> None:\n    time.sleep(1)  {comment}\n"
    answer = examine(load_code(code), ReviewRequest(select="ASY101,ASY102,SUP")).review
    assert not [why for why in answer.coverage.rules_skipped if why.startswith("failed")]
    return {finding.code: finding for finding in answer.findings}
