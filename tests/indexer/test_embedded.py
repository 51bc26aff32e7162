"""The layer that is always there: built when it lacks, renewed when we or the packages are newer, from memory if need be."""

import shutil
from dataclasses import replace

import pytest
from indexer.conftest import Workshop, find, make_contents

from maestro_indexer.embedded import LOCK, embedded_parts, ensure_embedded, missing_parts, with_parts
from maestro_indexer.generations import Generations
from maestro_indexer.locks import hold_lock
from maestro_indexer.model import Counts, IndexedSnapshot
from maestro_indexer.own_pages import own_snapshot, read_own_pages
from maestro_indexer.verify import verify
from maestro_knowledge.core.home import Home
from maestro_knowledge.core.refs import parse_ref
from maestro_knowledge.guides.load import load_guides
from maestro_knowledge.profiles.load import load_profiles


def test_it_holds_our_pages_and_the_installed_packages(home: Home) -> None:
    view = ensure_embedded(home).current()

    assert {(info.name, info.layer) for info in view.generation.snapshots} == {
        ("maestro", "embedded"),
        ("fastapi", "installed"),
        ("starlette", "installed"),
        ("pydantic", "installed"),
    }
    assert view.problem == ""
    assert verify(Generations(home.index)).is_sound
    assert find(view, "lifespan")


def test_what_is_there_is_not_built_again(home: Home) -> None:
    before = (home.index / "current").stat()
    ensure_embedded(home)
    after = (home.index / "current").stat()

    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_part_that_lacks_is_built_and_the_rest_is_left_as_it_is(home: Home) -> None:
    generations = Generations(home.index)
    infos = generations.current().generation.snapshots
    generations.publish([info for info in infos if info.name != "maestro"], built_at="now")

    after = ensure_embedded(home).current().generation.snapshots

    assert sorted(info.name for info in after) == sorted(info.name for info in infos)
    assert {info.key for info in after if info.name != "maestro"} == {
        info.key for info in infos if info.name != "maestro"
    }


def test_a_vault_stays_when_the_embedded_layer_is_renewed(home: Home) -> None:
    workshop = Workshop(home.index)
    vault = workshop.add(make_contents("1.0"))
    infos = workshop.generations.current().generation.snapshots
    old = replace(next(info for info in infos if info.name == "maestro"), key="of-an-older-release")
    shutil.copytree(
        workshop.generations.snapshots / next(info.key for info in infos if info.name == "maestro"),
        workshop.generations.snapshots / old.key,
    )
    workshop.publish(vault, old)

    view = ensure_embedded(home).current()

    assert vault in view.generation.snapshots
    assert old not in view.generation.snapshots
    assert find(view, "topic3") == {"page-3"}


def test_a_vault_that_is_lost_is_still_listed_for_the_refresh_that_mends_it(home: Home) -> None:
    workshop = Workshop(home.index)
    vault = workshop.add(make_contents("1.0"))
    workshop.publish(vault)
    next((workshop.generations.snapshots / vault.key).glob("*.seg")).unlink()

    view = ensure_embedded(home).current()

    assert view.lost == (vault,)
    assert vault.key in view.problem
    assert {info.name for info in view.generation.snapshots} == {
        "maestro",
        "fastapi",
        "starlette",
        "pydantic",
    }


def test_while_someone_else_holds_the_lock_it_is_served_from_memory(empty_home: Home) -> None:
    with hold_lock(empty_home.locks / LOCK):
        view = ensure_embedded(empty_home, patience=0).current()

    assert {info.name for info in view.generation.snapshots} == {
        "maestro",
        "fastapi",
        "starlette",
        "pydantic",
    }
    assert find(view, "lifespan")
    assert not (empty_home.index / "current").exists()


def test_what_is_held_in_memory_stands_beside_what_is_published(empty_home: Home) -> None:
    workshop = Workshop(empty_home.index)
    vault = workshop.add(make_contents("1.0"))
    workshop.publish(vault)
    with hold_lock(empty_home.locks / LOCK):
        generations = ensure_embedded(empty_home, patience=0)

    assert vault in generations.current().generation.snapshots
    workshop.publish(workshop.add(make_contents("2.0")))
    after = generations.current().generation.snapshots
    assert {(info.name, info.version) for info in after} >= {("fastapi", "2.0")}
    assert "maestro" in {info.name for info in after}


def an_installed(version: str, indexed_at: str) -> IndexedSnapshot:
    key = f"fastapi-{version}"
    return IndexedSnapshot(key, "fastapi", "installed", version, "", "", indexed_at, "", Counts())


def test_of_an_installed_package_a_few_versions_stay_for_other_environments() -> None:
    kept = [an_installed(f"0.{number}.0", f"2026-01-0{number}") for number in range(1, 4)]
    new = an_installed("0.9.0", "2026-01-09")

    assert with_parts(kept, [new]) == [kept[1], kept[2], new]
    assert with_parts(kept, [replace(kept[0], key="other")])[-1].key == "other"
    assert len(with_parts(kept, [replace(kept[0], key="other")])) == 3


def test_parts_that_are_there_do_not_lack(home: Home) -> None:
    infos = Generations(home.index).current().generation.snapshots

    assert missing_parts(infos) == ()
    assert {part.snapshot.name for part in missing_parts(())} == {
        "maestro",
        "fastapi",
        "starlette",
        "pydantic",
    }
    assert len({part.key for part in embedded_parts()}) == 4


@pytest.fixture(scope="module")
def own() -> tuple:
    return read_own_pages(own_snapshot("1.0")).sections


def test_every_guide_and_profile_is_there_under_its_name(own) -> None:
    ids = {(section.kind, section.id) for section in own}

    assert {("guide", guide.name) for guide in load_guides()} <= ids
    assert {("profile", profile.name) for profile in load_profiles()} <= ids
    assert len(ids) == len(own)


def test_every_ref_of_our_pages_reads_back(own) -> None:
    for section in own:
        assert parse_ref(section.ref).id == section.id


def test_a_guide_leads_to_the_places_in_the_docs_that_it_rests_on(own) -> None:
    guides = [section for section in own if section.kind == "guide" and "#" not in section.id]

    assert guides
    assert all(section.cites for section in guides)
    assert all(place.path.endswith(".md") for section in guides for place in section.cites)


def test_the_sections_of_a_rule_page_come_in_its_order(own) -> None:
    rules: dict[str, list[str]] = {}
    for section in own:
        if section.kind == "rule":
            rules.setdefault(section.id.partition("#")[0], []).append(section.id.partition("#")[2])

    assert rules
    assert all(anchors[:4] == ["", "bad", "good", "what-is-not-flagged"] for anchors in rules.values())
