"""A text is cut between its blocks: nothing is lost, nothing is said twice, no code is torn."""

from hypothesis import given
from hypothesis import strategies as st

from maestro_server.expert.blocks import LONGEST, cut_blocks, split_blocks

PAGE = """# Title

First paragraph.

```python
def a():

    return 1
```

- one
- two

## Next

Last."""


def test_code_with_blank_lines_is_one_block_and_headings_lead_theirs() -> None:
    assert split_blocks(PAGE) == (
        "# Title\n\nFirst paragraph.",
        "```python\ndef a():\n\n    return 1\n```",
        "- one\n- two",
        "## Next\n\nLast.",
    )


def test_code_that_no_answer_holds_is_parted_and_stays_fenced() -> None:
    code = "```python\n" + "\n".join(f"x{n} = {n}" for n in range(5000)) + "\n```"
    parts = split_blocks(code)
    assert len(parts) > 1
    assert all(part.startswith("```python\n") and part.endswith("\n```") for part in parts)
    assert all(len(part) <= LONGEST for part in parts)
    assert sum(part.count(" = ") for part in parts) == 5000


@given(st.text("ab #`~>-\n", max_size=400), st.integers(1, 60))
def test_paging_through_shows_every_block_once(text: str, room: int) -> None:
    blocks = split_blocks(text)
    seen: list[str] = []
    start = 0
    while start < len(blocks):
        shown, after = cut_blocks(blocks, start, room)
        assert after > start
        seen += shown
        start = after
    assert tuple(seen) == blocks
    assert "".join("".join(seen).split()) == "".join(text.split())
