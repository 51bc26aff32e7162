"""A review as text: whatever its data say, for clients that show a model only this half."""

from collections.abc import Iterable, Iterator
from typing import Any

_PACK = {"API005", "API007", "API008"}
_PLURALS = (("error", "errors"), ("warning", "warnings"), ("info", "notes"))


def write_review(data: dict[str, Any]) -> str:
    """The whole review, findings first."""
    return "\n".join(
        [
            *_summary(data),
            *_findings(data["findings"]),
            *_questions(data["questions"]),
            *_endpoints(data["endpoints"]),
            *_imports(data["blocking_imports"]),
            *_checklist(data["checklist"]),
            *_coverage(data["coverage"]),
            *_edits(data),
            *_truncated(data["truncated"]),
        ]
    )


def is_about_running(umbrella: Iterable[str]) -> bool:
    """Whether a question with these tags may be answered by the gateway or the platform."""
    return not _PACK.isdisjoint(umbrella)


def _summary(data: dict[str, Any]) -> Iterator[str]:
    counts = data["counts"]
    found = [
        f"{counts[one]} {one if counts[one] == 1 else many}" for one, many in _PLURALS if counts.get(one)
    ]
    questions = len(data["questions"]) + data["truncated"].get("questions", 0)
    asked = f", {questions} question{'s' if questions != 1 else ''}" if questions else ""
    yield f"{', '.join(found) or 'No findings'}{asked}."
    if rest := {name: count for name, count in counts.items() if count and name not in dict(_PLURALS)}:
        yield "Counts: " + ", ".join(f"{name} {count}" for name, count in rest.items())
    if data["review_again"]:
        yield "Review again after mending: yes"


def _findings(findings: list[dict[str, Any]]) -> Iterator[str]:
    path = None
    for one in findings:
        if one["path"] != path:
            path = one["path"]
            yield f"\n{path}"
        place = f"{one['line']}:{one['column']}-{one['end_line']}:{one['end_column']}"
        tags = f" [{' '.join(one['umbrella'])}]" if one["umbrella"] else ""
        endpoint = f" in {one['endpoint']}" if one["endpoint"] else ""
        name = f"{one['severity']} {one['code']} {one['rule']} ({one['confidence']} confidence)"
        yield f"  {place} {name}{tags}{endpoint}"
        yield f"    {one['message']}"
        yield from (f"    | {line}" for line in one["evidence"].splitlines())
        yield f"    Why: {one['why']}"
        yield f"    Fix: {one['fix']}"
        if one["edit"]:
            yield f"    Edit ({one['edit_safety']}):"
            yield from (f"      {line}" for line in one["edit"].splitlines())
        elif one["edit_safety"]:
            yield f"    Edit: {one['edit_safety']}"
        if one["refs"]:
            yield f"    Refs: {', '.join(one['refs'])}"


def _questions(questions: list[dict[str, Any]]) -> Iterator[str]:
    pack = [one for one in questions if is_about_running(one["umbrella"])]
    others = [one for one in questions if not is_about_running(one["umbrella"])]
    if others:
        yield "\nQuestions (not found; to be answered, not faults)"
        yield from _asked(others)
    if pack:
        yield "\nQuestions about running it (not found here; each may be done at the gateway or the platform)"
        yield from _asked(pack)


def _asked(questions: list[dict[str, Any]]) -> Iterator[str]:
    for one in questions:
        line = f":{one['line']}" if one["line"] else ""
        place = f" {one['path']}{line}" if one["path"] else ""
        tags = f" [{' '.join(one['umbrella'])}]" if one["umbrella"] else ""
        yield f"  {one['code']} {one['rule']}{tags}{place}"
        yield f"    {one['asks']}"
        yield f"    Looked for {one['looked_for']} in {', '.join(one['looked_in']) or 'nothing'}"
        if one["seen_near"]:
            yield f"    Seen near: {'; '.join(one['seen_near'])}"
        if one["refs"]:
            yield f"    Refs: {', '.join(one['refs'])}"


def _endpoints(endpoints: list[dict[str, Any]]) -> Iterator[str]:
    if endpoints:
        yield "\nEndpoints"
    for one in endpoints:
        kind = "async def" if one["is_async"] else "def"
        yield f"  {one['method']} {one['path']}  {kind} {one['handler']}  {one['file']}:{one['line']}"


def _imports(imports: list[dict[str, Any]]) -> Iterator[str]:
    if imports:
        yield "\nImports that block"
    for one in imports:
        used = f"; used in async {', '.join(one['used_in_async'])}" if one["used_in_async"] else ""
        instead = f"; instead: {one['async_alternative']}" if one["async_alternative"] else ""
        yield f"  {one['module']}: {one['why']}{instead}{used}"


def _checklist(checklist: list[dict[str, Any]]) -> Iterator[str]:
    if checklist:
        yield "\nChecklist"
    for one in checklist:
        evidence = f": {one['evidence']}" if one["evidence"] else ""
        yield f"  [{one['verdict']}] {one['item']}{evidence}"


def _coverage(coverage: dict[str, Any]) -> Iterator[str]:
    skipped, left_out = coverage["files_skipped"], coverage["rules_skipped"]
    yield "\nCoverage"
    yield f"  {coverage['files_read']} files read, {coverage['rules_run']} rules run"
    yield f"  FastAPI {coverage['fastapi_version'] or 'of unknown version'}"
    if coverage["assumed"]:
        yield f"  {coverage['assumed']}"
    yield from (f"  not read: {one['path']}: {one['why']}" for one in skipped)
    if left_out:
        yield f"  rules not run: {'; '.join(left_out)}"


def _edits(data: dict[str, Any]) -> Iterator[str]:
    if data["diff"]:
        yield f"\nEdits that were asked for\n```diff\n{data['diff'].rstrip()}\n```"
    if data["fixed_code"] is not None:
        yield f"\nThe code with these edits\n```python\n{data['fixed_code'].rstrip()}\n```"


def _truncated(truncated: dict[str, Any]) -> Iterator[str]:
    if truncated:
        cut = ", ".join(f"{count} {name}" for name, count in truncated.items() if name != "next")
        yield f"\nNot shown: {cut}. The rest: {truncated['next']}."
