"""The findings of an HTML report: one card each, by file, with what they rest on."""

from itertools import groupby

from maestro_knowledge.review.model import SEVERITIES, Finding, Trace
from maestro_server.app.reports.markup import Markup, join, marked, tag
from maestro_server.app.reports.report import Part

_FEW = 12  # findings that are shown open
_LEVELS = {
    "safe": "Safe edit: what the code does stays as it is, less the fault.",
    "unsafe": "Unsafe edit: it may change what the code does; look at it before you apply it.",
    "suggest": "Suggested edit: it is shown and never applied by itself.",
}


def write_findings(part: Part) -> Markup:
    """The findings below what filters them."""
    if not part.findings:
        return tag("p", "No finding. What that rests on stands under Coverage.", class_="quiet good")
    is_open = len(part.findings) <= _FEW
    groups = [
        tag(
            "div",
            tag("h3", part.path(path)),
            [_card(part, finding, trace, is_open=is_open) for finding, trace in group],
            class_="file",
        )
        for path, group in groupby(part.findings, key=lambda pair: pair[0].path)
    ]
    return join([_filters(part), groups])


def _filters(part: Part) -> Markup:
    """Needs the script, which shows it."""
    present = {finding.severity for finding, _ in part.findings}
    boxes = [
        tag(
            "label",
            tag("input", type="checkbox", checked=True, value=name),
            tag("span", name),
            class_=f"pick {name}",
        )
        for name in SEVERITIES
        if name in present
    ]
    search = tag(
        "input", type="search", placeholder="Filter by text, rule or path", aria_label="Filter findings"
    )
    return tag("form", search, boxes, tag("output"), class_="filters", hidden=True)


def _card(part: Part, finding: Finding, trace: Trace, *, is_open: bool) -> Markup:
    place, level = f"{finding.line}:{finding.column}", finding.edit_safety
    head = tag(
        "summary",
        tag("span", finding.code, class_=f"code {finding.severity}", title=finding.severity),
        tag("span", marked(finding.message), class_="message"),
        tag("span", f"{level} edit", class_=f"level {level}") if level else None,
        tag("span", place, class_="place"),
    )
    tags = [finding.rule, f"{finding.confidence} confidence", *finding.umbrella]
    body = tag(
        "div",
        tag(
            "p",
            [tag("span", name, class_="tag") for name in tags],
            tag("span", finding.endpoint, class_="tag") if finding.endpoint else None,
            class_="tags",
        ),
        tag("ol", [_hop(part, hop.path, hop.line, hop.code, hop.note) for hop in trace.hops], class_="hops"),
        tag(
            "dl",
            tag("dt", "Why"),
            tag("dd", marked(finding.why)),
            tag("dt", "Fix"),
            tag("dd", marked(finding.fix)),
        ),
        _diff(finding.edit, finding.edit_safety) if finding.edit else None,
        tag("p", "See ", ", ".join(finding.refs), class_="refs"),
        class_="body",
    )
    return tag(
        "details", head, body, class_=f"card {finding.severity}", open=is_open,
        data_severity=finding.severity, data_endpoint=finding.endpoint or None,
    )  # fmt: skip


def _hop(part: Part, path: str, line: int, code: str, note: str) -> Markup:
    said = tag("small", marked(note)) if note else None
    return tag("li", tag("span", f"{part.path(path)}:{line}", class_="place"), tag("code", code), said)


def _diff(text: str, safety: str | None) -> Markup:
    kinds = {"+": "ins", "-": "del", "@": "at"}
    lines = [tag("span", f"{line}\n", class_=kinds.get(line[:1])) for line in text.splitlines()[2:]]
    return tag(
        "figure", tag("figcaption", _LEVELS.get(safety or "", "edit")), tag("pre", lines, class_="diff")
    )
