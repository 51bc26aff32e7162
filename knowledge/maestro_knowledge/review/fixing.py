"""The edits of the findings made: what the files would then be, and the diff to it."""

from collections.abc import Callable, Sequence

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.rewriting import with_texts
from maestro_knowledge.review.edits import make_diff
from maestro_knowledge.review.findings import Found
from maestro_knowledge.review.model import Change, FixMode
from maestro_knowledge.review.proving import Trial

_ALLOWED = {"none": (), "safe": ("safe",), "all": ("safe", "unsafe")}
_ROUNDS = 6

Judged = Callable[[Project], Sequence[Found]]


@dataclass(frozen=True, slots=True)
class Fixed:
    """The files that change, the new text of the one file where there is only one, and the diff."""

    changes: tuple[Change, ...] = ()
    code: str | None = None
    diff: str | None = None
    mended: int = 0


def fix_findings(trial: Trial, found: Sequence[Found], mode: FixMode, judged: Judged) -> Fixed:
    """The project after every edit that the mode allows, made until none is left to make.

    `found` are findings whose edits were proven. Edits that touch the same characters wait for the next
    round, which mends only what was found at first: so a second fix finds nothing more to do.
    """
    if mode == "none":
        return Fixed()
    first = trial.project
    wanted = {one.identity for one in found}
    mended = 0
    for _ in range(_ROUNDS):
        chosen = trial.harmless(
            trial.fitting([one for one in found if one.loaded.rule.fix in _ALLOWED[mode]])
        )
        if not chosen:
            break
        after = with_texts(trial.project, trial.texts_after(chosen))
        mended += len(chosen)
        before = judged(after)
        trial = Trial(after, before, trial.again)
        found = trial.prove([one for one in before if one.identity in wanted])
    return _fixed(first, trial.project, mended)


def _fixed(before: Project, after: Project, mended: int) -> Fixed:
    pairs = [
        (old, new)
        for old, new in zip(before.modules, after.modules, strict=True)
        if old.in_scope or old is not new
    ]
    changes = tuple(
        Change(old.path, old.encoding, old.text, new.text) for old, new in pairs if old.text != new.text
    )
    diff = "".join(make_diff(change.path, change.before, change.after) for change in changes)
    return Fixed(changes, pairs[0][1].text if len(pairs) == 1 else None, diff or None, mended)
