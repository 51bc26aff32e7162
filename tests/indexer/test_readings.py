"""What was read from a source is kept, and understood by a release of ours that knows more fields, or fewer."""

import gzip
import json
from pathlib import Path

import pytest
from indexer.conftest import make_contents

from maestro_indexer.manifests import READING
from maestro_indexer.readings import load_reading, save_reading
from maestro_knowledge.core.errors import IndexMissing
from maestro_knowledge.vault.catalog import find_source
from maestro_knowledge.vault.contents import read_contents
from maestro_knowledge.vault.installed import own_site_packages, read_installed


def rewrite(folder: Path, change) -> None:
    contents, names = json.loads(gzip.decompress((folder / READING).read_bytes()))
    (folder / READING).write_bytes(gzip.compress(json.dumps(change(contents, names)).encode()))


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


def test_a_field_that_was_not_there_yet_gets_its_default(tmp_path: Path) -> None:
    save_reading(tmp_path, make_contents("1.0"))

    def forget_places(contents, names):
        place = names["Section"].index("place")
        del names["Section"][place]
        for page in contents[1]:
            for section in page[names["PageContents"].index("sections")]:
                del section[place]
        return contents, names

    rewrite(tmp_path, forget_places)

    assert load_reading(tmp_path) == make_contents("1.0")


def test_a_field_that_is_no_longer_there_is_passed_over(tmp_path: Path) -> None:
    save_reading(tmp_path, make_contents("1.0"))

    def add_a_mood(contents, names):
        names["Snapshot"].append("mood")
        contents[0].append("cheerful")
        return contents, names

    rewrite(tmp_path, add_a_mood)

    assert load_reading(tmp_path) == make_contents("1.0")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"garbage",
        gzip.compress(b"[]"),
        gzip.compress(b"[[], {}]"),
        gzip.compress(b'[1, {"Contents": ["x"]}]'),
        gzip.compress(b"\xff"),
    ],
    ids=["empty", "garbage", "list", "wrong shape", "unknown fields", "not text"],
)
def test_garbage_is_said_with_the_mend(tmp_path: Path, content: bytes) -> None:
    (tmp_path / READING).write_bytes(content)

    with pytest.raises(IndexMissing, match="--force"):
        load_reading(tmp_path)


def test_a_reading_that_is_not_there_is_said_with_the_mend(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="--force"):
        load_reading(tmp_path)
