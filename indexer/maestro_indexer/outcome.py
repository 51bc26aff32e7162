"""What came of a refresh: one change a source, a summary line, an exit code."""

from typing import Any, Literal

from maestro_indexer.model import Counts, Generation, IndexedSnapshot
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.vault.model import Problem

DONE, FAILED, TRY_AGAIN = 0, 1, 75  # 75 is EX_TEMPFAIL of sysexits.h
MAX_PROBLEMS = 20

State = Literal["updated", "unchanged", "kept", "thinner", "failed"]
_EXITS: dict[State, int] = {
    "updated": DONE,
    "unchanged": DONE,
    "kept": TRY_AGAIN,
    "thinner": TRY_AGAIN,
    "failed": FAILED,
}


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one source that was to be refreshed.

    `kept`: it could not be had now, the last index of it still serves. `thinner`: a lesser source took its
    place. `note` says why.
    """

    name: str
    state: State
    before: IndexedSnapshot | None = None
    after: IndexedSnapshot | None = None
    note: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def exit_code(self) -> int:
        """The exit code that this change alone would give."""
        return _EXITS[self.state]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A refresh that came to its end."""

    changes: tuple[Change, ...]
    generation: Generation
    seconds: float

    @property
    def exit_code(self) -> int:
        """1 when a source failed, else 75 when one should be tried again, else 0."""
        codes = {change.exit_code for change in self.changes}
        return next((code for code in (FAILED, TRY_AGAIN) if code in codes), DONE)

    @property
    def error(self) -> str:
        """Why it is not what was asked for; empty when it is."""
        return " ".join(self.errors())

    def errors(self) -> list[str]:
        """One line for each source that is not what was asked for."""
        return [f"{change.name}: {change.note}" for change in self.changes if change.exit_code]

    def lines(self) -> list[str]:
        """One summary line a source, and what is to be known beside it."""
        return [line for change in self.changes for line in _lines(change, self.seconds)]

    def data(self) -> dict[str, Any]:
        """The outcome for machines."""
        return {
            "exit_code": self.exit_code,
            "generation": self.generation.id,
            "seconds": round(self.seconds, 2),
            "changes": [_data(change) for change in self.changes],
        }


def _lines(change: Change, seconds: float) -> list[str]:
    after, before = change.after, change.before
    if after is None:
        return [f"{change.name}: {'failed' if change.state == 'failed' else 'nothing new'}."]
    lines = [f"{after.name} {after.version} ({after.layer}{_commit(after)}): {_counts(after.counts)}"]
    if change.state == "kept":
        lines[0] += ", kept as it was."
    elif before is not None and before.key == after.key:
        lines[0] += ", up to date."
    else:
        origin = f"from {before.version}{_commit(before)} " if before else ""
        lines[0] += f" in {seconds:.1f} s, {origin}to {after.version}{_commit(after)}."
    if change.note and not change.exit_code:
        lines.append(change.note)
    lines += [f"  {p.file}: {p.message}" for p in change.problems[:MAX_PROBLEMS]]
    more = len(change.problems) - MAX_PROBLEMS
    return [*lines, f"  and {more} more files with problems (--json names all)"] if more > 0 else lines


def _data(change: Change) -> dict[str, Any]:
    after, before = change.after, change.before
    return {
        "name": change.name,
        "state": change.state,
        "layer": after.layer if after else "",
        "from": _version(before),
        "to": _version(after),
        "counts": describe_counts(after.counts if after else Counts()),
        "note": change.note,
        "problems": [{"file": p.file, "message": p.message} for p in change.problems],
    }


def describe_counts(counts: Counts) -> dict[str, int]:
    """The counts by their names."""
    return {
        "pages": counts.pages,
        "sections": counts.sections,
        "examples": counts.examples,
        "symbols": counts.symbols,
    }


def _version(info: IndexedSnapshot | None) -> dict[str, str] | None:
    return {"version": info.version, "commit": info.commit} if info else None


def _counts(counts: Counts) -> str:
    return ", ".join(f"{number} {what}" for what, number in describe_counts(counts).items())


def _commit(info: IndexedSnapshot) -> str:
    return f" {info.commit[:7]}" if info.commit and info.layer == "git" else ""
