"""Release notes between two versions."""

import os
from pathlib import Path

import pytest
from packaging.version import Version

from maestro_knowledge.upgrade.migrations import load_migrations
from maestro_knowledge.upgrade.rows import find_rows, is_about
from maestro_knowledge.vault.catalog import find_source
from maestro_knowledge.vault.clone import open_checkout
from maestro_knowledge.vault.model import Change, Release, SourceRef
from maestro_knowledge.vault.releases import read_releases

HERE = SourceRef("fastapi", "git", "1.3.0")
RELEASES = (
    Release("1.3.0", "", (Change("fixed", "Fix cookies.", "#3"), Change("other", "Tidy up.")), HERE),
    Release(
        "1.2.0",
        "",
        (Change("breaking", "Drop forms with files.", "#2"), Change("added", "Add streams.")),
        HERE,
    ),
    Release("1.1.0", "", (Change("deprecated", "Deprecate `on_event`.", "#1"),), HERE),
)


def rows(after: str, until: str, topic: str = ""):
    return find_rows(RELEASES, (), Version(after), Version(until), topic)


def test_rows_are_those_after_one_version_and_up_to_the_other():
    found = rows("1.1.0", "1.3.0")
    assert [row.version for kind in found.values() for row in kind] == ["1.2.0", "1.2.0", "1.3.0"]
    assert rows("1.0.0", "1.1.0")["deprecated"][0].text == "Deprecate `on_event`."


def test_rows_have_their_pull_request_and_where_to_read():
    (row,) = rows("1.1.0", "1.3.0")["breaking"]
    assert (row.version, row.pr, row.ref) == ("1.2.0", "#2", "release:1.2.0")


def test_what_is_no_change_of_the_code_is_left_out():
    assert all(row.text != "Tidy up." for kind in rows("1.0.0", "1.3.0").values() for row in kind)


@pytest.mark.parametrize(
    ("topic", "text", "is_kept"),
    [
        ("", "Fix cookies.", True),
        ("cookie", "Fix cookies.", True),
        ("what changed about cookies?", "Fix cookies.", True),
        ("dependencies", "A dependency with yield", True),
        ("cookie samesite", "Fix cookies.", False),
        ("on_event", "Deprecate `on_event`.", True),
        ("websockets", "Fix cookies.", False),
    ],
)
def test_a_topic_keeps_what_speaks_of_it(topic, text, is_kept):
    assert is_about(topic, text) is is_kept


def test_known_changes_fill_in_where_no_notes_tell_of_a_version():
    known = load_migrations()
    found = find_rows((), known, Version("0.144.0"), Version("0.145.0"), "")
    assert ["`FastAPI()` takes no unknown keywords" in row.text for row in found["breaking"]] == [True]
    told = (Release("0.145.0", "", (Change("breaking", "As the notes say it.", "#9"),), HERE),)
    found = find_rows(told, known, Version("0.144.0"), Version("0.145.0"), "")
    assert [row.text for row in found["breaking"]] == ["As the notes say it."]


@pytest.mark.skipif(
    not os.environ.get("MAESTRO_EVAL_VAULT"), reason="MAESTRO_EVAL_VAULT names no checkout of FastAPI"
)
def test_the_real_notes_tell_of_known_changes():
    with open_checkout(Path(os.environ["MAESTRO_EVAL_VAULT"]), find_source("fastapi")) as tree:
        notes = next(path for path in tree.files() if path.endswith("docs/release-notes.md"))
        releases, _ = read_releases(
            tree.read(notes), file=notes, path="release-notes.md", url="", site="", snapshot=tree.snapshot
        )
    found = find_rows(releases, (), Version("0.110.0"), Version("0.141.1"), "")
    breaking = {(row.version, row.pr) for row in found["breaking"]}
    assert {("0.132.0", "#14978"), ("0.137.0", "#15745"), ("0.128.0", "#14609")} <= breaking
    about = find_rows(releases, (), Version("0.110.0"), Version("0.141.1"), "content type")
    assert [row.version for row in about["breaking"]] == ["0.132.0"]
