"""Scaffolding's nouns: what a request turns into before anything is written."""

from typing import Literal

from maestro_knowledge.core.records import dataclass

Action = Literal["create", "edit", "unchanged", "conflict"]
Verdict = Literal["pass", "fail", "not_run"]


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One file of the answer: where it goes, what happens to it, its text, and the unified diff."""

    path: str
    action: Action
    content: str
    diff: str


@dataclass(frozen=True, slots=True)
class Check:
    """One check of the generated code; `not_run` comes with the reason in `detail`."""

    name: str
    verdict: Verdict
    detail: str


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One point of the self-verification list, and what in the code shows it."""

    item: str
    verdict: Literal["pass", "fail", "unknown"]
    evidence: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A decision that was open: what was taken, why, and what else it could be (`questions[]`)."""

    option: str
    asks: str
    taken: str
    why: str
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scaffold:
    """A checked plan; `written` says whether it is on disk as well."""

    files: tuple[PlannedFile, ...]
    checks: tuple[Check, ...]
    checklist: tuple[ChecklistItem, ...]
    refs: tuple[str, ...]
    questions: tuple[Choice, ...]
    next_steps: tuple[str, ...]
    written: bool
