"""Which kind of work a task is, by the words that people use for it."""

import re
from functools import cache
from pathlib import Path

from maestro_knowledge.core.frontmatter import read_yaml
from maestro_knowledge.core.records import dataclass

SERVICE = "service"  # not a pattern: a whole service from a specification
_FILE = Path(__file__).parent / "works.yaml"
_WORD = re.compile(r"[a-z0-9]+")
_MOST = 4000


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of work: the scaffold pattern that does it, the phrases that ask for it, what to read first."""

    pattern: str
    words: tuple[str, ...]
    reads: tuple[str, ...]
    instead: tuple[str, ...] = ()


@cache
def read_works() -> tuple[Work, ...]:
    """Every kind of work, the more special before the more general."""
    rows = read_yaml(_FILE.read_text("utf-8"), what=_FILE.name)["works"]
    return tuple(
        Work(row["pattern"], tuple(row["words"]), tuple(row["reads"]), tuple(row.get("instead", ())))
        for row in rows
    )


def find_work(task: str) -> Work | None:
    """The kind of work that a task asks for; None where no pattern does it."""
    said = f" {' '.join(_WORD.findall(task[:_MOST].casefold()))} "
    scored = [(_score(work, said), -number, work) for number, work in enumerate(read_works())]
    score, _, work = max(scored, key=lambda one: one[:2])
    return work if score else None


def _score(work: Work, said: str) -> float:
    """Longer phrases say more; what means another kind of work takes its part away."""
    if any(f" {word} " in said for word in work.instead):
        return 0.0
    found = [word for word in work.words if f" {word} " in said]
    longest = max((1.0 + 0.5 * word.count(" ") for word in found), default=0.0)
    return longest + 0.1 * len(found)
