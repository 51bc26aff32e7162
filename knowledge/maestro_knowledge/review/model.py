"""The nouns of a review: what a rule is, what it reports, and the answer made of that.

`Finding`, `Question`, `Coverage` and the rest of `Review` have exactly the fields of the public answer,
so that `dataclasses.asdict(review)` is that answer. What only other formats need (the hops of a chain, a
fingerprint, the edits themselves) stands beside each finding in a `Trace`.
"""

from typing import Literal, get_args

from maestro_knowledge.core.records import dataclass, field

Severity = Literal["error", "warning", "info"]
Confidence = Literal["high", "medium", "low"]
Safety = Literal["safe", "unsafe", "suggest"]
Verdict = Literal["pass", "fail", "unknown"]
FixMode = Literal["none", "safe", "all"]

SEVERITIES: tuple[Severity, ...] = get_args(Severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a rule is called and how it speaks; the words themselves stand on its page.

    `name` is the fault in kebab case. The severity `question` makes it a rule about something absent: it
    asks, it never claims. `fix` says how far its edit may be trusted, None where it has none.
    `since` (first FastAPI version it is true of) and `until` (first it is no longer true of) bound it.
    A rule that is not `on` runs when it is selected by name; one in `preview` also when that is asked for.
    `tests` are modules that only rules about tests judge: others stay out of them.
    """

    id: str
    name: str
    severity: Severity | Literal["question"]
    confidence: Confidence = "high"
    umbrella: tuple[str, ...] = ()
    fix: Safety | None = None
    since: str = ""
    until: str = ""
    on: bool = True
    preview: bool = False
    tests: bool = False

    @property
    def kind(self) -> Literal["evidence", "absence"]:
        """Whether it rests on what stands there or on what was not found."""
        return "absence" if self.severity == "question" else "evidence"

    @property
    def family(self) -> str:
        """The three letters that its id begins with."""
        return self.id[:3]

    @property
    def ref(self) -> str:
        """The ref of its page."""
        return f"rule:{self.name}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line of code that a claim rests on; several in order are a chain."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    code: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """Characters `start` to `end` of the file's text become `text`; equal ends insert."""

    path: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A statement that rests on evidence; columns count from 1, `edit` is a unified diff."""

    code: str
    rule: str
    umbrella: tuple[str, ...]
    severity: Severity
    confidence: Confidence
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    endpoint: str
    message: str
    evidence: str
    why: str
    fix: str
    edit: str | None
    edit_safety: Safety | None
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What was looked for and not found: it asks where that is, and never claims a fault."""

    code: str
    rule: str
    umbrella: tuple[str, ...]
    path: str
    line: int | None
    asks: str
    looked_for: str
    looked_in: tuple[str, ...]
    seen_near: tuple[str, ...]
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A path operation that the review covered."""

    method: str
    path: str
    handler: str
    file: str
    line: int
    is_async: bool


@dataclass(frozen=True, slots=True)
class BlockingImport:
    """An imported library that blocks, what to use instead, and the coroutines that use it."""

    module: str
    why: str
    async_alternative: str
    used_in_async: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One point of the checklist with what its verdict rests on."""

    item: str
    verdict: Verdict
    evidence: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not reviewed, and why."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the review rests on, so that a clean answer means something."""

    files_read: int
    files_skipped: tuple[Skipped, ...]
    rules_run: int
    rules_skipped: tuple[str, ...]
    fastapi_version: str
    assumed: str


@dataclass(frozen=True, slots=True)
class Review:
    """The whole answer; `counts` has one number a severity, and those of what was left out."""

    findings: tuple[Finding, ...]
    questions: tuple[Question, ...]
    endpoints: tuple[Endpoint, ...]
    blocking_imports: tuple[BlockingImport, ...]
    checklist: tuple[Check, ...]
    coverage: Coverage
    fixed_code: str | None = None
    diff: str | None = None
    review_again: bool = False
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trace:
    """What stands behind one finding: its hops in order, its edits, and a name that outlives line numbers."""

    fingerprint: str
    hops: tuple[Evidence, ...]
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A file's text before and after its edits; `encoding` is what it is written in."""

    path: str
    encoding: str
    before: str = field(repr=False)
    after: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Examination:
    """A review, for each of its findings, in the same order, the trace behind it, and what a fix changes.

    `mended` is how many findings that ends; `known` holds the baseline's fingerprints that were found again.
    """

    review: Review
    traces: tuple[Trace, ...]
    changes: tuple[Change, ...] = ()
    mended: int = 0
    known: frozenset[str] = frozenset()
