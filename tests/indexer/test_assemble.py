"""A snapshot made from the one before is the same as one made from nothing."""

import os
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from indexer.conftest import PAGES, Workshop, find, make_contents, texts

from maestro_indexer.assemble import Last, add_snapshot, describe, free_key, hold_in_memory, make_key
from maestro_indexer.checks import check_build, check_size, verify_snapshot
from maestro_indexer.generations import Generations
from maestro_indexer.readings import Reading, load_reading
from maestro_indexer.snapshots import check_snapshot, open_snapshot
from maestro_knowledge.core.errors import Conflict, IndexMissing

MANY = {f"page-{number}": f"All about topic{number}." for number in range(60)}


def segments(workshop: Workshop, key: str) -> list[Path]:
    return sorted((workshop.generations.snapshots / key).glob("*.seg"))


def test_one_changed_page_is_written_beside_the_segments_that_stay(workshop: Workshop) -> None:
    first = make_contents("1.0", MANY)
    old = workshop.add(first)
    changed = {**MANY, "page-7": "Now it speaks of giraffes."}
    new = workshop.add(make_contents("1.1", changed), last=first)
    workshop.publish(new)
    view = workshop.generations.current()

    assert texts(view) == {f"1.1:{page}": text for page, text in changed.items()}
    assert find(view, "giraff") == {"page-7"}
    assert find(view, "topic7") == set()
    shared = {path.stat().st_ino for path in segments(workshop, old.key)} & {
        path.stat().st_ino for path in segments(workshop, new.key)
    }
    assert len(shared) == 1
    assert len(segments(workshop, new.key)) == 2


def test_the_snapshot_before_is_not_touched_by_its_successor(workshop: Workshop) -> None:
    first = make_contents("1.0", MANY)
    old = workshop.add(first)
    workshop.add(make_contents("1.1", {**MANY, "page-7": "changed"}), last=first)

    check_snapshot(workshop.generations.snapshots / old.key, thorough=True)
    workshop.publish(old)
    assert texts(workshop.generations.current()) == {f"1.0:{page}": text for page, text in MANY.items()}


def test_a_version_without_a_change_writes_no_segment_at_all(workshop: Workshop) -> None:
    first = make_contents("1.0", MANY)
    workshop.add(first)
    new = workshop.add(make_contents("1.1", MANY), last=first)
    workshop.publish(new)

    assert len(segments(workshop, new.key)) == 1
    assert set(texts(workshop.generations.current())) == {f"1.1:{page}" for page in MANY}


def test_much_change_and_many_segments_end_in_one_fresh_segment(workshop: Workshop) -> None:
    last = make_contents("1.0", MANY)
    info = workshop.add(last)
    counts = []
    for number in range(1, 12):
        new = make_contents(f"1.{number}", {**MANY, "page-3": f"change number {number}"})
        info = workshop.add(new, last=last)
        counts.append(len(segments(workshop, info.key)))
        last = new
    assert max(counts) <= 8
    assert counts.count(1) >= 1

    rewritten = make_contents("2.0", {page: text + " rewritten" for page, text in MANY.items()})
    assert len(segments(workshop, workshop.add(rewritten, last=last).key)) == 1


def test_what_the_index_before_got_wrong_is_not_handed_on(workshop: Workshop) -> None:
    """The index holds other words than were read, as one does that older code of ours made."""
    lied = make_contents("1.0", {**MANY, "page-0": "Nothing of the kind."})
    workshop.add(lied)
    changed = make_contents("1.1", {**MANY, "page-7": "changed"})
    before = workshop.generations.snapshots / make_key(lied.snapshot, "tests")
    key = make_key(changed.snapshot, "tests")
    info = describe(changed, key=key, ref="latest", indexed_at="now", made_by="tests")

    add_snapshot(workshop.generations, changed, info, last=Last(before, Reading(make_contents("1.0", MANY))))

    assert len(segments(workshop, key)) == 1
    assert verify_snapshot(workshop.generations.snapshots / key, info) == ""


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_any_chain_of_changes_ends_where_a_full_build_ends(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    dice = random.Random(seed)
    workshop = Workshop(tmp_path_factory.mktemp("chain") / "index")
    pages = dict(MANY)
    last = make_contents("0.0", pages)
    workshop.add(last)
    for number in range(1, 5):
        for page in dice.sample(sorted(pages), min(len(pages), dice.randrange(6))):
            if dice.random() < 0.3:
                del pages[page]
            else:
                pages[page] = f"text {dice.randrange(50)}"
        for _ in range(dice.randrange(3)):
            pages[f"new-{dice.randrange(100)}"] = "another page"
        contents = make_contents(f"0.{number}", pages)
        info = workshop.add(contents, last=last)
        last = contents
    workshop.publish(info)

    assert texts(workshop.generations.current()) == {f"0.4:{page}": text for page, text in pages.items()}
    assert verify_snapshot(workshop.generations.snapshots / info.key, info) == ""


def test_what_was_read_comes_back_as_it_was(workshop: Workshop) -> None:
    contents = make_contents("1.0")
    info = workshop.add(contents)
    workshop.publish(info)

    assert load_reading(workshop.generations.snapshots / info.key) == contents
    assert workshop.generations.current().snapshots[0].contents == contents


def test_a_build_that_breaks_off_leaves_nothing_but_scratch(workshop: Workshop) -> None:
    class Stop(Exception):
        pass

    def stop(stage: str, done: int, total: int) -> None:
        if done > total // 2:
            raise Stop

    contents = make_contents("1.0")
    info = describe(contents, key="broken-off", ref="latest", indexed_at="now", made_by="t")
    with pytest.raises(Stop):
        add_snapshot(workshop.generations, contents, info, progress=stop)

    assert list(workshop.generations.snapshots.iterdir()) == []
    workshop.generations.prune()
    assert list(workshop.generations.building.iterdir()) == []


def test_a_key_is_never_used_for_two_builds(workshop: Workshop) -> None:
    contents = make_contents("1.0")
    first, second = workshop.add(contents), workshop.add(contents)

    assert second.key == f"{first.key}~2"
    assert free_key(workshop.generations, first.key) == f"{first.key}~3"


def test_a_key_is_a_plain_file_name_whatever_the_source_is_called() -> None:
    contents = make_contents("../../1.0 beta/\N{SNOWMAN}", name="fast/../api", commit="../x")

    key = make_key(contents.snapshot, "tests")

    assert os.sep not in key
    assert not key.startswith(".")
    assert key.isascii()


def test_a_snapshot_in_memory_answers_as_one_on_disk_and_writes_nothing(tmp_path: Path) -> None:
    contents = make_contents("1.0")
    made = Workshop(tmp_path / "elsewhere")
    info = made.add(contents)
    snapshot = hold_in_memory(contents, info)

    view = Generations(tmp_path / "nothing", (snapshot,)).current()

    assert texts(view) == {f"1.0:{page}": text for page, text in PAGES.items()}
    assert find(view, "topic4") == {"page-4"}
    assert view.snapshots[0].contents == contents
    assert not (tmp_path / "nothing").exists()


def test_an_index_with_other_sections_than_were_read_is_refused(workshop: Workshop) -> None:
    info = workshop.add(make_contents("1.0"))
    snapshot = open_snapshot(workshop.generations.snapshots / info.key, info)

    with pytest.raises(IndexMissing, match="20 sections where 19"):
        check_build(snapshot, make_contents("1.0").sections[1:])
    with pytest.raises(IndexMissing, match="is there 0 times"):
        check_build(snapshot, make_contents("1.0", {"other": "x", **dict(list(PAGES.items())[1:])}).sections)


def test_a_source_that_lost_most_of_its_pages_is_not_taken_for_a_release(workshop: Workshop) -> None:
    last, new = (
        workshop.add(make_contents("1.0")),
        workshop.add(make_contents("2.0", {"page-1": "all that is left"})),
    )

    with pytest.raises(Conflict, match=r"1 pages where 1\.0 has 20"):
        check_size(new, last)
    check_size(last, new)
    check_size(new, None)
