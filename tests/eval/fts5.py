"""The peer that everybody has: SQLite FTS5 with Porter stems and weighted columns, on the same sections."""

import re
import sqlite3
from collections.abc import Iterable

from eval.measure import LIMIT, Answer, Searcher

from maestro_knowledge.vault.model import Section

_WORD = re.compile(r"\w+")
_WEIGHTS = "0.0, 0.0, 3.0, 1.5, 1.0"


class Fts5:
    """An FTS5 table of the sections that stand at a published place."""

    def __init__(self, sections: Iterable[Section]) -> None:
        self.database = sqlite3.connect(":memory:", check_same_thread=False)
        self.database.execute(
            "create virtual table sections using fts5(path unindexed, anchor unindexed, title, trail, body,"
            " tokenize = 'porter unicode61')"
        )
        self.database.executemany(
            "insert into sections values (?, ?, ?, ?, ?)",
            ((s.place.path, s.place.anchor, s.title, " ".join(s.trail), s.body) for s in sections if s.place),
        )

    @property
    def size(self) -> int:
        """How many bytes the index takes."""
        pages, page = (
            self.database.execute(f"pragma {what}").fetchone()[0] for what in ("page_count", "page_size")
        )
        return int(pages * page)

    def search(self, text: str, limit: int = LIMIT) -> list[tuple[str, str]]:
        """The places of the best sections; any word may match."""
        words = dict.fromkeys(_WORD.findall(text.lower())[:200])
        if not words:
            return []
        query = " OR ".join(f'"{word}"' for word in words)
        return self.database.execute(
            f"select path, anchor from sections where sections match ? order by bm25(sections, {_WEIGHTS}) limit ?",
            (query, limit),
        ).fetchall()


def fts5(index: Fts5) -> Searcher:
    """FTS5 as a searcher; it is always sure."""
    return lambda text: Answer(tuple((path, anchor) for path, anchor in index.search(text)))
