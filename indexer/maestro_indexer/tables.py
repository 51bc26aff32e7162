"""The tables of what people say, shipped beside the code: lines of `key = value`, and comments."""

from collections.abc import Iterator
from pathlib import Path

_DATA = Path(__file__).with_name("data")


def read_table(name: str) -> Iterator[tuple[str, str]]:
    """The pairs of the table `data/<name>.txt`, in its order."""
    return parse_table(table_bytes(name).decode("utf-8"))


def table_bytes(name: str) -> bytes:
    """The table as it is in its file."""
    return (_DATA / f"{name}.txt").read_bytes()


def parse_table(text: str) -> Iterator[tuple[str, str]]:
    """The pairs that `text` spells; lines that begin with `#` say nothing."""
    for line in text.splitlines():
        key, equals, value = line.partition(" = ")
        if equals and not line.startswith("# "):
            yield key.strip(), value.strip()
