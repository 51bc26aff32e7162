"""A question finds the section that answers it, says when there is none, and nothing in it can hurt."""

import threading
import time
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from indexer.library import docs, guides, hold, make_section, make_view, others, whole_library

from maestro_indexer.choice import choose
from maestro_indexer.model import Hits, Wanted
from maestro_indexer.query import read_query
from maestro_indexer.ranking import rank
from maestro_indexer.search import search
from maestro_indexer.views import View
from maestro_knowledge.core.errors import NotInVersion
from maestro_knowledge.vault.model import Place

ANYTHING = Wanted()


@pytest.fixture(scope="module")
def view() -> View:
    return whole_library()


def first(view: View, text: str, wanted: Wanted = ANYTHING) -> str:
    return search(view, text, wanted, 5).hits[0].section.ref


def refs(hits: Hits) -> list[str]:
    return [hit.section.ref for hit in hits.hits]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("CORSMiddleware", "docs:tutorial/cors#use-corsmiddleware"),
        ("cors middleware", "docs:tutorial/cors#use-corsmiddleware"),
        ("midleware for crederntials", "docs:tutorial/cors#use-corsmiddleware"),
        ("background_tasks.add_task()", "docs:tutorial/background-tasks#add-the-background-task"),
        ("X-Forwarded-For", "docs:advanced/behind-a-proxy#forwarded-headers"),
        ("root_path", "docs:advanced/behind-a-proxy"),
        ("receive a json payload", "docs:tutorial/body"),
        ("renew certificates", "docs:deployment/https"),
        ("fire and forget", "docs:tutorial/background-tasks"),
        ("FastAPI.add_middleware", "api:fastapi.FastAPI.add_middleware"),
    ],
)
def test_the_section_that_answers_comes_first(view: View, asked: str, found: str) -> None:
    assert first(view, asked) == found


def test_what_was_mended_is_said(view: View) -> None:
    assert search(view, "CORS midleware", ANYTHING, 5).mended == ("midleware → middleware",)
    assert search(view, "CORS middleware", ANYTHING, 5).mended == ()


def test_release_notes_stay_below_unless_they_are_asked_for(view: View) -> None:
    assert first(view, "server-sent events changelog") == "release:2.0.0"
    assert first(view, "root_path") == "docs:advanced/behind-a-proxy"
    assert first(view, "which version added the root_path parameter") == "release:1.9.0"
    assert first(view, "what changed in 1.8") == "release:1.8.1"


def test_one_kind_can_be_asked_for(view: View) -> None:
    for kind in ("docs", "example", "api", "guide", "rule", "release", "profile"):
        hits = search(view, "cors middleware request task service blocking", Wanted(kind=kind), 10).hits
        assert hits
        assert {hit.section.kind for hit in hits} == {kind}


def test_what_leads_to_the_same_place_is_shown_once(view: View) -> None:
    hits = search(view, "CORSMiddleware allow_origins", ANYTHING, 10).hits

    places = [hit.section.place for hit in hits if hit.section.place]
    assert len(places) == len(set(places))


def test_an_example_leads_to_the_section_that_shows_it(view: View) -> None:
    (hit, *_) = search(view, "CORSMiddleware", Wanted(kind="example"), 5).hits

    assert hit.place == Place("tutorial/cors.md", "use-corsmiddleware")


def test_a_guide_leads_to_the_place_it_cites_that_answers_best() -> None:
    alone = make_view(hold(guides(), name="maestro", layer="embedded", version="0.1"))

    (hit, *_) = search(alone, "what is an origin for a browser front end", ANYTHING, 5).hits

    assert hit.section.ref == "guide:browser-clients"
    assert hit.place == Place("tutorial/cors.md", "origin")


def test_the_documentation_gains_from_a_guide_that_cites_it(view: View) -> None:
    asked = "No 'Access-Control-Allow-Origin' header is present"

    assert "docs:tutorial/cors#use-corsmiddleware" in refs(search(view, asked, ANYTHING, 5))


def test_at_first_no_more_than_two_sections_of_a_page_are_shown() -> None:
    body = "Everything about widgets and gadgets."
    page = [make_section(f"p#s{n}", f"Widget {n}", body, order=n) for n in range(6)]
    other = make_section("q", "Gadgets", "Gadgets too, with a widget.")
    found = refs(search(make_view(hold([*page, other])), "widget", ANYTHING, 5))

    assert [ref.startswith("docs:p") for ref in found].index(False) == 2
    assert len(found) == 5


def test_every_hit_carries_version_commit_and_a_snippet(view: View) -> None:
    for hit in search(view, "cors origins", ANYTHING, 5).hits:
        if hit.section.source.name == "fastapi":
            assert (hit.section.source.version, hit.section.source.commit) == ("2.0.0", "c0ffee")
        assert hit.snippet


def test_a_version_is_searched_alone(view: View) -> None:
    hits = search(view, "removed page cors", Wanted(version="1.9.0"), 10).hits

    assert "docs:advanced/gone" in {hit.section.ref for hit in hits}
    assert {hit.section.source.version for hit in hits if hit.section.source.name == "fastapi"} == {"1.9.0"}
    with pytest.raises(NotInVersion):
        search(view, "cors", Wanted(version="7.7.7"), 5)


@pytest.mark.parametrize("asked", ["sourdough hydration schedule", "terraform bucket policy", "qwertz yxcvb"])
def test_what_is_not_there_is_answered_with_doubt(view: View, asked: str) -> None:
    hits = search(view, asked, ANYTHING, 5)

    assert not hits.confident
    assert all("(" in suggestion for suggestion in hits.suggestions)


@pytest.mark.parametrize(
    "asked", ["CORSMiddleware", "how do i add a background task", "forwarded headers proxy"]
)
def test_what_is_there_is_answered_without(view: View, asked: str) -> None:
    hits = search(view, asked, ANYTHING, 5)

    assert hits.confident
    assert hits.suggestions == ()


@pytest.mark.parametrize("asked", ["", "   ", "the of and", "\x00", "?!", "🚀", "a" * 5000])
def test_a_query_without_words_finds_nothing_and_is_not_sure(view: View, asked: str) -> None:
    hits = search(view, asked, ANYTHING, 5)

    assert hits.hits == ()
    assert not hits.confident


@pytest.mark.parametrize(
    "asked",
    [
        "Depends(*)",
        "NOT cors",
        "cors AND",
        "title:cors",
        "cors^9",
        "[a TO b]",
        "cors~2",
        '"unclosed',
        "cors OR (",
        "*",
        "kind:docs",
    ],
)
def test_nothing_is_an_operator(view: View, asked: str) -> None:
    plain = search(view, "cors", ANYTHING, 5)

    hits = search(view, asked, ANYTHING, 5)

    if "cors" in asked:
        assert refs(hits)[0] == refs(plain)[0]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.text(max_size=300)
    | st.lists(
        st.sampled_from(
            [
                "cors",
                "body",
                "task",
                "proxy",
                "^",
                '"',
                "(",
                ")",
                "AND",
                "NOT",
                "*",
                "~",
                ":",
                "[",
                "\\",
                "/",
                "1.9.0",
            ]
        )
    ).map(" ".join)
)
def test_any_text_is_a_query_and_the_same_text_the_same_answer(view: View, text: str) -> None:
    assert search(view, text, ANYTHING, 3) == search(view, text, ANYTHING, 3)


@pytest.mark.parametrize(
    "piece", ["cors ", "x", "CORSMiddleware.", "a-b_c/d", "Traceback (most recent call last):\n", "é", "^ "]
)
def test_a_megabyte_is_answered_within_a_second(view: View, piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    begin = time.perf_counter()

    search(view, text, ANYTHING, 5)

    assert time.perf_counter() - begin < 1.0


def test_unknown_words_do_not_pile_up(view: View) -> None:
    corpus = choose(view, ANYTHING).corpus
    for number in range(30_000):
        corpus.impacts(f"unknown{number}")

    assert len(corpus._impacts) < 25_000


def test_the_limit_is_kept_and_bounded(view: View) -> None:
    assert len(search(view, "cors body task proxy", ANYTHING, 3).hits) == 3
    assert len(search(view, "cors body task proxy", ANYTHING, -1).hits) == 1
    assert len(search(view, "cors body task proxy", ANYTHING, 10**9).hits) <= 50


def test_ranking_does_not_depend_on_the_order_in_which_sections_were_indexed() -> None:
    sections = [*docs(), *others()]
    one, other = make_view(hold(sections)), make_view(hold(sections[::-1]))

    for asked in ("cors", "body model", "proxy headers task", "middleware"):
        mine, theirs = (
            [(hit.section.ref, hit.score) for hit in search(view, asked, ANYTHING, 10).hits]
            for view in (one, other)
        )
        assert mine == theirs


def test_an_index_with_deleted_documents_ranks_like_a_fresh_one() -> None:
    from whoosh.filedb.filestore import RamStorage
    from whoosh.index import FileIndex

    from maestro_indexer.corpus import Corpus, Share
    from maestro_indexer.schema import KEY_FIELD, document_key, make_document, make_schema
    from maestro_indexer.snapshots import OpenSnapshot

    fresh = hold(docs())
    index = FileIndex.create(RamStorage(), make_schema())
    with index.writer() as writer:
        for section in (*docs(), make_section("old", "Cors cors cors", "cors " * 50)):
            writer.add_document(**make_document(section))
    with index.writer() as writer:
        writer.delete_by_term(KEY_FIELD, document_key(make_section("old", "")))
    extended = OpenSnapshot(fresh.info, index.reader(), lambda: fresh.contents)

    ranked = []
    for snapshot in (fresh, extended):
        corpus = Corpus([Share(snapshot)])
        hits = rank(corpus, read_query("cors origins proxy", corpus))
        ranked.append([(corpus.ref(hit.document), hit.score) for hit in hits])
    assert ranked[0] == ranked[1]


def test_many_threads_get_the_same_answers(view: View) -> None:
    fresh = whole_library()
    asked = [
        "cors",
        "body model",
        "proxy headers",
        "add task",
        "certificates",
        "origin",
        "midleware",
        "1.9.0",
    ]
    expected = {text: search(view, text, ANYTHING, 5) for text in asked}
    wrong: list[str] = []

    def ask() -> None:
        for _ in range(5):
            wrong.extend(text for text in asked if search(fresh, text, ANYTHING, 5) != expected[text])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_another_package_answers_only_behind_the_framework(view: View) -> None:
    found = [
        ref
        for ref in refs(search(view, "CORSMiddleware preflight", ANYTHING, 10))
        if "ORSM" in ref or "cors" in ref
    ]

    assert found[0].startswith("docs:")
    assert "starlette/api:starlette.middleware.cors.CORSMiddleware" in found


def test_the_agent_skill_comes_first_when_the_recommended_way_is_asked_for() -> None:
    skill = make_section(
        "agent-skill#dependencies",
        "Declare dependencies",
        "Prefer `Annotated` with `Depends`.",
        layer="installed",
    )
    skill = replace(skill, place=None)
    view = make_view(hold((*docs(), skill)))

    advised = search(view, "how should I declare a dependency with Depends", ANYTHING, 3).hits[0]
    asked = search(view, "declare a dependency with Depends", ANYTHING, 3).hits[0]

    assert advised.section.id == "agent-skill#dependencies"
    assert advised.place
    assert advised.place.path == "tutorial/dependencies/index.md"
    assert asked.section.id.startswith("tutorial/dependencies")
