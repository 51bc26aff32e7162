"""Words that stand nowhere are mended from those that do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maestro_indexer.distances import count_edits
from maestro_indexer.spelling import make_speller

SPELLER = make_speller(
    {"middleware": 40, "dependency": 90, "dependencies": 80, "websocket": 30, "certificate": 9, "query": 70,
     "task": 20, "tasks": 30, "take": 50, "form": 20, "data": 90, "response_model": 12}
)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("midleware", "middleware"),
        ("dependancy", "dependency"),
        ("websokcet", "websocket"),
        ("ewbsocket", "websocket"),
        ("certifcate", "certificate"),
        ("querry", "query"),
        ("taks", "task"),
        ("respnse_model", "response_model"),
    ],
)
def test_a_slip_of_the_keyboard_is_mended(typed: str, meant: str) -> None:
    assert SPELLER.mend(typed)[0] == meant


@pytest.mark.parametrize("typed", ["middleware", "kubernetes", "xy", "", "a" * 200])
def test_known_short_long_and_foreign_words_are_left_alone(typed: str) -> None:
    assert SPELLER.mend(typed) == ()


def test_two_words_in_one_are_parted() -> None:
    assert SPELLER.split("formdata") == ("form", "data")
    assert SPELLER.split("formular") == ()


@given(st.text(alphabet="abc", max_size=7), st.text(alphabet="abc", max_size=7), st.integers(0, 3))
def test_edits_are_counted_the_same_in_both_directions_and_never_above_the_limit(
    one: str, other: str, limit: int
) -> None:
    edits = count_edits(one, other, limit)

    assert edits == count_edits(other, one, limit)
    assert edits is None or edits <= limit
    assert (edits == 0) == (one == other)
