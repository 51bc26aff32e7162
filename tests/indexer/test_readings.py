"""What was read from a source is kept, and understood by a release of ours that knows more fields, or fewer."""

import json
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from indexer.conftest import PAGES, make_contents

from maestro_indexer.manifests import READING
from maestro_indexer.readings import load_reading, open_reading, save_reading
from maestro_knowledge.core.errors import IndexMissing
from maestro_knowledge.vault.catalog import find_source
from maestro_knowledge.vault.contents import read_contents
from maestro_knowledge.vault.installed import own_site_packages, read_installed


def pack(*blocks: object) -> bytes:
    packed = [zlib.compress(json.dumps(block).encode()) for block in blocks]
    return json.dumps([len(block) for block in packed]).encode() + b"\n" + b"".join(packed)


def rewrite(folder: Path, change) -> None:
    line, _, rest = (folder / READING).read_bytes().partition(b"\n")
    blocks = []
    for length in json.loads(line):
        blocks.append(json.loads(zlib.decompress(rest[:length])))
        rest = rest[length:]
    (folder / READING).write_bytes(pack(*change(*blocks)))


def test_everything_that_a_real_package_gives_comes_back_equal(tmp_path: Path) -> None:
    contents = read_contents(read_installed(find_source("fastapi"), own_site_packages()))
    save_reading(tmp_path, contents)

    assert load_reading(tmp_path) == contents
    assert len(contents.symbols) > 100


def test_the_same_contents_are_the_same_bytes(tmp_path: Path) -> None:
    save_reading(tmp_path, make_contents("1.0"))
    first = (tmp_path / READING).read_bytes()
    save_reading(tmp_path, make_contents("1.0"))

    assert (tmp_path / READING).read_bytes() == first


def test_pages_that_are_kept_are_the_same_bytes_as_pages_that_are_written_anew(tmp_path: Path) -> None:
    old, new = make_contents("1.0"), make_contents("2.0", {**PAGES, "page-3": "changed", "page-x": "new"})
    save_reading(tmp_path, old)
    last = open_reading(tmp_path, new.snapshot)
    kept = {page.file: page for page in last.contents.pages}
    pages = tuple(kept[page.file] if kept.get(page.file) == page else page for page in new.pages)
    assert sum(page is kept.get(page.file) for page in pages) == len(PAGES) - 1

    save_reading(tmp_path, replace(new, pages=pages), last)
    by_copying = (tmp_path / READING).read_bytes()
    save_reading(tmp_path, new)

    assert (tmp_path / READING).read_bytes() == by_copying
    assert load_reading(tmp_path) == new


def test_a_text_of_another_version_than_the_snapshot_keeps_it(tmp_path: Path) -> None:
    contents = make_contents("1.0")
    foreign = make_contents("0.9", {"page-y": "older"}).pages
    mixed = replace(contents, pages=(*contents.pages, *foreign))
    save_reading(tmp_path, mixed)

    assert load_reading(tmp_path) == mixed
    assert open_reading(tmp_path, make_contents("2.0").snapshot).contents.pages[-1:] == foreign


def test_a_field_that_was_not_there_yet_gets_its_default(tmp_path: Path) -> None:
    save_reading(tmp_path, make_contents("1.0"))

    def forget_places(head, *pages):
        names = head[0]
        place = names["Section"].index("place")
        del names["Section"][place]
        for page in pages:
            for section in page[names["PageContents"].index("sections")]:
                del section[place]
        return head, *pages

    rewrite(tmp_path, forget_places)

    assert load_reading(tmp_path) == make_contents("1.0")
    assert open_reading(tmp_path).blocks == {}


def test_a_field_that_is_no_longer_there_is_passed_over(tmp_path: Path) -> None:
    save_reading(tmp_path, make_contents("1.0"))

    def add_moods(head, *pages):
        head[0]["Snapshot"].append("mood")
        head[1].append("cheerful")
        head[0]["SourceRef"].insert(1, "mood")
        sections = head[0]["PageContents"].index("sections")
        source = head[0]["Section"].index("source")
        for page in pages:
            for section in page[sections]:
                section[source].insert(1, "cheerful")
        return head, *pages

    rewrite(tmp_path, add_moods)

    assert load_reading(tmp_path) == make_contents("1.0")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"garbage",
        b"[]\n",
        b"[7]\ngarbage",
        b"[8]\ngarbage",
        b"{}\n",
        pack([]),
        pack([{}, [], []]),
        pack([{"Snapshot": ["x"]}, 1, 2]),
        pack([{"Snapshot": ["name"]}, ["x"], []], ["page"]),
        b"[3]\n\xff\xff\xff",
        b"[-1, 1]\n",
        pack([{}, ["fastapi", "git", "1"], []])[:-1],
    ],
)
def test_garbage_is_said_with_the_mend(tmp_path: Path, content: bytes) -> None:
    (tmp_path / READING).write_bytes(content)

    with pytest.raises(IndexMissing, match="--force"):
        load_reading(tmp_path)


def test_a_reading_that_is_not_there_is_said_with_the_mend(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="--force"):
        load_reading(tmp_path)
