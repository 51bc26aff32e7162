"""A section's words weigh by where they stand."""

from indexer.library import make_section

from maestro_indexer.asked import load_asked
from maestro_indexer.weights import CODE, HEADING, PROSE, split_fences, weigh
from maestro_knowledge.vault.model import CodeBlock, Place


def test_a_word_of_the_heading_weighs_more_than_one_of_the_text_and_that_more_than_code() -> None:
    section = make_section("p#a", "Origins", "Cookies matter.", code=(CodeBlock("allowed = 1\n"),))

    weighed = weigh(section).terms

    assert weighed["origin"] == HEADING
    assert weighed["cooki"] == PROSE
    assert weighed["allow"] == CODE


def test_of_long_code_only_the_highlighted_lines_count() -> None:
    lines = [f"name{number} = {number}" for number in range(100)]
    code = CodeBlock("\n".join(lines), first_line=1, last_line=100, highlighted=(3,))

    weighed = weigh(make_section("p", "Title", "", code=(code,))).terms

    assert "name2" in weighed
    assert "name50" not in weighed


def test_code_in_the_text_is_not_taken_for_prose() -> None:
    prose, fences = split_fences("Before.\n\n```python\nx = 1\n```\n\nAfter.\n\n~~~\n``` inside\n~~~\n")

    assert "x = 1" not in prose
    assert "After." in prose
    assert fences == ("x = 1", "``` inside")


def test_a_fence_that_is_never_closed_ends_with_the_section() -> None:
    assert split_fences("```\nx = 1") == ("", ("x = 1",))


def test_phrases_that_lead_here_count_without_making_the_section_longer() -> None:
    plain = weigh(make_section("p", "Title", "Some text."))
    led_to = weigh(make_section("p", "Title", "Some text.", keywords=("flask blueprints",)))

    assert led_to.terms["blueprint"] > 0
    assert led_to.length == plain.length
    assert "blueprint flask" in led_to.pairs


def test_a_published_place_brings_the_phrases_people_ask_for_it_with() -> None:
    place, phrases = next(iter(load_asked().items()))
    page, _, anchor = place.partition("#")

    weighed = weigh(make_section("any#id", "Title", place=Place(f"{page}.md", anchor)))

    assert len(weighed.terms) > len(
        weigh(make_section("any#id", "Title", place=Place("other.md", "x"))).terms
    )
    assert phrases


def test_what_a_release_brings_weighs_more_than_its_translations() -> None:
    body = "**Features**\n\n- Add lifespan.\n\n**Translations**\n\n- Add Klingon.\n"

    weighed = weigh(make_section("1.2.0", "1.2.0", body, kind="release")).terms

    assert weighed["lifespan"] > weighed["klingon"]
    assert "1.2" in weighed
