"""Whatever a text holds, its block is closed by us alone, and no larger than allowed."""

from hypothesis import given
from hypothesis import strategies as st

from maestro_server.expert.quoting import fenced, one_line, quoted

TEXT = st.text(alphabet=st.sampled_from("`~ab\n\r\x00\x1b\u202e\ud800 "), max_size=300)


@given(text=TEXT, limit=st.integers(8, 80), keep_end=st.booleans())
def test_nothing_in_a_block_can_close_it(text: str, limit: int, keep_end: bool) -> None:
    lines = fenced(text, limit, keep_end=keep_end).split("\n")
    fence = lines[0].removesuffix("text")
    assert set(fence) == {"`"}
    assert lines[-1] == fence
    assert all(fence not in line for line in lines[1:-1])
    assert len("\n".join(lines[1:-1])) <= limit + 40
    assert not {"\x00", "\x1b", "\u202e", "\ud800", "\r"} & set("".join(lines))


def test_what_is_cut_is_counted() -> None:
    assert "… (90 more characters)" in fenced("x" * 100, 10)
    assert "more characters" not in fenced("x" * 10, 10)


def test_the_end_is_kept_where_it_says_most() -> None:
    shown = fenced("begin" + "-" * 1000 + "end", 40, keep_end=True)
    assert shown.startswith("```text\nbegin")
    assert shown.endswith("end\n```")


def test_nothing_is_quoted_of_nothing() -> None:
    assert quoted("Task", " \n") == ""


@given(text=TEXT)
def test_one_line_is_one_line(text: str) -> None:
    shown = one_line(text, 50)
    assert len(shown) <= 50
    assert not {"\n", "`"} & set(shown)
