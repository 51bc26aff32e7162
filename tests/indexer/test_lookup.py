"""Every ref leads somewhere, in every spelling people use; a wrong one leads to the nearest."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from indexer.library import make_view, whole_library

from maestro_indexer.choice import choose
from maestro_indexer.lookup import complete_refs, find, name_section
from maestro_indexer.model import Wanted
from maestro_indexer.neighbours import Neighbour, first_release, neighbours
from maestro_indexer.search import search
from maestro_indexer.views import View
from maestro_knowledge.core.errors import BadArgument, MaestroError, NotFound, NotInVersion
from maestro_knowledge.core.refs import make_ref

ANYTHING = Wanted()


@pytest.fixture(scope="module")
def view() -> View:
    return whole_library()


def neighbour(view: View, ref: str) -> Neighbour:
    """What a ref should be shown as beside another."""
    return Neighbour(ref, find(view, ref, ANYTHING).section.title)


def test_every_section_of_every_snapshot_is_read_back_by_the_ref_it_is_shown_with(view: View) -> None:
    for version in ("2.0.0", "1.9.0"):
        corpus = choose(view, Wanted(version=version)).corpus
        for number, row in enumerate(corpus.rows):
            section = corpus.read_section(number)
            found = find(view, name_section(view, section), ANYTHING)
            assert found.section == section or found.row.id == row.id
            assert found.section.source.version == section.source.version


def test_every_ref_in_an_answer_resolves(view: View) -> None:
    for asked in ("cors", "body model", "proxy", "which version", "blocking http", "qwertz uiop"):
        hits = search(view, asked, ANYTHING, 10)
        shown = [name_section(view, hit.section) for hit in hits.hits]
        shown += [suggestion.rpartition("(")[2].rstrip(")") for suggestion in hits.suggestions]
        for ref in shown:
            around = neighbours(find(view, ref, ANYTHING))
            near = (
                around.previous,
                around.next,
                around.parent,
                *around.children,
                *around.examples,
                *around.symbols,
                *around.explained,
            )
            for other in filter(None, near):
                find(view, other.ref, ANYTHING)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("docs:tutorial/cors#origin", "docs:tutorial/cors#origin"),
        ("docs:tutorial/cors#cors", "docs:tutorial/cors"),
        ("docs:tutorial/dependencies", "docs:tutorial/dependencies/index"),
        ("tutorial/cors.md#origin", "docs:tutorial/cors#origin"),
        ("docs/en/docs/tutorial/cors.md", "docs:tutorial/cors"),
        ("https://fastapi.tiangolo.com/tutorial/cors/#origin", "docs:tutorial/cors#origin"),
        ("https://docs.example/tutorial/dependencies/", "docs:tutorial/dependencies/index"),
        ("api:fastapi.FastAPI.add_middleware", "api:fastapi.FastAPI.add_middleware"),
        ("api:FastAPI.add_middleware", "api:fastapi.FastAPI.add_middleware"),
        ("fastapi.BackgroundTasks", "api:fastapi.BackgroundTasks"),
        ("example:docs_src/cors/tutorial001.py", "example:cors/tutorial001"),
        ("release:v1.9", "release:1.9.0"),
        ("1.8.1", "release:1.8.1"),
        ("docs:reference/background#fastapi.BackgroundTasks", "api:fastapi.BackgroundTasks"),
        ("rule:ASY101", "rule:blocking-http-in-async"),
        ("rule:asy101", "rule:blocking-http-in-async"),
        ("ASY101", "rule:blocking-http-in-async"),
        ("guide:browser_clients", "guide:browser-clients"),
        ("profile:Fatima", "profile:fatima"),
        (
            "starlette/api:starlette.middleware.cors.CORSMiddleware",
            "starlette/api:starlette.middleware.cors.CORSMiddleware",
        ),
    ],
)
def test_a_ref_is_understood_as_people_write_it(view: View, written: str, found: str) -> None:
    assert find(view, written, ANYTHING).ref == found


def test_a_page_is_all_its_sections_in_order(view: View) -> None:
    found = find(view, "docs:tutorial/cors", ANYTHING)

    assert found.is_page
    assert [section.title for section in found.sections] == ["CORS", "Use `CORSMiddleware`", "Origin"]


def test_a_ref_with_a_version_is_read_in_that_version_and_named_with_it(view: View) -> None:
    found = find(view, "docs:tutorial/cors@1.9.0#origin", ANYTHING)

    assert found.section.source.version == "1.9.0"
    assert found.ref == "docs:tutorial/cors@1.9.0#origin"
    assert find(view, found.ref, Wanted(version="2.0.0")).section == found.section


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("docs:tutorial/corz", "docs:tutorial/cors"),
        ("docs:tutoral/cors#orign", "docs:tutorial/cors#origin"),
        ("docs:tutorial/backgroundtasks", "docs:tutorial/background-tasks"),
        ("api:fastapi.BackgroundTask", "api:fastapi.BackgroundTasks"),
        ("guide:browser-client", "guide:browser-clients"),
        ("example:cors/tutorial002", "example:cors/tutorial001"),
    ],
)
def test_a_wrong_ref_is_answered_with_the_nearest(view: View, wrong: str, meant: str) -> None:
    with pytest.raises(NotFound) as error:
        find(view, wrong, ANYTHING)

    assert meant in error.value.nearest


def test_what_only_another_version_has_is_said_with_the_ref_that_reads_it(view: View) -> None:
    with pytest.raises(NotInVersion, match=r"docs:advanced/gone@1\.9\.0"):
        find(view, "docs:advanced/gone", ANYTHING)


def test_an_unknown_version_is_refused_and_no_ref_at_all_too(view: View) -> None:
    with pytest.raises(NotInVersion, match=r"--ref 9\.9\.9"):
        find(view, "docs:tutorial/cors@9.9.9", ANYTHING)
    with pytest.raises(BadArgument):
        find(view, "what is this?", ANYTHING)


def test_neighbours_of_a_section_are_those_of_its_page(view: View) -> None:
    around = neighbours(find(view, "docs:tutorial/cors#use-corsmiddleware", ANYTHING))

    assert around.previous == neighbour(view, "docs:tutorial/cors")
    assert around.next == neighbour(view, "docs:tutorial/cors#origin")
    assert around.parent == Neighbour("docs:tutorial/cors", "CORS")
    assert [example.ref for example in around.examples] == ["example:cors/tutorial001"]


def test_neighbours_of_a_page_are_pages_and_its_sections_its_children(view: View) -> None:
    around = neighbours(find(view, "docs:tutorial/body", ANYTHING))

    assert around.previous == neighbour(view, "docs:tutorial/cors")
    assert around.next == neighbour(view, "docs:tutorial/background-tasks")
    assert [child.ref for child in around.children] == ["docs:tutorial/body#create-your-data-model"]


def test_a_symbol_names_where_it_is_explained_and_a_section_the_symbols_in_its_code(view: View) -> None:
    explained = neighbours(find(view, "api:fastapi.FastAPI.add_middleware", ANYTHING)).explained
    symbols = neighbours(find(view, "docs:tutorial/cors#use-corsmiddleware", ANYTHING)).symbols

    assert "docs:tutorial/cors#use-corsmiddleware" in {neighbour.ref for neighbour in explained}
    assert "api:fastapi.FastAPI.add_middleware" in {neighbour.ref for neighbour in symbols}


def test_neighbours_in_another_version_carry_it(view: View) -> None:
    around = neighbours(find(view, "docs:tutorial/cors@1.9.0#origin", ANYTHING))

    assert around.previous == neighbour(view, "docs:tutorial/cors@1.9.0#use-corsmiddleware")


def test_releases_follow_each_other_by_number(view: View) -> None:
    around = neighbours(find(view, "release:1.9.0", ANYTHING))

    assert around.previous == neighbour(view, "release:1.8.1")
    assert around.next == neighbour(view, "release:2.0.0")


def test_the_first_release_that_names_a_parameter_is_known(view: View) -> None:
    corpus = choose(view, ANYTHING).corpus

    assert first_release(corpus, "root_path") == "1.9.0"
    assert first_release(corpus, "never_heard_of") == ""


def test_completion_gives_pages_before_sections_and_matches_in_the_middle_last(view: View) -> None:
    assert complete_refs(view, "docs", "tutorial/c") == (
        "tutorial/cors",
        "tutorial/cors#origin",
        "tutorial/cors#use-corsmiddleware",
    )
    assert complete_refs(view, "api", "add_m") == ("fastapi.FastAPI.add_middleware",)
    assert len(complete_refs(view, "docs", "", 3)) == 3
    assert complete_refs(view, "nonsense", "x") == ()


def test_a_wrong_ref_costs_little(view: View) -> None:
    begin = time.perf_counter()
    for number in range(20):
        with pytest.raises(MaestroError):
            find(view, f"docs:tutorial/wrong{number}#nowhere", ANYTHING)

    assert time.perf_counter() - begin < 1.0


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.text(max_size=200)
    | st.builds(
        lambda k, p: f"{k}:{p}",
        st.sampled_from(["docs", "api", "rule", "release"]),
        st.text(min_size=1, max_size=60),
    )
)
def test_any_ref_is_found_or_refused_with_a_typed_error(view: View, ref: str) -> None:
    try:
        found = find(view, ref, ANYTHING)
    except MaestroError:
        return  # and nothing else
    assert found.sections


def test_nothing_is_found_in_an_empty_index() -> None:
    with pytest.raises(MaestroError):
        find(make_view(), make_ref("docs", "tutorial/cors"), ANYTHING)
