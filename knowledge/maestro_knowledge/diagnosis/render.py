"""A diagnosis as Markdown, within a budget."""

from collections.abc import Iterator

from maestro_knowledge.core.text import TOKEN, quote
from maestro_knowledge.diagnosis.model import Diagnosis, Evidence, RankedCause

MAX_FIELDS = 6
MAX_EVIDENCE = 4


def render(diagnosis: Diagnosis, max_tokens: int = 1500) -> str:
    """What happened, why, what mends it and where to read on; what has no room is counted."""
    if not diagnosis.known:
        return _render_unknown(diagnosis)[: max_tokens * TOKEN]
    head, tail = _head(diagnosis), _tail(diagnosis)
    for causes, instead, left_out in _plans(diagnosis):
        parts = [head, "## Why, most likely first", *causes]
        if instead:
            parts += ["## Instead", "\n".join(instead)]
        if left_out:
            parts.append(
                f"_{left_out} less likely parts left out; `fastapi-maestro explain --json` has them all._"
            )
        text = "\n\n".join([*parts, tail])
        if len(text) <= max_tokens * TOKEN:
            return text
    return head[: max_tokens * TOKEN]


def _plans(diagnosis: Diagnosis) -> Iterator[tuple[list[str], list[str], int]]:
    """What to show, ever less of it: first alternatives go, then the least likely causes, then code."""
    sure = any(cause.confidence == "high" for cause in diagnosis.causes)
    causes = [
        _cause(number, cause, with_mend=not (sure and cause.confidence == "low"))
        for number, cause in enumerate(diagnosis.causes, 1)
    ]
    instead = [f"- {item.choice}: {item.trade_off}" for item in diagnosis.alternatives]
    for left_out in range(len(instead) + 1):
        yield causes, instead[: len(instead) - left_out], left_out
    for left_out in range(1, len(causes)):
        yield causes[: len(causes) - left_out], [], len(instead) + left_out
    bare = [_cause(1, cause, with_mend=False) for cause in diagnosis.causes[:1]]
    yield bare, [], len(instead) + len(causes)


def _head(diagnosis: Diagnosis) -> str:
    """The title, what happened, and what it was recognised by."""
    lines = [
        f"# {diagnosis.title}",
        f"`{diagnosis.family}` · {diagnosis.library} · confidence {diagnosis.confidence}",
        diagnosis.what,
    ]
    fields = diagnosis.error.fields
    seen = tuple(item for item in diagnosis.evidence if not fields or item.told_by != "text")
    if seen:
        lines.append(f"Seen: {_evidence(seen)}")
    if fields:
        rows = [f"- `{_place(item.place, item.location)}`: {item.message} (`{item.type}`)" for item in fields]
        more = [f"- and {len(fields) - MAX_FIELDS} more"] if len(fields) > MAX_FIELDS else []
        lines.append("\n".join(["Refused:", *rows[:MAX_FIELDS], *more]))
    frame = diagnosis.error.users_frame
    if frame:
        where = f" in `{frame.function}`" if frame.function else ""
        lines.append(f"Last line of your code: `{frame.file}:{frame.line}`{where}")
    return "\n\n".join(lines)


def _tail(diagnosis: Diagnosis) -> str:
    """Where to read on, other families, notes."""
    lines = [f"Read: {', '.join(f'`{ref}`' for ref in diagnosis.refs)}"]
    if diagnosis.links:
        lines.append(f"Outside FastAPI's docs: {', '.join(diagnosis.links)}")
    if diagnosis.also:
        lines.append(f"The text also shows: {', '.join(f'`{name}`' for name in diagnosis.also)}")
    lines += [f"Note: {note}" for note in diagnosis.notes]
    return "\n\n".join(lines)


def _cause(number: int, cause: RankedCause, *, with_mend: bool) -> str:
    """One cause with its evidence, and its mend where it is likely enough."""
    lines = [f"{number}. {cause.says} ({cause.confidence})"]
    if cause.evidence:
        lines.append(f"   Evidence: {_evidence(cause.evidence)}")
    if cause.refs:
        lines.append(f"   Read: {', '.join(f'`{ref}`' for ref in cause.refs)}")
    text = "\n".join(lines)
    if not cause.mend or not with_mend:
        return text
    return f"{text}\n\n```{cause.language}\n{cause.mend.rstrip()}\n```"


def _evidence(rows: tuple[Evidence, ...]) -> str:
    """Evidence on one line."""
    told = []
    for item in rows[:MAX_EVIDENCE]:
        place = (
            f"{item.file}:{item.line}" if item.file else f"line {item.line} of the code" if item.line else ""
        )
        says = item.says if item.told_by != "text" else quote(item.says, 200)
        told.append(f"{says} ({place})" if place else says)
    return "; ".join(told)


def _place(place: str, location: str) -> str:
    return ".".join(part for part in (place, location) if part) or "value"


def _render_unknown(diagnosis: Diagnosis) -> str:
    """That the error is not among those known, and what to search for."""
    lines = [
        "# Not an error that is explained here",
        (
            "No family of errors of FastAPI and its neighbours speaks for this text."
            f" Search for: {quote(diagnosis.query, 200)}"
        ),
    ]
    frame = diagnosis.error.users_frame
    if frame:
        lines.append(f"Last line of your code: `{frame.file}:{frame.line}`")
    lines += [f"Note: {note}" for note in diagnosis.notes]
    return "\n\n".join(lines)
