"""Edits: applied exactly, never over one another, shown as a diff that can be applied."""

import subprocess
from difflib import unified_diff
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from maestro_knowledge.core.errors import BadArgument, Conflict
from maestro_knowledge.review import edits
from maestro_knowledge.review.edits import apply_edits, make_diff, make_shown_diff, overlaps
from maestro_knowledge.review.model import Edit


def test_edits_are_made_whatever_their_order() -> None:
    edits = [Edit("a.py", 4, 7, "two"), Edit("a.py", 0, 3, "one"), Edit("a.py", 7, 7, "!")]
    assert apply_edits("1__ 2__", edits) == "one two!"


def test_the_same_edit_from_two_findings_is_made_once() -> None:
    edit = Edit("a.py", 0, 0, "import asyncio\n")
    assert apply_edits("x = 1\n", [edit, edit]) == "import asyncio\nx = 1\n"


@pytest.mark.parametrize("second", [(2, 5), (0, 4), (1, 2), (0, 0)])
def test_edits_that_touch_the_same_characters_are_refused(second: tuple[int, int]) -> None:
    edits = [Edit("a.py", 0, 3, "x"), Edit("a.py", *second, "y")]
    assert overlaps(edits)
    with pytest.raises(Conflict, match="same characters"):
        apply_edits("abcdef", edits)


def test_edits_of_different_files_do_not_overlap() -> None:
    assert not overlaps([Edit("a.py", 0, 3, "x"), Edit("b.py", 0, 3, "y")])


def test_an_edit_beyond_the_text_is_refused() -> None:
    with pytest.raises(BadArgument, match="outside its text"):
        apply_edits("abc", [Edit("a.py", 2, 9, "x")])


@given(st.text(), st.text(), st.data())
def test_one_edit_changes_only_what_it_says(text: str, new: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert apply_edits(text, [Edit("a.py", start, end, new)]) == text[:start] + new + text[end:]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = 1\nb = 2\n", "a = 1\nb = 3\n"),
        ("a = 1\nb = 2", "a = 1\nb = 3"),
        ("a = 1\r\nb = 2\r\n", "a = 1\r\nb = 3\r\n"),
    ],
)
def test_a_diff_can_be_applied(before: str, after: str, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_bytes(before.encode())
    diff = make_diff("app.py", before, after).encode()
    subprocess.run(["git", "apply", "-"], input=diff, cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "app.py").read_bytes() == after.encode()


def test_no_change_is_no_diff() -> None:
    assert not make_diff("app.py", "a\n", "a\n")


def test_lines_with_secrets_around_a_change_are_left_out_and_in_it_masked() -> None:
    before = 'password = "hunter2secret"\nx = 1\n'
    assert make_shown_diff("a.py", before, before.replace("1", "2")).splitlines()[2:] == [
        "@@ -2 +2 @@",
        "-x = 1",
        "+x = 2",
    ]
    changed = make_shown_diff("a.py", before, before.replace("password", "api_key"))
    assert "hunter2secret" not in changed
    assert '-password = "****"' in changed


def test_a_change_far_down_has_its_own_line_numbers() -> None:
    before = "".join(f"line {number}\n" for number in range(1, 101))
    after = before.replace("line 50\n", "line 50\nnew\n").replace("line 90\n", "")
    heads = [line for line in make_diff("a.py", before, after).splitlines() if line.startswith("@@")]
    assert heads == ["@@ -48,6 +48,7 @@", "@@ -87,7 +88,6 @@"]


_LINES = st.lists(st.sampled_from(["a\n", "b\n", "\n", "c\r\n", "x", "d\n", "e\n", "f\n"]), max_size=9)
_NEW = st.lists(st.sampled_from(["n1\n", "n2\n", "a\n", "", "\n", "z"]), max_size=4)


@settings(max_examples=500)
@example(["a\n"] * 3, 1, 1, ["n1\n"])
@given(_LINES, st.integers(0, 9), st.integers(0, 9), _NEW)
def test_where_there_is_but_one_way_to_show_a_change_it_is_the_one_of_the_standard_library(
    old: list[str], start: int, end: int, come: list[str]
) -> None:
    start, end = sorted((start, end))
    new = [*old[:start], *come, *old[end:]]
    shown = edits._only_hunk("--- a/a.py\n+++ b/a.py\n", old, new, 0)
    if shown is not None:
        assert "".join(shown) == "".join(unified_diff(old, new, "a/a.py", "b/a.py", n=99))


def test_most_changes_have_but_one_way_to_be_shown() -> None:
    old = ["import time\n", "\n", "def f():\n", "    time.sleep(1)\n", "    return 1\n"]
    for new in (
        [*old[:3], "    pass\n", *old[4:]],
        [*old[:3], *old[4:]],
        [*old[:1], "import os\n", *old[1:]],
    ):
        assert edits._only_hunk("", old, new, 0)
