"""What is typed becomes weighted terms: the words, what they stand for, what was meant by a slip."""

import pytest
from indexer.library import whole_library

from maestro_indexer.choice import choose
from maestro_indexer.corpus import Corpus
from maestro_indexer.intents import asks_how, is_about_releases
from maestro_indexer.model import Wanted
from maestro_indexer.query import MAX_WORDS, MENDED, SYNONYM, WEAK, read_query


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return choose(whole_library(), Wanted()).corpus


def test_an_own_word_weighs_more_than_a_mended_one_and_that_more_than_a_synonym(corpus: Corpus) -> None:
    query = read_query("payload midleware", corpus)

    assert query.terms["payload"] == 1.0
    assert query.terms["middlewar"] == MENDED
    assert query.terms["bodi"] == SYNONYM


def test_a_word_that_says_little_counts_less(corpus: Corpus) -> None:
    query = read_query("possible cors", corpus)

    assert query.terms["possibl"] == WEAK
    assert query.terms["cor"] == 1.0


def test_words_written_apart_find_the_one_word(corpus: Corpus) -> None:
    assert "middlewar" in read_query("middle ware", corpus).terms


def test_a_word_is_counted_once_however_often_it_stands(corpus: Corpus) -> None:
    assert read_query("cors cors cors", corpus).concepts == read_query("cors", corpus).concepts


def test_of_many_words_the_rarest_that_are_known_remain(corpus: Corpus) -> None:
    text = " ".join(f"unknown{n}x" for n in range(200)) + " middleware origin"

    query = read_query(text, corpus)

    assert len(query.concepts) <= MAX_WORDS
    assert {"middlewar", "origin"} <= query.terms.keys()


def test_a_release_is_recognised_by_its_number_in_full_or_in_part(corpus: Corpus) -> None:
    assert read_query("what changed in 1.9.0", corpus).releases == ("1.9.0",)
    assert read_query("notes of 1.8", corpus).releases == ("1.8",)
    assert read_query("python 3.12 on 0.0.0.0", corpus).releases == ()


@pytest.mark.parametrize(
    "text",
    [
        "since which version is root_path there",
        "when was lifespan introduced",
        "changelog",
        "which release added forms",
        "what's new",
        "first version that supports Pydantic 2",
        "removed in",
    ],
)
def test_a_question_about_releases_is_recognised(text: str) -> None:
    assert is_about_releases(text)


@pytest.mark.parametrize(
    "text", ["which version should I pin", "add a route", "when the client leaves", "version"]
)
def test_a_question_about_something_else_is_not(text: str) -> None:
    assert not is_about_releases(text)


def test_a_question_for_the_recommended_way_is_recognised() -> None:
    assert asks_how("How should I structure my app?")
    assert asks_how("what is the best practice for settings")
    assert not asks_how("how does it work")


def test_short_code_is_an_identifier_and_a_sentence_is_not(corpus: Corpus) -> None:
    assert read_query("app.add_middleware", corpus).is_identifier
    assert not read_query("where do I put add_middleware in my application file", corpus).is_identifier
