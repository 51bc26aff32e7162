"""Text becomes the words it can be found by, the same way in a query and in a section."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maestro_indexer.words import MAX_WORD, fold, read_word, read_words, split_humps, stem


def terms(text: str) -> set[str]:
    return {term for word in read_words(text) for term in word.terms}


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("OAuth2PasswordBearer", {"oauth2passwordbearer", "oauth2", "password", "bearer"}),
        ("response_model", {"response_model", "respons", "model"}),
        ("HTTPException", {"httpexception", "http", "except"}),
        ("@app.get('/items')", {"app.get", "app", "item"}),
        (
            "app.dependency_overrides[get_db]",
            {"app.dependency_overrides", "dependency_overrides", "get_db", "overrid"},
        ),
        ("status.HTTP_404_NOT_FOUND", {"http_404_not_found", "404", "status"}),
        ("X-Forwarded-For", {"x-forwarded-for", "forward"}),
        ("sub-applications", {"sub-applications", "subappl", "sub", "applic"}),
        ("application/json", {"application/json", "json"}),
        ("fastapi.FastAPI.get", {"fastapi.fastapi.get", "fastapi.get", "fastapi"}),
        ("since v0.95.1", {"0.95.1"}),
        ("FastAPI's", {"fastapi"}),
        ("naïve Größe", {"naiv", "gross"}),
        ("422", {"422"}),
    ],
)
def test_code_is_found_whole_and_by_its_parts(written: str, found: set[str]) -> None:
    assert found <= terms(written)


def test_forms_of_a_word_are_one_word() -> None:
    assert len({stem(word) for word in ("depend", "depends", "dependency", "dependencies")}) == 1
    assert stem("query") == stem("queries")


def test_names_that_are_one_word_stay_whole() -> None:
    assert split_humps("FastAPI") == ("FastAPI",)
    assert split_humps("WebSocketDisconnect") == ("WebSocket", "Disconnect")


def test_a_word_that_says_nothing_is_known_as_such() -> None:
    assert [word.is_empty for word in read_words("how to use it")] == [True] * 4
    assert not read_word("middleware").is_empty


def test_an_endless_word_is_cut_into_bounded_ones() -> None:
    words = list(read_words("a" * 100_000))

    assert words
    assert all(len(word.surface) <= MAX_WORD for word in words)


@given(st.text(max_size=400))
def test_any_text_has_words_without_white_space_or_markers(text: str) -> None:
    for word in read_words(text):
        assert word.terms
        assert all(term and "^" not in term and not any(c.isspace() for c in term) for term in word.terms)
        assert word.surface == fold(word.surface)


@given(st.text(max_size=200))
def test_words_do_not_depend_on_case_folding_twice(text: str) -> None:
    assert fold(fold(text)) == fold(text)
