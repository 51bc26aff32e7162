"""What the rules say of themselves is what the catalogue of rules says of them."""

import csv
from pathlib import Path

import pytest

from maestro_knowledge.review.registry import LoadedRule, load_rules

RULES = load_rules()
OURS = "SUP"  # about our own comments, in no catalogue
with (Path(__file__).parent / "catalogue.csv").open(encoding="utf-8", newline="") as _file:
    CATALOGUE = {row["id"]: row for row in csv.DictReader(_file)}
SECOND_WAVE = {
    "ASY108", "ASY114", "RTE218", "DIN513", "AUT707", "AUT709", "AUT710", "AUT711", "AUT712", "BGT904", "BGT906",
    "MID802", "DBS203", "DBS205", "ERR305", "OBS403", "TST304", "TST306", "UPG612", "UPG613", "UPG615",
}  # fmt: skip


@pytest.mark.parametrize("loaded", RULES, ids=lambda loaded: loaded.rule.id)
def test_a_rule_has_the_severity_the_fix_level_and_the_umbrellas_of_the_catalogue(loaded: LoadedRule) -> None:
    rule = loaded.rule
    if rule.family == OURS:
        assert not rule.umbrella
        return
    if rule.preview:
        assert rule.id in SECOND_WAVE
        return
    row = CATALOGUE[rule.id]
    assert rule.severity == row["severity"]
    assert (rule.fix or "no") == row["fix"]
    assert list(rule.umbrella) == row["umbrella"].split()
    assert row["docs"].partition("#")[0] in {ref.partition("#")[0] for ref in loaded.page.docs}


def test_ids_and_names_are_unique() -> None:
    assert len({loaded.rule.id for loaded in RULES}) == len(RULES)
    assert len({loaded.rule.name for loaded in RULES}) == len(RULES)
