"""What a person reads of a status and of a verification."""

from collections.abc import Mapping
from typing import Any

from maestro_indexer.verify import Report
from maestro_knowledge.core.home import Home


def status_lines(status: Mapping[str, Any], home: Home) -> list[str]:
    """The status as a few lines: where, what, how old, what next."""
    lines = [f"Home: {home.root}", f"Generation: {status['generation'] or 'none'}, layer {status['layer']}"]
    lines += [_source_line(source) for source in status["sources"]]
    last = status["last_refresh"]
    if last:
        lines.append(f"Last refresh: {last['at']}, {'well' if last['ok'] else last['error']}")
    else:
        lines.append("Last refresh: never")
    return [*lines, f"Next: {status['next_step']}"]


def verify_lines(report: Report) -> list[str]:
    """One line a snapshot, and the step that mends what is wrong."""
    verdicts = (f"  {verdict.snapshot.key}: {verdict.problem or 'sound'}" for verdict in report.verdicts)
    lines = [f"Generation {report.generation}", *verdicts]
    if report.is_sound:
        return lines
    return [*lines, *([report.problem] if report.problem else []), "Run `indexer refresh` to mend it."]


def _source_line(source: Mapping[str, Any]) -> str:
    commit = f" {source['commit'][:7]}" if source["kind"] == "git" else ""
    counts = ", ".join(f"{source[what]} {what}" for what in ("pages", "sections", "examples", "symbols"))
    what = f"{source['name']} {source['version']} ({source['kind']}{commit})"
    return f"  {what}: {counts}, indexed {source['indexed_at']}"
