"""The real documentation: MAESTRO_EVAL_VAULT names a git vault that has tag 0.141.1, MAESTRO_EVAL_GOLD the queries."""

import json
import os
import time
from pathlib import Path

import pytest

from maestro_knowledge.vault.catalog import find_source
from maestro_knowledge.vault.clone import open_checkout
from maestro_knowledge.vault.contents import read_contents
from maestro_knowledge.vault.model import Contents

VAULT, GOLD = os.environ.get("MAESTRO_EVAL_VAULT", ""), os.environ.get("MAESTRO_EVAL_GOLD", "")
pytestmark = pytest.mark.skipif(
    not VAULT, reason="MAESTRO_EVAL_VAULT does not name a vault of the real documentation"
)


def read(tag: str) -> Contents:
    with open_checkout(Path(VAULT), find_source("fastapi"), ref=tag) as tree:
        return read_contents(tree)


@pytest.fixture(scope="module")
def newest() -> Contents:
    return read("0.141.1")


def test_the_counts_are_those_of_the_site(newest):
    assert newest.page_count == 148
    docs = [
        section
        for section in newest.sections
        if section.kind == "docs" and not section.id.startswith("agent-skill")
    ]
    assert 1_100 <= len(docs) <= 1_140
    assert newest.example_count == 370
    assert len(newest.releases) == 295
    assert newest.problems == ()


@pytest.mark.skipif(not GOLD, reason="MAESTRO_EVAL_GOLD does not name a file of queries with their places")
def test_every_place_that_answers_a_query_is_the_place_of_a_section(newest):
    places = {(section.place.path, section.place.anchor) for section in newest.sections if section.place}
    paths = {path for path, _ in places}
    wanted = [place for line in Path(GOLD).read_text().splitlines() for place in json.loads(line)["gold"]]
    missing = [
        place for place in wanted
        if (place["path"], place["anchor"]) not in places and not (place["anchor"] is None and place["path"] in paths)
    ]  # fmt: skip
    assert wanted
    assert missing == []


@pytest.mark.parametrize("tag", ["0.110.0", "0.141.1"])
def test_a_version_is_read_whole_and_quickly(tag):
    started = time.process_time()
    contents = read(tag)
    assert time.process_time() - started < 10  # measured 1.8 s; the bound allows for a machine that is busy
    refs = [section.ref for section in contents.sections]
    assert len(refs) == len(set(refs))
    assert contents.problems == ()


@pytest.mark.parametrize("tag", ["0.110.0", "0.141.1"])
def test_no_link_of_the_real_pages_leads_nowhere(tag):
    contents = read(tag)
    refs = {section.ref for section in contents.sections}
    assert {ref for s in contents.sections for ref in s.related if not ref.startswith("starlette/")} <= refs


def test_one_changed_page_costs_little(newest):
    known = {page.file: page for page in newest.pages if not page.file.endswith("tutorial/cors.md")}
    started = time.process_time()
    read("0.141.1")
    whole = time.process_time() - started
    started = time.process_time()
    with open_checkout(Path(VAULT), find_source("fastapi"), ref="0.141.1") as tree:
        assert read_contents(tree, known=known) == newest
    assert time.process_time() - started < whole / 3
