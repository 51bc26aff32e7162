"""The tables of what people say are well formed, one way, and say nothing twice."""

from collections import Counter

from maestro_indexer.asked import load_asked
from maestro_indexer.synonyms import load_synonyms, make_synonyms
from maestro_indexer.tables import parse_table, read_table


def test_a_phrase_stands_for_the_words_of_the_documentation() -> None:
    synonyms = make_synonyms([("blueprint, url prefix", "APIRouter prefix")])

    (meaning,) = synonyms.find(["flask", "blueprint"])

    assert (meaning.start, meaning.end) == (1, 2)
    assert {"apirouter", "prefix"} <= set(meaning.terms)
    assert not synonyms.find(["apirout"])


def test_a_phrase_of_several_words_must_stand_together() -> None:
    synonyms = make_synonyms([("env vars", "settings")])

    assert synonyms.find(["env", "var"])
    assert not synonyms.find(["env", "my", "var"])


def test_comments_and_empty_lines_say_nothing() -> None:
    assert list(parse_table("# a = b\n\n  \nx, y = z\nno equals sign\n")) == [("x, y", "z")]


def test_the_shipped_synonyms_are_many_and_each_says_something_new() -> None:
    assert len(load_synonyms().meanings) > 800
    for said, meant in read_table("synonyms"):
        assert meant, said
        for phrase in said.split(","):
            assert phrase.strip(), said


def test_no_place_is_described_twice() -> None:
    places = Counter(place for place, _ in read_table("asked_as"))

    assert [place for place, count in places.items() if count > 1] == []


def test_every_phrase_is_short_and_every_place_has_an_anchor() -> None:
    for place, phrases in load_asked().items():
        assert "#" in place, place
        assert all(0 < len(phrase) <= 100 for phrase in phrases), place
