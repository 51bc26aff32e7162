"""Release notes: versions, dates, kinds of change, pull requests."""

import pytest
from knowledge.vault.sources import MINI_VAULT

from maestro_knowledge.vault.model import Change, Snapshot
from maestro_knowledge.vault.releases import read_date, read_releases

SNAPSHOT = Snapshot("fastapi", "git", "1.1.0")


def read(text: str):
    return read_releases(
        text.encode(),
        file="notes.md",
        path="release-notes.md",
        url="https://e.com/notes/",
        site="",
        snapshot=SNAPSHOT,
    )


def changes(text: str) -> list[Change]:
    return list(read(f"## 1.0.0\n\n{text}")[0][0].changes)


def test_each_version_is_a_release_and_a_section():
    releases, sections = read((MINI_VAULT / "docs/en/docs/release-notes.md").read_text())
    assert [(r.version, r.date) for r in releases] == [("1.1.0", "2026-05-04"), ("1.0.0", "")]
    assert [(s.ref, s.title, s.place.anchor) for s in sections] == [
        ("release:1.1.0", "1.1.0 (2026-05-04)", "110-2026-05-04"), ("release:1.0.0", "1.0.0", "100"),
    ]  # fmt: skip
    assert sections[0].url == "https://e.com/notes/#110-2026-05-04"
    assert sections[0].order > sections[1].order


def test_changes_are_told_by_kind_with_their_pull_request():
    releases, _ = read((MINI_VAULT / "docs/en/docs/release-notes.md").read_text())
    assert releases[0].changes == (
        Change("breaking", "Drop support for Python 3.9.", "#21"),
        Change("added", "Add `app.head()`.\n- It answers without a body.", "#20"),
        Change("other", "Tell what is deprecated.", "#22"),
        Change("other", "Add a page.", "#18"),
        Change("other", "Add another.", "#19"),
    )
    assert [change.kind for change in releases[1].changes] == ["added", "deprecated", "fixed"]


def test_what_is_not_released_yet_is_in_no_version():
    releases, sections = read((MINI_VAULT / "docs/en/docs/release-notes.md").read_text())
    assert "Not released" not in repr(releases) + repr(sections)


def test_the_text_has_no_credits_and_counts_translations():
    _, sections = read((MINI_VAULT / "docs/en/docs/release-notes.md").read_text())
    assert sections[0].body == (
        "**Breaking Changes**\n\n- Drop support for Python 3.9. (#21)\n\n**Features**\n\n- Add `app.head()`. (#20)\n"
        "  - It answers without a body.\n\n**Docs**\n\n- Tell what is deprecated. (#22)\n\n**Translations: 2**"
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("* Deprecate `x`.", "deprecated"),
        ("* `x` is deprecated, use `y`.", "deprecated"),
        ("* Fix a deprecation warning in tests.", "fixed"),
        ("* 💥 Remove `x`.", "breaking"),
        ("* Drop Python 3.7 support.", "breaking"),
        ("### Fixes\n\n* Something.", "fixed"),
        ("### Security fixes\n\n* Something.", "fixed"),
        ("### Breaking Changes - Fixes\n\n* Something.", "breaking"),
        ("### Internal\n\n* Drop support for an old tool.", "other"),
        ("### Upgrades\n\n* Raise the minimum.", "other"),
    ],
)
def test_the_kind_of_a_change_follows_its_group_then_its_words(text, kind):
    assert [change.kind for change in changes(text)] == [kind]


@pytest.mark.parametrize(
    ("line", "text", "pull"),
    [
        (
            "* ✨ Add x. PR [#12](https://github.com/a/b/pull/12) by [@c](https://github.com/c).",
            "Add x.",
            "#12",
        ),
        ("* Add x. PR #12 by @c.", "Add x.", "#12"),
        ("- Add x by @c in [#12](https://github.com/a/b/pull/12)", "Add x", "#12"),
        ("* Add x. (#12)", "Add x. (#12)", "#12"),
        ("* Add x, by hand.", "Add x, by hand.", ""),
    ],
)
def test_credits_are_taken_off_and_pull_requests_kept(line, text, pull):
    assert [(change.text, change.pr) for change in changes(line)] == [(text, pull)]


@pytest.mark.parametrize(
    ("heading", "version", "date"),
    [
        ("## 0.95.0 (2023-03-18)", "0.95.0", "2023-03-18"),
        ("## v2.13.0 (2026-04-13)", "2.13.0", "2026-04-13"),
        ("## 1.3.1 (June 12, 2026)", "1.3.1", "2026-06-12"),
        ("## 0.28.1 (6th December, 2024)", "0.28.1", "2024-12-06"),
        ("## [1.0.0] - 2024-01-02", "1.0.0", "2024-01-02"),
        ("## 1.0.0b1 - someday", "1.0.0b1", "someday"),
    ],
)
def test_headings_of_every_project_in_the_catalog_are_understood(heading, version, date):
    (release,) = read(f"{heading}\n\n* X.\n")[0]
    assert (release.version, release.date) == (version, date)


def test_other_headings_of_the_same_size_belong_to_the_version_above():
    releases, _ = read("## 1.0.0\n\n## Features\n\n* X.\n\n## 2.0\n")
    assert [(r.version, [c.kind for c in r.changes]) for r in releases] == [("1.0.0", ["added"]), ("2.0", [])]


def test_a_version_that_is_told_twice_is_told_once():
    assert [r.version for r in read("## 1.0.0\n\n* A.\n\n## 1.0.0\n\n* B.\n")[0]] == ["1.0.0"]


def test_a_date_that_is_none_stays_as_it_is():
    assert read_date("31st February, 2024") == "31st February, 2024"
