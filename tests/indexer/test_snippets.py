"""A snippet shows the words that were asked for, in about sixty words, and never half of some code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from indexer.library import hold, make_section, make_view

from maestro_indexer.model import Wanted
from maestro_indexer.search import search
from maestro_indexer.snippets import CODE_CHARACTERS, PROSE_CHARACTERS, WORDS
from maestro_knowledge.core.refs import Kind

LONG = " ".join(f"Sentence number {n} talks about nothing in particular at all." for n in range(60))
SHORT_CODE = "app.add_middleware(GZipMiddleware, minimum_size=1000)\n"
LONG_CODE = "".join(f"value_{n} = compute({n})\n" for n in range(60)) + "needle = find()\n"


def snippet(body: str, asked: str, kind: Kind = "docs") -> str:
    (hit, *_) = search(
        make_view(hold([make_section("p", "Page title", body, kind=kind)])), asked, Wanted(), 1
    ).hits
    return hit.snippet


def test_the_sentence_with_the_words_is_shown() -> None:
    shown = snippet(f"{LONG} The needle is here. {LONG}", "needle")

    assert "The needle is here." in shown
    assert len(shown.split()) <= WORDS + 2


def test_short_code_is_shown_whole() -> None:
    shown = snippet(f"Compress answers.\n\n```python\n{SHORT_CODE}```\n", "GZipMiddleware")

    assert f"```python\n{SHORT_CODE}```" in shown


def test_long_code_is_not_shown_in_part_where_the_text_is_meant() -> None:
    shown = snippet(f"About the needle.\n\n```python\n{LONG_CODE}```\n", "needle")

    assert shown == "About the needle."


def test_of_a_long_example_the_lines_with_the_words_are_shown_as_code() -> None:
    shown = snippet(f"```python docs_src/x.py\n{LONG_CODE}```\n", "needle", kind="example")

    assert shown.startswith("```python\n# …\n")
    assert "needle = find()" in shown
    assert shown.endswith("\n```")
    assert len(shown) < CODE_CHARACTERS + 60


def test_an_address_of_its_own_is_no_tag() -> None:
    shown = snippet("The needle is described at <https://example.com/needle?a=1#b>. Read it.", "needle")

    assert shown == "The needle is described at https://example.com/needle?a=1#b. Read it."


def test_links_tags_and_admonition_marks_are_read_over() -> None:
    shown = snippet(
        '/// tip | Remember\n\nSee the [needle page](../x.md#y){.internal-link} in <abbr title="t">HTML</abbr>.\n\n///',
        "needle",
    )

    assert shown == "Remember See the needle page in HTML."


def test_a_sentence_without_an_end_is_cut_between_words_outside_inline_code() -> None:
    words = " ".join(f"`code {n}` word{n}" for n in range(200))
    shown = snippet(f"{words} needle {words}", "needle")

    assert "needle" in shown
    assert shown.count("`") % 2 == 0
    assert shown.startswith("… ")
    assert shown.endswith(" …")


def test_an_empty_section_has_an_empty_snippet() -> None:
    assert snippet("", "title") == ""


@pytest.mark.parametrize("mark", ["`", "~"])
def test_a_fence_that_is_never_closed_does_no_harm(mark: str) -> None:
    assert snippet(f"Needle text.\n\n{mark * 3}python\nx = 1", "needle") == "Needle text."


@given(st.text(alphabet="ab `~*#/|[]()<>\n!.", max_size=300))
def test_any_markdown_gives_a_bounded_snippet(body: str) -> None:
    shown = snippet(body, "title")

    assert len(shown) <= PROSE_CHARACTERS + CODE_CHARACTERS + 100
