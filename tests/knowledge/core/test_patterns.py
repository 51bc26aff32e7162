"""Tests of regular expressions that are compiled when they are first asked."""

import re

import pytest

from maestro_knowledge.core.patterns import Pattern


def test_a_pattern_answers_as_the_compiled_one_does() -> None:
    pattern, plain = Pattern(r"(\w)-(\d)", re.IGNORECASE), re.compile(r"(\w)-(\d)", re.IGNORECASE)
    text = "a-1 B-2"
    assert pattern.search(text) is not None
    assert pattern.fullmatch(text) is None
    found = pattern.match(text, 4)
    assert found is not None
    assert found.groups() == ("B", "2")
    assert [each.span() for each in pattern.finditer(text)] == [each.span() for each in plain.finditer(text)]
    assert pattern.findall(text) == plain.findall(text)
    assert pattern.sub(r"\2", text) == "1 2"
    assert pattern.sub(lambda match: match[1].lower(), text) == "a b"


def test_a_pattern_is_not_compiled_before_it_is_asked() -> None:
    broken = Pattern("(")
    with pytest.raises(re.error):
        broken.search("")
