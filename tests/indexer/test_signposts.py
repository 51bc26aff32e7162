"""Where the documentation is not indexed, signposts lead to it, and step aside once it is."""

from indexer.library import docs, hold, make_view

from maestro_indexer.asked import load_asked
from maestro_indexer.lookup import find
from maestro_indexer.model import Wanted
from maestro_indexer.own_pages import own_snapshot, read_own_pages
from maestro_indexer.search import search
from maestro_indexer.signposts import read_signposts, signposts_digest
from maestro_indexer.snapshots import OpenSnapshot
from maestro_knowledge.vault.model import Place, SourceRef

SOURCE = SourceRef("maestro", "embedded", "0.1")


def posts() -> OpenSnapshot:
    return hold(read_signposts(SOURCE).sections, name="maestro", layer="embedded", version="0.1")


def test_without_the_documentation_a_question_leads_to_the_page_that_answers_it() -> None:
    hits = search(make_view(posts()), "flask blueprints equivalent", Wanted(), 5)

    (hit, *_) = hits.hits
    assert hit.place is not None
    assert hit.place.path == "tutorial/bigger-applications.md"
    assert "https://fastapi.tiangolo.com/tutorial/bigger-applications/#" in hit.section.url


def test_a_signpost_says_that_it_is_one_and_what_brings_the_text() -> None:
    section = find(make_view(posts()), "docs:tutorial/cors#use-corsmiddleware", Wanted()).section

    assert section.ref == "docs:tutorial/cors#use-corsmiddleware"
    assert "not indexed here yet" in section.body
    assert "indexer refresh" in section.body


def test_once_the_documentation_is_there_no_signpost_is_found() -> None:
    view = make_view(hold(docs()), posts())

    for asked in ("cors", "request body", "background tasks", "flask blueprints"):
        assert all(hit.section.source.layer == "git" for hit in search(view, asked, Wanted(), 10).hits)
    assert find(view, "docs:tutorial/cors#use-corsmiddleware", Wanted()).section.source.layer == "git"


def test_addresses_are_those_of_the_site() -> None:
    urls = {section.id: section.url for section in read_signposts(SOURCE).sections}

    assert urls["tutorial/security/index#oauth2"] == "https://fastapi.tiangolo.com/tutorial/security/#oauth2"
    assert urls["index#installation"] == "https://fastapi.tiangolo.com/#installation"


def test_there_is_one_for_every_known_place_but_those_of_symbols() -> None:
    ids = {section.id for section in read_signposts(SOURCE).sections}

    assert ids == {place for place in load_asked() if "#fastapi." not in place}


def test_what_our_own_pages_cite_has_one_too_and_its_page_is_found() -> None:
    cited = [Place("tutorial/new-page.md", "some-heading"), Place("reference/middleware.md", "")]
    posts = hold(read_signposts(SOURCE, cited).sections, name="maestro", layer="embedded", version="0.1")
    view = make_view(posts)

    assert find(view, "docs:tutorial/new-page#some-heading", Wanted()).section.title == "Some heading"
    assert find(view, "docs:tutorial/new-page", Wanted()).ref == "docs:tutorial/new-page"
    assert find(view, "docs:reference/middleware", Wanted()).section.url.endswith("/reference/middleware/")
    assert find(view, "docs:tutorial/cors", Wanted()).is_page


def test_every_docs_ref_that_our_own_pages_show_resolves_without_the_documentation() -> None:
    contents = read_own_pages(own_snapshot("0.1"))
    view = make_view(hold(contents.sections, name="maestro", layer="embedded", version="0.1"))

    shown = {ref for section in contents.sections for ref in section.related if ref.startswith("docs:")}
    assert shown
    for ref in sorted(ref for ref in shown if "#fastapi." not in ref):  # symbols are in the installed package
        assert find(view, ref, Wanted()).sections


def test_a_release_that_our_own_pages_cite_has_one_until_the_release_notes_are_there() -> None:
    own = hold(read_own_pages(own_snapshot("0.1")).sections, name="maestro", layer="embedded", version="0.1")

    post = find(make_view(own), "release:0.115.0", Wanted())

    assert post.section.url == "https://fastapi.tiangolo.com/release-notes/"
    assert find(make_view(own), "docs:release-notes", Wanted()).is_page
    hits = search(make_view(hold(docs()), own), "what came with 0.115.0", Wanted(), 10).hits
    assert all(hit.section.source.file != "signposts" for hit in hits)


def test_the_digest_changes_with_what_is_cited() -> None:
    cited = [Place("tutorial/new-page.md", "some-heading")]

    assert read_signposts(SOURCE, cited).content_id != read_signposts(SOURCE).content_id
    assert signposts_digest() == signposts_digest()


def test_what_can_be_read_here_is_shown_after_two_signposts_at_most() -> None:
    sections = read_own_pages(own_snapshot("0.1")).sections
    view = make_view(hold(sections, name="maestro", layer="embedded", version="0.1"))
    hits = search(view, "database session per request", Wanted(), 5).hits

    assert sum(hit.section.source.file == "signposts" for hit in hits) <= 2
    assert any(hit.section.kind == "guide" for hit in hits)
