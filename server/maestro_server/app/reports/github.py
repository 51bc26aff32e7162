"""Annotations as GitHub's runners read them from the output of a step."""

from collections.abc import Iterator, Sequence

from maestro_server.app.reports.report import Part

_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def github_lines(parts: Sequence[Part]) -> Iterator[str]:
    """One workflow command a finding, then a plain line that says how many there are."""
    count = 0
    for part in parts:
        for finding, _ in part.findings:
            count += 1
            place = {
                "file": part.path(finding.path),
                "line": finding.line,
                "endLine": finding.end_line,
                "title": f"{finding.code} {finding.rule}",
            }
            if finding.line == finding.end_line:  # GitHub takes columns on one line only
                place |= {"col": finding.column, "endColumn": max(finding.end_column - 1, finding.column)}
            shown = ",".join(f"{name}={_property(str(value))}" for name, value in place.items())
            level = f" ({finding.edit_safety} edit)" if finding.edit_safety else ""
            text = f"{finding.message}\nWhy: {finding.why}\nFix: {finding.fix}{level}"
            yield f"::{_LEVELS[finding.severity]} {shown}::{_data(text)}"
    questions = sum(len(part.questions) for part in parts)
    yield f"{count} finding{'s' * (count != 1)}, {questions} question{'s' * (questions != 1)}."


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
