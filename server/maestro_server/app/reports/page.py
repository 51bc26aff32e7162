"""One self-contained HTML page: nothing is loaded from anywhere, all that comes from code is escaped."""

import base64
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files

from maestro_server.app.reports.cards import write_findings
from maestro_server.app.reports.markup import Markup, join, tag
from maestro_server.app.reports.questions import write_questions
from maestro_server.app.reports.report import Part
from maestro_server.app.reports.route_map import write_map

_SEVERITIES = (("error", "errors"), ("warning", "warnings"), ("info", "notes"))
_FEW_RULES = 8  # beyond which their table scrolls by itself
_MARKS = {"pass": "✓", "fail": "✕", "unknown": "?"}


def write_page(parts: Sequence[Part]) -> str:
    """The whole report."""
    style, script = (_asset(name) for name in ("page.css", "page.js"))
    policy = (
        f"default-src 'none'; style-src 'sha256-{_digest(style)}'; script-src 'sha256-{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    title = f"FastAPI Maestro · {', '.join(_name(part) for part in parts)}"
    head = join(
        [
            tag("meta", charset="utf-8"),
            tag("meta", http_equiv="Content-Security-Policy", content=policy),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", name="color-scheme", content="light dark"),
            tag("title", title),
            Markup(f"<style>{style}</style>"),
        ]
    )
    body = join(
        [
            _header(parts),
            tag("main", [_part(part, number, len(parts)) for number, part in enumerate(parts, 1)]),
            _footer(),
        ]
    )
    script_tag = f"<script>{script}</script>"
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>{body}{script_tag}</body></html>\n'


def _asset(name: str) -> str:
    return (files("maestro_server.app.reports") / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return base64.b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii")


def _name(part: Part) -> str:
    return part.reviewed.sources.root.name or "code"


def _header(parts: Sequence[Part]) -> Markup:
    counts: Counter[str] = Counter(finding.severity for part in parts for finding, _ in part.findings)
    questions = sum(len(part.questions) for part in parts)
    endpoints = sum(len(part.reviewed.examination.review.endpoints) for part in parts)
    tail = "-1" if len(parts) > 1 else ""
    tiles = [_tile(counts[name], name, many, f"findings{tail}") for name, many in _SEVERITIES]
    tiles.append(_tile(questions, "question", "questions", f"questions{tail}"))
    tiles.append(_tile(endpoints, "endpoint", "endpoints", f"route-map{tail}"))
    names = ", ".join(_name(part) for part in parts)
    verdict = (
        "Nothing found" if not counts else f"{counts.total()} finding{'s' * (counts.total() != 1)} to look at"
    )
    return tag(
        "header",
        tag("p", "FastAPI Maestro · review", class_="brand"),
        tag("h1", names),
        tag("p", verdict, ". ", " ".join(_basis(part) for part in parts), class_="lead"),
        tag("ul", tiles, class_="tiles"),
    )


def _tile(count: int, kind: str, many: str, place: str) -> Markup:
    word = many if count != 1 else many.removesuffix("s")
    shown = [tag("b", count), tag("span", word)]
    body = tag("a", shown, href=f"#{place}") if count else shown
    return tag("li", body, class_=f"tile {kind}{'' if count else ' none'}")


def _basis(part: Part) -> str:
    coverage = part.reviewed.examination.review.coverage
    known = (
        f"FastAPI {coverage.fastapi_version}" if coverage.fastapi_version else "FastAPI of unknown version"
    )
    return f"{_read(part)}, {known}."


def _read(part: Part) -> str:
    coverage = part.reviewed.examination.review.coverage
    return (
        f"{coverage.files_read} file{'s' * (coverage.files_read != 1)} read, {coverage.rules_run} rules run"
    )


def _part(part: Part, number: int, of: int) -> Markup:
    tail = f"-{number}" if of > 1 else ""
    coverage = tag("ul", [tag("li", line) for line in _coverage(part)], class_="plain")
    sections = {
        "Route map": write_map(part, f"findings{tail}"),
        "Findings by rule": _statistics(part, f"findings{tail}") if part.findings else None,
        "Findings": write_findings(part),
        "Questions": write_questions(part) if part.questions else None,
        "Checklist": _checklist(part),
        "Imports that block": _imports(part) if _has_imports(part) else None,
        "Coverage": coverage,
    }
    return join(
        [
            tag("h2", _name(part), class_="project") if of > 1 else None,
            [
                tag("section", tag("h2", title), content, id=f"{title.lower().replace(' ', '-')}{tail}")
                for title, content in sections.items()
                if content is not None
            ],
        ]
    )


def _checklist(part: Part) -> Markup:
    return tag(
        "ul",
        [
            tag(
                "li",
                tag("span", _MARKS[check.verdict], class_="mark"),
                tag("div", check.item, tag("small", check.evidence)),
                class_=check.verdict,
            )
            for check in part.reviewed.examination.review.checklist
        ],
        class_="checks",
    )


def _statistics(part: Part, findings: str) -> Markup:
    """How many findings each rule has; the script makes a rule's link show those alone."""
    counts = Counter((finding.code, finding.rule, finding.severity) for finding, _ in part.findings)
    most = max(counts.values(), default=1)
    rows = [
        tag(
            "tr",
            tag("td", tag("a", code, href=f"#{findings}", class_=f"code {severity}", data_rule=code)),
            tag("td", rule),
            tag("td", tag("meter", min=0, max=most, value=count, class_=severity)),
            tag("td", count, class_="number"),
        )
        for (code, rule, severity), count in sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    ]
    table = tag("table", tag("tbody", rows), class_="rules")
    return tag("div", table, class_="tally", tabindex=0 if len(rows) > _FEW_RULES else None)


def _has_imports(part: Part) -> bool:
    return bool(part.reviewed.examination.review.blocking_imports)


def _imports(part: Part) -> Markup:
    rows = [
        tag(
            "tr",
            tag("td", tag("code", one.module)),
            tag("td", one.why),
            tag("td", f"instead: {one.async_alternative}" if one.async_alternative else None),
            tag("td", f"in {', '.join(one.used_in_async)}" if one.used_in_async else "not in coroutines"),
        )
        for one in part.reviewed.examination.review.blocking_imports
    ]
    return tag("div", tag("table", tag("tbody", rows)), class_="scroll")


def _coverage(part: Part) -> Iterator[str]:
    coverage = part.reviewed.examination.review.coverage
    yield f"{_read(part)}."
    if assumed := part.reviewed.data["coverage"]["assumed"]:
        yield assumed
    for reason in coverage.rules_skipped:
        yield f"Rules not run: {reason}"
    for skipped in coverage.files_skipped:
        yield f"Not read: {part.path(skipped.path)}: {skipped.why}"


def _footer() -> Markup:
    return tag("footer", f"fastapi-maestro {version('fastapi-maestro')} · nothing was imported or run")
