"""The version that answers is the one asked for, the project's, or the newest, and never silently another."""

import pytest
from indexer.library import docs, guides, hold, make_section, make_view, others

from maestro_indexer.choice import Chosen, choose
from maestro_indexer.model import Wanted
from maestro_indexer.views import View
from maestro_knowledge.core.errors import IndexMissing, NotInVersion

SYMBOL = "fastapi.FastAPI.add_middleware"


def skill(version: str = "3.0.0") -> tuple:
    return (
        make_section(
            "agent-skill", "FastAPI", "Prefer Annotated.", layer="installed", version=version, place=None
        ),
        make_section(SYMBOL, SYMBOL, "As it is now.", kind="api", layer="installed", version=version),
    )


@pytest.fixture(scope="module")
def view() -> View:
    return make_view(
        hold((*docs(), *others())),
        hold((*docs("1.9.0"), *others("1.9.0")), version="1.9.0"),
        hold([s for s in others("2.1.0") if s.kind != "release"], layer="sdist", version="2.1.0"),
        hold(skill(), layer="installed", version="3.0.0"),
        hold(guides(), name="maestro", layer="embedded", version="0.1"),
        hold(
            [make_section("a.B", "a.B", "x", kind="api", name="starlette", layer="installed")],
            name="starlette",
            layer="installed",
            version="1.0",
        ),
        hold([make_section("a", "A", "x", name="starlette")], name="starlette", version="0.9"),
    )


def searched(chosen: Chosen) -> set[str]:
    return {snapshot.info.key for snapshot in chosen.snapshots}


def test_with_nothing_said_the_newest_version_with_documentation_answers(view: View) -> None:
    chosen = choose(view, Wanted())

    assert (chosen.info.version, chosen.info.layer, chosen.note) == ("2.0.0", "git", "")


@pytest.mark.parametrize("asked", ["1.9.0", "v1.9.0", " 1.9.0 ", "1.9"])
def test_a_version_asked_for_by_name_answers_alone(view: View, asked: str) -> None:
    chosen = choose(view, Wanted(version=asked))

    assert chosen.info.version == "1.9.0"
    assert not any(key.startswith("fastapi") and "1.9.0" not in key for key in searched(chosen))


def test_a_version_that_is_not_there_is_refused_with_the_nearest_and_the_command(view: View) -> None:
    with pytest.raises(NotInVersion) as error:
        choose(view, Wanted(version="1.9.5"))

    assert "indexer refresh --ref 1.9.5" in error.value.hint
    assert "1.9.0" in error.value.hint


def test_a_branch_is_found_by_the_name_it_was_fetched_by() -> None:
    main = hold(docs("2.0.0"), ref="master")

    assert choose(make_view(main), Wanted(version="master")).main is main


def test_the_projects_own_version_answers_without_a_note(view: View) -> None:
    chosen = choose(view, Wanted(installed="1.9.0"))

    assert (chosen.info.version, chosen.installed, chosen.note) == ("1.9.0", "1.9.0", "")


@pytest.mark.parametrize(
    ("installed", "version", "note"),
    [
        ("1.9.7", "1.9.0", "installed 1.9.7, nearest older docs 1.9.0"),
        ("2.5.0", "2.0.0", "installed 2.5.0, nearest older docs 2.0.0"),
        ("1.0.0", "1.9.0", "installed 1.0.0, nearest newer docs 1.9.0"),
    ],
)
def test_else_the_nearest_older_documentation_answers_and_that_is_said(
    view: View, installed: str, version: str, note: str
) -> None:
    chosen = choose(view, Wanted(installed=installed))

    assert (chosen.info.version, chosen.note) == (version, note)


def test_symbols_come_from_the_installed_version_itself_where_it_is_there(view: View) -> None:
    chosen = choose(view, Wanted(installed="3.0.0"))

    symbols = {
        chosen.corpus.read_section(number).source.version
        for number, row in enumerate(chosen.corpus.rows)
        if row.kind == "api" and chosen.corpus.source(number) == "fastapi"
    }
    assert chosen.info.version == "2.0.0"
    assert symbols == {"3.0.0"}


def test_the_installed_package_adds_only_what_the_documentation_does_not_have(view: View) -> None:
    corpus = choose(view, Wanted()).corpus

    names = [row.id for row in corpus.rows]
    assert names.count(SYMBOL) == 1


def test_a_neighbouring_package_is_there_once_with_documentation_if_it_has_some(view: View) -> None:
    assert {key for key in searched(choose(view, Wanted())) if key.startswith("starlette")} == {
        "starlette-git-0.9"
    }


def test_without_any_documentation_the_installed_package_answers() -> None:
    view = make_view(
        hold(skill(), layer="installed", version="3.0.0"),
        hold(guides(), name="maestro", layer="embedded", version="0.1"),
    )

    assert choose(view, Wanted()).info.version == "3.0.0"
    assert choose(view, Wanted(installed="2.9.0")).note == "installed 2.9.0, nearest newer version 3.0.0"


def test_without_the_framework_our_own_pages_answer() -> None:
    view = make_view(hold(guides(), name="maestro", layer="embedded", version="0.1"))

    assert choose(view, Wanted()).info.name == "maestro"


def test_an_empty_index_is_said_with_the_command_that_fills_it() -> None:
    with pytest.raises(IndexMissing, match="indexer refresh"):
        choose(make_view(), Wanted())


def test_collections_that_are_no_longer_searched_do_not_pile_up(view: View) -> None:
    main = hold(docs())
    first = choose(make_view(main, *view.snapshots[4:5]), Wanted()).corpus
    for number in range(10):
        other = hold(guides(), name="maestro", layer="embedded", version=f"7.{number}")
        assert choose(make_view(main, other), Wanted()).corpus is not first

    assert choose(make_view(main, *view.snapshots[4:5]), Wanted()).corpus is not first


def test_the_same_choice_shares_one_collection(view: View) -> None:
    assert choose(view, Wanted()).corpus is choose(view, Wanted()).corpus
    assert choose(view, Wanted()).corpus is not choose(view, Wanted(version="1.9.0")).corpus
