"""Texts with holes."""

import time

from hypothesis import given
from hypothesis import strategies as st

from maestro_knowledge.diagnosis.template import find, flatten


def test_holes_are_filled_with_what_stands_there():
    found = find("could not import module '{module}'.", flatten('Error. Could not import module "app.main".'))
    assert found.holes == {"module": "app.main"}
    assert found.words == "Could not import module 'app.main'."


def test_a_hole_at_the_end_takes_the_rest():
    assert find("no such table: {table}", flatten("x no such table:  hero ")).holes == {"table": "hero"}


def test_a_hole_has_an_end():
    assert find("a {x} b", flatten("a " + "y" * 300 + " b")) is None


def test_a_later_start_is_tried_when_an_earlier_one_leads_nowhere():
    assert find("a {x}!", flatten("a " + "y" * 300 + " a z!")).holes == {"x": "z"}


def test_a_word_has_no_space():
    assert find("for {word}settings", flatten("for AppSettings")).holes == {"word": "App"}
    assert find("for {word}settings", flatten("for an item of settings")) is None


def test_a_template_that_almost_matches_everywhere_is_found_in_linear_time():
    flat = flatten("a" * 200_000 + "b" * 200_000)
    started = time.perf_counter()
    assert find("a{x}a{y}a{z}c", flat) is None
    assert time.perf_counter() - started < 0.2


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_text_holds_itself(before, after):
    flat = flatten(f"{before} needle {after}")
    assert find("needle", flat) is not None
    assert len(flat.shown) == len(flat.low)
