"""The sections of the mini vault: ids, trails, places, links, examples."""

from itertools import pairwise

import pytest
from knowledge.vault.sources import body_of, read_page, sections_of

from maestro_knowledge.vault.model import Place


def test_the_page_is_its_first_section_with_the_anchor_of_its_title(by_ref):
    page = by_ref["docs:tutorial/cors"]
    assert page.title == "CORS (Cross-Origin Resource Sharing)"
    assert page.trail == ()
    assert page.place == Place("tutorial/cors.md", "cors-cross-origin-resource-sharing")
    assert page.url == "https://mini.example.com/tutorial/cors/"
    assert page.body == "A browser asks before a page of one origin may read from another."


def test_a_heading_is_a_section_below_the_headings_above_it(by_ref):
    section = by_ref["docs:tutorial/cors#preflight-requests"]
    assert section.trail == ("CORS (Cross-Origin Resource Sharing)", "Use `CORSMiddleware`")
    assert section.url == "https://mini.example.com/tutorial/cors/#preflight-requests"
    assert (section.source.file, section.source.first_line) == ("docs/en/docs/tutorial/cors.md", 20)
    assert (section.source.version, section.source.commit, section.source.layer) == (
        "1.1.0",
        "c0ffee1",
        "git",
    )


def test_the_sections_of_a_page_follow_each_other_by_order(mini):
    page = [section for section in mini.sections if section.id.split("#")[0] == "tutorial/cors"]
    assert [section.order - page[0].order for section in page] == list(range(len(page)))
    assert [section.order for section in mini.sections if section.kind == "docs"] == sorted(
        section.order for section in mini.sections if section.kind == "docs"
    )


def test_the_lines_of_the_sections_of_a_page_leave_nothing_out(mini):
    page = [section.source for section in mini.sections if section.id.split("#")[0] == "tutorial/cors"]
    assert page[0].first_line == 1
    assert all(a.last_line + 1 == b.first_line for a, b in pairwise(page))


def test_what_the_site_leaves_out_is_left_out(by_ref):
    refs = set(by_ref)
    assert not {"docs:fastapi-people", "docs:newsletter", "docs:index#sponsors", "docs:release-notes"} & refs


def test_links_become_refs_that_exist(mini, by_ref):
    assert by_ref["docs:tutorial/cors#more-info"].related == (
        "docs:deployment/https",
        "docs:reference/fastapi",
    )
    assert by_ref["docs:tutorial/index"].related == ("docs:tutorial/first-steps#run-it",)
    known = set(by_ref)
    assert {
        ref for section in mini.sections for ref in section.related if not ref.startswith("starlette/")
    } <= known


def test_a_link_to_an_anchor_that_is_gone_leads_to_its_page():
    assert sections_of("# A\n\n[x](other.md#gone)\n", {"docs/en/docs/other.md": "# B\n"})[1].related == (
        "docs:other",
    )


@pytest.mark.parametrize(
    "link", ["../other/", "/other/", "other.md", "./other.md", "https://mini.example.com/other/#b"]
)
def test_links_are_understood_however_they_are_written(link):
    page = next(
        s for s in sections_of(f"# A\n\n[x]({link})\n", {"docs/en/docs/other.md": "# B\n"}) if s.id == "page"
    )
    assert page.related == ("docs:other",)


@pytest.mark.parametrize(
    "link", ["../../../etc/passwd", "mailto:a@b.c", "gone.md", "#gone", "http://[bad", "//x/other.md"]
)
def test_links_that_lead_nowhere_are_no_refs(link):
    assert sections_of(f"# A\n\n[x]({link})\n")[0].related == ()


def test_the_reference_names_its_symbols(by_ref):
    page = by_ref["docs:reference/fastapi"]
    assert page.related == (
        "api:fastapi.FastAPI",
        "api:fastapi.HTTPException",
        "api:fastapi.responses.JSONResponse",
    )


def test_an_example_is_placed_where_it_is_shown(by_ref):
    example = by_ref["example:cors/tutorial001_py310"]
    assert example.place == Place("tutorial/cors.md", "use-corsmiddleware")
    assert example.trail == ("CORS (Cross-Origin Resource Sharing)", "Use `CORSMiddleware`")
    assert example.code[0].highlighted == (2, 6, 7, 8, 9, 10)
    assert example.related[0] == "docs:tutorial/cors#use-corsmiddleware"


def test_the_other_forms_of_an_example_stand_where_it_is_shown_too(by_ref):
    example = by_ref["example:path_params/tutorial001"]
    assert example.place == Place("tutorial/path-params.md", "path-parameters")
    assert "example:path_params/tutorial001_an_py310" in example.related


def test_an_empty_example_is_none(by_ref):
    assert "example:settings/app01/__init__" not in by_ref


def test_an_example_that_no_page_shows_has_no_place():
    (example,) = [s for s in read_page("# A\n", {"docs_src/x/y.py": "x\n"}).sections if s.kind == "example"]
    assert (example.id, example.place, example.url) == ("x/y", None, "")


def test_the_counts_are_those_of_the_mini_vault(mini):
    assert (mini.page_count, mini.example_count, mini.symbol_count) == (12, 8, 9)
    assert mini.section_count == len(mini.sections)


def test_every_section_of_the_mini_vault_has_a_name_of_its_own(mini):
    refs = [section.ref for section in mini.sections]
    assert len(refs) == len(set(refs))


def test_no_markup_is_left_in_the_text(mini):
    left = [
        (section.id, mark)
        for section in mini.sections
        for mark in ("<div", "<p", "<abbr", "{*", "{!", "///", "!!!", "{ #", "{.", "&amp;", "</")
        if mark in section.body.split("```")[0]
    ]
    assert left == []


def test_two_titles_on_one_page_are_two_sections():
    assert [(s.id, s.trail) for s in sections_of("# A\n\n# B\n\n## C\n")] == [
        ("page", ()), ("page#b", ("A",)), ("page#c", ("A", "B")),
    ]  # fmt: skip


def test_text_before_the_title_belongs_to_the_page():
    assert body_of("Before.\n\n# A\n\nAfter.\n") == "Before.\n\nAfter."
