"""A reader sees one whole generation or the next, whatever happens to the files."""

import gc
import os
import threading
from pathlib import Path

import pytest
from indexer.conftest import PAGES, Workshop, find, make_contents, texts

from maestro_indexer.generations import Generations
from maestro_indexer.manifests import MANIFEST
from maestro_knowledge.core.errors import IndexMissing


def segments(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.seg"))


def test_what_was_published_is_found(workshop: Workshop) -> None:
    generation = workshop.publish_new("1.0")

    view = workshop.generations.current()

    assert view.generation == generation
    assert view.problem == ""
    assert texts(view) == {f"1.0:{page}": text for page, text in PAGES.items()}
    assert find(view, "topic7") == {"page-7"}


def test_an_index_that_was_never_made_is_said_with_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="indexer refresh"):
        Generations(tmp_path / "index").current()


def test_a_reader_takes_up_the_next_generation_at_its_next_call(workshop: Workshop) -> None:
    workshop.publish_new("1.0")
    before = workshop.generations.current()
    workshop.publish_new("2.0")

    assert workshop.generations.current().generation.snapshots[0].version == "2.0"
    assert before.generation.snapshots[0].version == "1.0"


def test_nothing_new_costs_one_stat_and_no_other_system_call(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.publish_new("1.0")
    view = workshop.generations.current()
    calls = []
    real_stat = os.stat

    def counted(path: Path) -> os.stat_result:
        calls.append(path)
        return real_stat(path)

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a file was opened")

    monkeypatch.setattr(os, "stat", counted)
    monkeypatch.setattr("builtins.open", refused)
    monkeypatch.setattr(Path, "open", refused)

    assert [workshop.generations.current() for _ in range(5)] == [view] * 5
    assert len(calls) == 5


def test_an_old_generation_stays_readable_while_it_is_held_even_when_pruned(workshop: Workshop) -> None:
    workshop.publish_new("1.0")
    held = workshop.generations.current()
    for version in ("2.0", "3.0", "4.0"):
        workshop.publish_new(version)
        workshop.generations.prune()

    assert not (workshop.generations.snapshots / held.snapshots[0].info.key).exists()
    assert find(held, "topic3") == {"page-3"}
    assert len(texts(held)) == len(PAGES)


def test_the_last_two_generations_are_kept_and_the_rest_goes(workshop: Workshop) -> None:
    names = [workshop.publish_new(version).id for version in ("1.0", "2.0", "3.0")]
    (workshop.generations.building / "left-behind").mkdir()
    (workshop.generations.folder / ".current.abc").write_text("half")

    gone = workshop.generations.prune()

    assert [generation.id for generation in workshop.generations.published()] == [names[2], names[1]]
    assert sorted(path.name.split("-")[1] for path in workshop.generations.snapshots.iterdir()) == [
        "2.0",
        "3.0",
    ]
    assert {"left-behind", ".current.abc", f"{names[0]}.json"} <= set(gone)
    assert workshop.generations.prune() == ()


def test_a_snapshot_that_did_not_change_is_shared_with_what_was_derived_from_it(workshop: Workshop) -> None:
    old = workshop.add(make_contents("1.0"))
    workshop.publish(old)
    first = workshop.generations.current().snapshots[0]
    derived = first.memo("words", lambda: ["derived"])
    workshop.publish(old, workshop.add(make_contents("2.0")))

    again = next(s for s in workshop.generations.current().snapshots if s.info.key == old.key)

    assert again is first
    assert again.memo("words", list) is derived


def test_a_memo_is_made_once_however_many_threads_ask(workshop: Workshop) -> None:
    workshop.publish_new("1.0")
    snapshot = workshop.generations.current().snapshots[0]
    made = []
    ready = threading.Barrier(8)

    def ask() -> None:
        ready.wait()
        snapshot.memo("slow", lambda: made.append(sum(range(100_000))) or "made")

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 1


def test_readers_in_threads_never_see_a_gap_while_generations_come_and_go(workshop: Workshop) -> None:
    workshop.publish_new("1.0")
    stop = threading.Event()
    wrong: list[object] = []
    looks = [0] * 3

    def read(number: int) -> None:
        while not stop.is_set():
            try:
                view = workshop.generations.current()
                version = view.generation.snapshots[0].version
                if view.problem or find(view, "topic5") != {"page-5"} or len(view.snapshots) != 1:
                    wrong.append((version, view.problem))
            except Exception as error:
                wrong.append(error)
            looks[number] += 1

    threads = [threading.Thread(target=read, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for version in range(2, 14):
        workshop.publish_new(f"{version}.0")
        workshop.generations.prune()
    stop.set()
    for thread in threads:
        thread.join()

    assert wrong == []
    assert min(looks) > 10


def test_a_reader_from_another_process_never_finds_a_pruned_generation(workshop: Workshop) -> None:
    """Each look opens everything anew, as a process that has just started does."""
    workshop.publish_new("1.0")
    stop = threading.Event()
    wrong: list[object] = []

    def read() -> None:
        while not stop.is_set():
            try:
                view = Generations(workshop.generations.folder).current()
                if view.problem or find(view, "topic5") != {"page-5"}:
                    wrong.append(view.problem)
            except Exception as error:
                wrong.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    for version in range(2, 14):
        workshop.publish_new(f"{version}.0")
        workshop.generations.prune(1)
    stop.set()
    thread.join()

    assert wrong == []


def test_a_generation_pruned_between_its_mark_and_its_manifest_is_looked_for_again(
    workshop: Workshop,
) -> None:
    """The narrowest moment of a publish beside a reader: its only manifest goes while it is about to read it."""
    workshop.publish_new("1.0")
    reader = Generations(workshop.generations.folder)
    mark = reader._mark
    looked: list[None] = []

    def mark_and_then_publish() -> tuple[int, ...] | None:
        seen = mark()
        looked.append(None)
        if len(looked) == 2:
            for path in (workshop.generations.folder / "generations").glob("*.json"):
                path.unlink()
        if len(looked) == 3:
            workshop.publish_new("2.0")
            return mark()
        return seen

    reader._mark = mark_and_then_publish  # type: ignore[method-assign]

    assert find(reader.current(), "topic5") == {"page-5"}
    assert reader.current().generation.snapshots[0].version == "2.0"


@pytest.mark.parametrize(
    "pointer", [b"", b"\x00\xff\xfe garbage", b"000099-deadbeef\n", b"../../etc/passwd", b"x" * 10_000]
)
def test_a_garbage_pointer_leaves_the_last_generation_serving(workshop: Workshop, pointer: bytes) -> None:
    workshop.publish_new("1.0")
    workshop.publish_new("2.0")
    (workshop.generations.folder / "current").write_bytes(pointer)

    view = Generations(workshop.generations.folder).current()

    assert view.generation.snapshots[0].version == "2.0"
    assert "indexer refresh" in view.problem


def test_a_missing_pointer_leaves_the_last_generation_serving(workshop: Workshop) -> None:
    workshop.publish_new("1.0")
    workshop.generations.current()
    (workshop.generations.folder / "current").unlink()

    assert "indexer refresh" in workshop.generations.current().problem
    assert find(workshop.generations.current(), "topic1") == {"page-1"}


def test_a_deleted_generation_leaves_the_one_before_serving(workshop: Workshop) -> None:
    workshop.publish_new("1.0")
    newest = workshop.publish_new("2.0")
    (workshop.generations.folder / "generations" / f"{newest.id}.json").unlink()

    view = Generations(workshop.generations.folder).current()

    assert view.generation.snapshots[0].version == "1.0"
    assert "indexer refresh" in view.problem


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"id": 3}', b"\xff" * 100, b"[" * 100_000])
def test_a_garbage_manifest_leaves_the_generation_before_serving(workshop: Workshop, content: bytes) -> None:
    workshop.publish_new("1.0")
    newest = workshop.publish_new("2.0")
    (workshop.generations.folder / "generations" / f"{newest.id}.json").write_bytes(content)

    view = Generations(workshop.generations.folder).current()

    assert view.generation.snapshots[0].version == "1.0"
    assert view.problem


def damage_by_cutting(segment: Path) -> None:
    content = segment.read_bytes()
    segment.unlink()
    segment.write_bytes(content[: len(content) // 2])


def damage_by_flipping(segment: Path) -> None:
    content = bytearray(segment.read_bytes())
    content[len(content) // 2] ^= 0xFF
    segment.unlink()
    segment.write_bytes(content)


@pytest.mark.parametrize("damage", [damage_by_cutting, damage_by_flipping, Path.unlink])
def test_a_damaged_segment_is_noticed_and_the_version_before_stands_in(workshop: Workshop, damage) -> None:
    workshop.publish_new("1.0")
    newest = workshop.publish_new("2.0")
    damage(segments(workshop.generations.snapshots / newest.snapshots[0].key)[0])

    view = Generations(workshop.generations.folder).current()

    assert view.generation.snapshots[0].version == "1.0"
    assert len(texts(view)) == len(PAGES)
    assert newest.snapshots[0].key in view.problem
    assert "indexer refresh" in view.problem


def test_one_damaged_snapshot_does_not_take_the_others_with_it(workshop: Workshop) -> None:
    good, bad = workshop.add(make_contents("1.0"), ref="1.0"), workshop.add(make_contents("2.0"), ref="2.0")
    workshop.publish(good, bad)
    damage_by_cutting(segments(workshop.generations.snapshots / bad.key)[0])

    view = Generations(workshop.generations.folder).current()

    assert [snapshot.info for snapshot in view.snapshots] == [good]
    assert view.lost == (bad,)
    assert view.generation.snapshots == (good,)


def test_an_index_of_another_schema_is_not_opened(workshop: Workshop) -> None:
    generation = workshop.publish_new("1.0")
    manifest = workshop.generations.snapshots / generation.snapshots[0].key / MANIFEST
    manifest.write_text(manifest.read_text().replace('"format": "schema ', '"format": "schema of old '))

    with pytest.raises(IndexMissing, match="was written for schema of old"):
        Generations(workshop.generations.folder).current()


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_an_index_that_other_users_may_write_to_is_not_opened(workshop: Workshop) -> None:
    generation = workshop.publish_new("1.0")
    folder = workshop.generations.snapshots / generation.snapshots[0].key
    folder.chmod(0o777)

    with pytest.raises(IndexMissing, match="other users may write"):
        Generations(workshop.generations.folder).current()


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_what_is_written_is_closed_to_other_users(workshop: Workshop) -> None:
    workshop.publish_new("1.0")

    folders = [workshop.generations.folder, workshop.generations.snapshots, workshop.generations.building]
    assert {folder.stat().st_mode & 0o777 for folder in folders} == {0o700}


def test_a_manifest_cannot_name_a_folder_elsewhere(workshop: Workshop) -> None:
    generation = workshop.publish_new("1.0")
    manifest = workshop.generations.folder / "generations" / f"{generation.id}.json"
    key = generation.snapshots[0].key
    manifest.write_text(manifest.read_text().replace(f'"{key}"', f'"../snapshots/{key}"'))

    with pytest.raises(IndexMissing):
        Generations(workshop.generations.folder).current()


def test_a_view_that_is_let_go_leaves_no_open_file_behind(workshop: Workshop) -> None:
    open_files = Path("/proc/self/fd")
    if not open_files.exists():
        pytest.skip("needs /proc to count open files")
    workshop.publish_new("0.0")
    workshop.generations.current()
    gc.collect()
    before = len(list(open_files.iterdir()))
    for version in range(1, 6):
        workshop.publish_new(f"{version}.0")
        workshop.generations.current()
        workshop.generations.prune()
    gc.collect()

    assert len(list(open_files.iterdir())) <= before


def test_what_was_replaced_before_everything_broke_does_not_come_back(workshop: Workshop) -> None:
    workshop.publish_new("1.0")
    newest = workshop.publish_new("2.0")
    for segment in workshop.generations.snapshots.glob("*/*.seg"):
        segment.unlink()

    view = Generations(workshop.generations.folder).look()

    assert view.snapshots == ()
    assert view.lost == newest.snapshots
    assert view.generation.id == newest.id
