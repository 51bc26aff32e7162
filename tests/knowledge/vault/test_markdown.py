"""What a page says, whichever of the site's dialects it is written in."""

import pytest
from knowledge.vault.sources import body_of, read_page, sections_of

from maestro_knowledge.core.text import slugify


def anchors(text: str) -> list[str]:
    return [section.place.anchor for section in sections_of(text)]


# --- anchors -------------------------------------------------------------------------------------


def test_the_anchor_written_in_the_page_is_taken_and_hidden():
    (section,) = sections_of("# Use `x` { #use-it }\n")
    assert (section.title, section.place.anchor) == ("Use `x`", "use-it")


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("Use `CORSMiddleware`", "use-corsmiddleware"),
        ("What's *new* in [0.95](x.md)?", "whats-new-in-095"),
        ("A <abbr title='x'>B</abbr> &amp; C", "a-b-c"),
        ("0.95.0 (2023-03-18)", "0950-2023-03-18"),
        ("Größe  --  naïve_name", "groe-naive_name"),
        ("🚀", "_1"),
    ],
)
def test_a_heading_without_an_anchor_gets_the_slug_of_its_words(heading, anchor):
    assert anchors(f"# {heading}\n") == [anchor]


def test_a_slug_that_is_taken_counts_on_as_the_site_does():
    assert anchors("# A\n## A\n## A\n## A_1\n## B { #a_3 }\n") == ["a", "a_1", "a_2", "a_4", "a_3"]


def test_a_written_anchor_wins_over_a_slug_that_comes_before_it():
    assert anchors("# Intro\n## Steps\n## Other { #steps }\n") == ["intro", "steps_1", "steps"]


def test_a_written_anchor_that_is_there_twice_is_still_one_of_a_kind():
    assert anchors("# A { #x }\n## B { #x }\n") == ["x", "x_1"]


def test_headings_inside_of_callouts_take_anchors_but_make_no_section():
    text = "# A\n\n/// note\n\n## B\n\ntext\n\n///\n\n## B\n"
    assert anchors(text) == ["a", "b_1"]
    assert sections_of(text)[0].body == "> **Note**\n>\n> **B**\n>\n> text"


def test_a_heading_in_code_is_code():
    assert anchors("# A\n\n```\n# B\n```\n\n    # C\n") == ["a"]


def test_both_forms_of_heading_are_read():
    assert anchors("A\n=\n\nB\n-\n") == ["a", "b"]


def test_slugs_are_those_of_the_core():
    assert anchors("# Some *title* here\n") == [slugify("Some title here")]


# --- callouts, tabs, details ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "/// warning | Mind\n\nFirst.\n\nSecond.\n\n///\n\nAfter.\n",
        '!!! warning "Mind"\n    First.\n\n    Second.\n\nAfter.\n',
        '??? warning "Mind"\n\n    First.\n\n    Second.\n\nAfter.\n',
    ],
)
def test_admonitions_of_both_dialects_become_quotations_with_their_label(text):
    assert body_of(text) == "> **Warning: Mind**\n>\n> First.\n>\n> Second.\n\nAfter."


def test_blocks_nest_by_their_number_of_slashes():
    text = "//// note | Outer\n\nA\n\n/// tip\n\nB\n\n///\n\nC\n\n////\n\nD\n"
    assert body_of(text) == "> **Note: Outer**\n>\n> A\n>\n> > **Tip**\n> >\n> > B\n>\n> C\n\nD"


def test_options_of_a_block_are_not_text():
    assert (
        body_of("/// details | More\n    type: note\n    open: true\n\nText.\n\n///\n")
        == "> **More**\n>\n> Text."
    )


def test_a_block_that_is_never_closed_goes_to_the_end():
    assert body_of("/// tip\n\nA\n\nB\n") == "> **Tip**\n>\n> A\n>\n> B"


@pytest.mark.parametrize(
    "text",
    [
        '=== "One"\n\n    A\n\n=== "Two"\n\n    B\n',
        "//// tab | One\n\nA\n\n////\n\n//// tab | Two\n\nB\n\n////\n",
    ],
)
def test_tabs_of_both_dialects_stand_one_below_the_other(text):
    assert body_of(text) == "**One**:\n\nA\n\n**Two**:\n\nB"


def test_code_inside_of_a_callout_keeps_its_indentation():
    text = "!!! tip\n    Do:\n\n    ```python\n    if x:\n        y()\n    ```\n"
    assert body_of(text) == "> **Tip**\n>\n> Do:\n>\n> ```python\n> if x:\n>     y()\n> ```"


# --- HTML ----------------------------------------------------------------------------------------


def test_html_islands_become_text():
    text = '<div class="x">\n<p align="center"><em>Fast</em> &amp; small</p>\n<script>alert(1)</script>\n</div>\n'
    assert body_of(text) == "*Fast* & small"


def test_tooltips_are_kept_as_text():
    text = 'A <abbr title="also: endpoint">route</abbr> and a <dfn title="one &quot;thing&quot;">term</dfn>.'
    assert body_of(text) == 'A route (also: endpoint) and a term (one "thing").'


def test_inline_tags_become_markdown_or_nothing():
    text = 'Press <kbd>Ctrl</kbd>, <b>now</b><br>with <code>x</code> <small>please</small> <img src="x.png">.'
    assert body_of(text) == "Press Ctrl, **now**\nwith `x` please ."


def test_a_terminal_loses_its_colours_and_progress_bars():
    text = (
        '<div class="termy">\n\n```console\n$ <font color="#4E9A06">uv</font> add x\n---> 100%\n'
        '<span style="color: green;">INFO</span>: List&lt;int&gt;\n```\n\n</div>\n'
    )
    assert body_of(text) == "```console\n$ uv add x\nINFO: List<int>\n```"


def test_angle_brackets_in_other_code_stay():
    assert body_of("```html\n<b>x</b> &amp;\n```\n") == "```html\n<b>x</b> &amp;\n```"


# --- links ---------------------------------------------------------------------------------------


def test_outside_links_keep_their_address_and_inside_links_are_only_told():
    text = (
        "See [docs](other.md#x), [there](https://example.com/a) and [here](https://mini.example.com/page/)."
    )
    assert body_of(text) == "See docs, [there](https://example.com/a) and here."


def test_attributes_behind_a_link_are_dropped_and_braces_in_text_stay():
    assert body_of("[a](b.md){.internal-link target=_blank} and {x} `{y}`") == "a and {x} `{y}`"


def test_links_written_in_html_are_links():
    assert (
        body_of('<a href="https://example.com" class="external-link">Site</a>.')
        == "[Site](https://example.com)."
    )


def test_cross_references_lose_their_target_but_code_like_them_does_not():
    assert (
        body_of("The [`BaseModel`][pydantic.main.BaseModel] of `x[a][b]`.") == "The `BaseModel` of `x[a][b]`."
    )


def test_images_are_told_by_their_words():
    assert body_of("![A diagram](x.png) ![](y.png)") == "[Image: A diagram]"


# --- the rest ------------------------------------------------------------------------------------


def test_tables_stay_tables():
    assert body_of("| A | B |\n|---|---|\n| 1 | `2` |\n") == "| A | B |\n| --- | --- |\n| 1 | `2` |"


def test_lists_keep_their_numbers_and_nesting():
    text = "3. a\n4. b\n\n* c\n    * d\n\n        text\n"
    assert body_of(text) == "3. a\n4. b\n\n- c\n  - d\n\n    text"


def test_a_footnote_goes_with_the_text_that_refers_to_it():
    first, second = sections_of("# A\n\nOne[^n].\n\n## B\n\nTwo.\n\n[^n]: The note.\n")
    assert first.body == "One[^n].\n\n[^n]: The note."
    assert second.body == "Two."


def test_abbreviations_are_told():
    assert body_of("The API.\n\n*[API]: Application Programming Interface\n") == (
        "The API.\n\nAPI: Application Programming Interface"
    )


def test_statements_for_the_site_are_dropped():
    assert body_of("{% if x %}\n\nText\n\n{% endif %}\n\n{{ macro }}\n\n{ .annotate }\n") == "Text"


def test_a_fence_is_longer_than_the_ticks_in_it():
    assert body_of("````md\n```python\nx\n```\n````\n") == "````md\n```python\nx\n```\n````"


def test_languages_titles_and_lines_are_read_from_either_form_of_info():
    text = '```Python hl_lines="2  4-5" title="a.py"\n1\n2\n3\n4\n5\n```\n\n```{ .toml .annotate hl_lines="1" }\nx\n```\n'
    first, second = sections_of(text)[0].code
    assert (first.language, first.highlighted, second.language, second.highlighted) == (
        "python",
        (2, 4, 5),
        "toml",
        (1,),
    )


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_of_any_system_give_the_same(end):
    text = "# A { #a }\n\n/// tip\n\nText\n\n///\n\n```\ncode\n```\n"
    assert sections_of(text.replace("\n", end).encode()) == sections_of(text)


def test_a_byte_order_mark_and_null_bytes_do_no_harm():
    (section,) = sections_of(b"\xef\xbb\xbf# Ti\x00tle\n\nte\x00xt\n")
    assert (section.title, section.body) == ("Title", "text")


def test_a_page_that_is_not_utf8_is_read_and_reported():
    contents = read_page("# Größe\n\nüber\n".encode("latin-1"))
    assert contents.sections[0].title == "Gr\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}e"
    assert [problem.message[:12] for problem in contents.problems] == ["is not UTF-8"]


def test_front_matter_is_no_text_and_may_name_the_page():
    contents = sections_of("---\ntitle: From the front\n---\n\nText.\n")
    assert (contents[0].title, contents[0].body) == ("From the front", "Text.")


def test_a_page_without_any_title_is_named_after_its_file():
    assert [(s.id, s.title) for s in sections_of("Text.\n\n## Part\n")] == [
        ("page", "Page"),
        ("page#part", "Part"),
    ]
