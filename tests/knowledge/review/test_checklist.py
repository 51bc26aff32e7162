"""The checklist speaks only from rules that ran."""

import pytest

from maestro_knowledge.project.load import load_code
from maestro_knowledge.review.checklist import POINTS
from maestro_knowledge.review.engine import review
from maestro_knowledge.review.model import Check
from maestro_knowledge.review.registry import load_rules
from maestro_knowledge.review.request import ReviewRequest

GOOD = """\
from fastapi import FastAPI

app = FastAPI()


async def load() -> int:
    return 1


@app.get("/items", tags=["items"], summary="All items")
async def items() -> int:
    return await load()
"""
AWAITED = "Every async operation is awaited"


def _checks(code: str, **request: str) -> dict[str, Check]:
    return {
        check.item: check for check in review(load_code(code, "app.py"), ReviewRequest(**request)).checklist
    }


def test_seven_points_and_six_quality_checks_always_come_in_this_order() -> None:
    answer = review(load_code(GOOD), ReviewRequest())
    assert [check.item for check in answer.checklist] == [point.item for point in POINTS]
    assert len(POINTS) == 13


def test_a_point_passes_by_the_rules_that_found_nothing() -> None:
    check = _checks(GOOD)[AWAITED]
    assert check.verdict == "pass"
    assert "ASY110" in check.evidence


def test_a_point_fails_with_the_places() -> None:
    check = _checks(GOOD.replace("return await load()", "load()\n    return 1"))[AWAITED]
    assert (check.verdict, check.evidence) == ("fail", "app.py:12 ASY110")


def test_a_point_is_unknown_when_no_rule_about_it_ran() -> None:
    check = _checks(GOOD, select="DIN501")[AWAITED]
    assert check.verdict == "unknown"
    assert check.evidence.startswith("No rule about it ran")


def test_nothing_passes_where_there_is_no_path_operation() -> None:
    assert {check.verdict for check in _checks("x = 1\n").values()} <= {"unknown"}


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.item)
def test_every_point_names_words_that_are_well_formed(point) -> None:
    families = {loaded.rule.family for loaded in load_rules()} | {
        "API",
        "OAS",
        "VAL",
        "BGT",
        "RSP",
        "ERR",
        "SEC",
    }
    families |= {"OUT", "STR", "CFG", "MID"}
    assert all(word[:3] in families and word[3:].isdigit() for word in point.rules)
