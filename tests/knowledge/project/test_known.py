"""Tests of the tables of what is known of packages that are not read."""

import json
from typing import Any

import pytest

from maestro_knowledge.project import known

TABLES = sorted((known.DATA).glob("*.json"))


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    assert len(set(keys)) == len(keys), sorted(key for key in keys if keys.count(key) > 1)
    return dict(pairs)


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_no_name_stands_twice_in_a_table(path: Any) -> None:
    json.loads(path.read_bytes(), object_pairs_hook=unique)


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_a_table_says_what_each_of_its_parts_means(path: Any) -> None:
    table = known.read_table(path.stem)
    assert table["about"].keys() == table.keys() - {"about"}


def test_attributes_of_attributes_belong_to_an_instance_where_its_class_is_listed_so() -> None:
    assert known.is_deep("openai.OpenAI")
    assert known.is_deep("openai.OpenAI.chat.completions")
    assert not known.is_deep("requests.Session")
