"""SARIF 2.1.0: findings with their chains as code flows and their proven edits as fixes."""

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from maestro_knowledge.review.model import Edit, Evidence, Finding, Question, Trace
from maestro_knowledge.review.positions import Lines
from maestro_knowledge.review.registry import LoadedRule, load_rules
from maestro_server.app.reports.report import Part

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note", "question": "note"}
_PRECISION = {"high": "very-high", "medium": "high", "low": "medium"}
_BASE = "%SRCROOT%"


def make_sarif(parts: Sequence[Part]) -> dict[str, Any]:
    """One log with one run; columns count characters."""
    rules = load_rules()
    reported = {finding.code for part in parts for finding, _ in part.findings}
    places = {loaded.rule.id: number for number, loaded in enumerate(rules)}
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "fastapi-maestro",
                        "semanticVersion": version("fastapi-maestro"),
                        "rules": [_rule(loaded, is_reported=loaded.rule.id in reported) for loaded in rules],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {
                    _BASE: {"description": {"text": "The folder that was reviewed from."}}
                },
                "results": [
                    _result(part, finding, trace, places)
                    for part in parts
                    for finding, trace in part.findings
                ],
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [note for part in parts for note in _notes(part)],
                    }
                ],
            }
        ],
    }


def _rule(loaded: LoadedRule, *, is_reported: bool) -> dict[str, Any]:
    """The rule; its whole page only where it found something, since uploads are limited in size."""
    rule, page = loaded.rule, loaded.page
    text = {"markdown": page.text.strip()} if is_reported else {}
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": page.summary},
        "help": {"text": f"{page.why}\n{page.fix}"} | text,
        "defaultConfiguration": {"level": _LEVELS[rule.severity], "enabled": rule.on and not rule.preview},
        "properties": {
            "tags": [rule.family, *rule.umbrella, *(["preview"] if rule.preview else [])],
            "precision": _PRECISION[rule.confidence],
            "refs": [rule.ref, *page.docs],
        },
    }


def _result(part: Part, finding: Finding, trace: Trace, places: dict[str, int]) -> dict[str, Any]:
    first = trace.hops[0]
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": places[finding.code],
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [_location(part, first) | _endpoint(finding)],
        "partialFingerprints": {"fastapiMaestro/v1": trace.fingerprint},
        "properties": {
            "confidence": finding.confidence,
            "why": finding.why,
            "fix": finding.fix,
            "editSafety": finding.edit_safety,
        },
    }
    if len(trace.hops) > 1:
        steps = [{"location": _location(part, hop) | _said(hop)} for hop in trace.hops]
        result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    if trace.edits and finding.edit_safety != "suggest":
        result["fixes"] = [
            {
                "description": {"text": f"{finding.fix} ({finding.edit_safety})"},
                "artifactChanges": list(_changes(part, trace.edits)),
            }
        ]
    return result


def _endpoint(finding: Finding) -> dict[str, Any]:
    return {"logicalLocations": [{"fullyQualifiedName": finding.endpoint}]} if finding.endpoint else {}


def _said(hop: Evidence) -> dict[str, Any]:
    return {"message": {"text": f"{hop.code}  ({hop.note})" if hop.note else hop.code}}


def _location(part: Part, evidence: Evidence) -> dict[str, Any]:
    region = {
        "startLine": evidence.line,
        "startColumn": max(evidence.column, 1),
        "endLine": max(evidence.end_line, evidence.line),
        "endColumn": max(evidence.end_column, 1),
        "snippet": {"text": evidence.code},
    }
    return {"physicalLocation": {"artifactLocation": _artifact(part, evidence.path), "region": region}}


def _artifact(part: Part, path: str) -> dict[str, Any]:
    return {"uri": quote(part.path(path)), "uriBaseId": _BASE}


def _changes(part: Part, edits: Sequence[Edit]) -> Iterator[dict[str, Any]]:
    for path in sorted({edit.path for edit in edits}):
        lines = Lines(part.reviewed.sources.text(path))
        ordered = sorted((edit for edit in edits if edit.path == path), key=lambda edit: edit.start)
        yield {
            "artifactLocation": _artifact(part, path),
            "replacements": [
                {"deletedRegion": _region(lines, edit), "insertedContent": {"text": edit.text}}
                for edit in ordered
            ],
        }


def _region(lines: Lines, edit: Edit) -> dict[str, int]:
    line, column = lines.at(edit.start)
    end_line, end_column = lines.at(edit.end)
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _notes(part: Part) -> Iterator[dict[str, Any]]:
    """What is no finding but has to be known: questions, files not read, what the review assumed."""
    review = part.reviewed.examination.review
    for question in part.questions:
        yield _question(part, question)
    for skipped in review.coverage.files_skipped:
        yield {
            "level": "warning",
            "message": {"text": f"{part.path(skipped.path)} was not read: {skipped.why}"},
        }
    assumed = part.reviewed.data["coverage"]["assumed"]
    if assumed:
        yield {"level": "note", "message": {"text": assumed}}
    for reason in review.coverage.rules_skipped:
        yield {"level": "note", "message": {"text": f"Rules not run: {reason}"}}


def _question(part: Part, question: Question) -> dict[str, Any]:
    text = (
        f"{question.asks} Looked for {question.looked_for} in {', '.join(question.looked_in) or 'nothing'}."
    )
    note: dict[str, Any] = {
        "level": "note",
        "message": {"text": text},
        "associatedRule": {"id": question.code},
    }
    if question.path:
        place: dict[str, Any] = {"artifactLocation": _artifact(part, question.path)}
        if question.line:
            place["region"] = {"startLine": question.line}
        note["locations"] = [{"physicalLocation": place}]
    return note
