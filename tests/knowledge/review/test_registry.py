"""The registry: rules are found by walking, described rightly, and answered for by name."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from maestro_knowledge.core.errors import NotFound
from maestro_knowledge.project.application import Dependency, Operation
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.registry import find_rule, load_rules, make_loaded, select_rules
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.view import View

RULE = Rule(id="TST999", name="made-up-fault", severity="warning")


def _check(holder: Operation | Dependency, view: View) -> Iterator[Report]:
    yield from ()


def test_every_rule_file_is_found_and_sorted() -> None:
    ids = [loaded.rule.id for loaded in load_rules()]
    assert ids == sorted(ids)
    assert {"ASY110", "DIN507", "SUP001"} <= set(ids)
    assert find_rule("DIN507").family_title == "Dependency injection"


def test_a_check_declares_what_it_reads_by_its_first_parameter() -> None:
    assert make_loaded(RULE, _check, Path("made_up_fault.md")).reads == (Operation, Dependency)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"id": "T1"}, "three letters"),
        ({"name": "Made_Up"}, "kebab case"),
        ({"name": "other-fault"}, "files are called"),
        ({"umbrella": ("API009",)}, "API001 to API008"),
        ({"severity": "question", "fix": "safe"}, "nothing to edit"),
    ],
)
def test_a_rule_that_is_described_wrongly_does_not_load(change: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        make_loaded(replace(RULE, **change), _check, Path("made_up_fault.md"))


@pytest.mark.parametrize("word", ["DIN507", "din507", "swallowed-in-yield", " DIN507 "])
def test_a_rule_is_found_by_id_and_by_name(word: str) -> None:
    assert find_rule(word).rule.id == "DIN507"


def test_an_unknown_rule_names_the_nearest() -> None:
    with pytest.raises(NotFound) as caught:
        find_rule("swallowed-in-yeld")
    assert "swallowed-in-yield" in caught.value.nearest


def test_words_are_families_prefixes_umbrellas_and_lists_of_them() -> None:
    rules = load_rules()
    din = select_rules("DIN", rules)
    assert din == select_rules("DIN5", rules) == select_rules("din5,DIN507", rules)
    assert select_rules("API002", rules) >= {"DIN501", "DIN504"}
    assert select_rules("all", rules) == {loaded.rule.id for loaded in rules}
    assert select_rules(" , ", rules) == frozenset()


@pytest.mark.parametrize("word", ["D I N", "DIN999", "", "*", "DIN50[12]", "x" * 10_000])
def test_words_that_mean_no_rule_are_refused(word: str) -> None:
    with pytest.raises(NotFound):
        find_rule(word)
