"""Finds, reads and parses the Python files below a folder and does nothing else: no review costs less."""

import ast
import gc
import os
import sys
import warnings
from collections.abc import Iterable, Iterator


def parse_all(files: Iterable[str | os.PathLike[str]]) -> None:
    """Parses each file, and lets go of its tree; what is no Python is passed over."""
    for file in files:
        with open(file, "rb") as opened:  # noqa: PTH123 - importing pathlib is no part of parsing
            content = opened.read()
        try:
            ast.parse(content)
        except (SyntaxError, ValueError, RecursionError):
            continue


def files_below(folder: str) -> Iterator[str]:
    """Every Python file at any depth."""
    for place, _, names in os.walk(folder):
        for name in names:
            path = f"{place}/{name}"
            if name.endswith(".py") and os.path.isfile(path):  # noqa: PTH113 - see above
                yield path


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    gc.disable()
    parse_all(files_below(sys.argv[1]))
