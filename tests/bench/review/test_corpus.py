"""The reviewer on the labelled corpus: what was reached once is held."""

import pytest
from bench.review.scoring import Score, report, score_corpus

from maestro_knowledge.review.registry import load_rules

RECALL, PRECISION = 0.95, 0.97


@pytest.fixture(scope="module")
def score() -> Score:
    return score_corpus()


def test_what_is_labelled_is_found(score: Score) -> None:
    assert score.recall >= RECALL, report(score, misses=True)


def test_what_is_found_is_labelled(score: Score) -> None:
    assert score.precision >= PRECISION, report(score, misses=True)


def test_clean_files_stay_clean(score: Score) -> None:
    assert score.clean_files
    assert not score.alarms_on_clean_files, report(score, misses=True)


def test_every_rule_on_trial_is_labelled_and_found(score: Score) -> None:
    on_trial = {loaded.rule.id for loaded in load_rules() if loaded.rule.preview}
    assert on_trial <= {rule for _, _, rule in score.expected}
    assert on_trial <= {rule for _, _, rule in score.hits}
