"""One step of the work, alone in this process: prints what it took as JSON. `steps.py STEP VAULT REF [FOLDER]`."""

import json
import re
import resource
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from maestro_indexer.build import build_index, distinct_sections
from maestro_indexer.storage import FolderStorage
from maestro_knowledge.vault.catalog import find_source
from maestro_knowledge.vault.clone import open_checkout
from maestro_knowledge.vault.contents import read_contents
from maestro_knowledge.vault.model import Section

HEADING = re.compile(r"^#{1,6} ", re.M)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def split_files(vault: Path, ref: str) -> int:
    """The bare loop: every file that a refresh reads, read from git and split at its headings."""
    with open_checkout(vault, find_source("fastapi"), ref=ref) as tree:
        texts = (tree.read(path).decode("utf-8", "replace") for path in tree.files())
        return sum(len(HEADING.split(text)) for text in texts)


def read_sections(vault: Path, ref: str) -> tuple[Section, ...]:
    with open_checkout(vault, find_source("fastapi"), ref=ref) as tree:
        return distinct_sections(read_contents(tree).pages)


def write_fts5(sections: tuple[Section, ...], folder: Path) -> None:
    """SQLite's full-text index of the same sections, with the whole section beside it."""
    with sqlite3.connect(folder / "fts5.sqlite") as database:
        database.execute(
            "create virtual table found using fts5(title, trail, body, tokenize='porter unicode61')"
        )
        database.execute("create table sections (key text primary key, section text)")
        for section in sections:
            text = (section.title, " ".join(section.trail), section.body)
            database.execute("insert into found values (?, ?, ?)", text)
            database.execute(
                "insert into sections values (?, ?)", (f"{section.kind}:{section.id}", repr(section))
            )


def main(step: str, vault: Path, ref: str, folder: Path) -> None:
    if step == "loop":
        seconds, count = timed(lambda: split_files(vault, ref))
    elif step == "read":
        seconds, sections = timed(lambda: read_sections(vault, ref))
        count = len(sections)
    else:
        sections = read_sections(vault, ref)
        count = len(sections)
        write = {
            "whoosh": lambda: build_index(FolderStorage(folder), sections),
            "fts5": lambda: write_fts5(sections, folder),
        }[step]
        seconds, _ = timed(write)
    size = sum(path.stat().st_size for path in folder.iterdir())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": seconds, "count": count, "bytes": size, "peak_mb": peak}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
