"""Comments that silence a rule, wherever the statement spreads, and those that silence nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from maestro_knowledge.project.load import load_code
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.engine import examine
from maestro_knowledge.review.model import Review, ReviewRequest, Rule
from maestro_knowledge.review.registry import LoadedRule, load_rules, make_loaded
from maestro_knowledge.review.report import Hop, Report
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
