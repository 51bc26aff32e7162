"""From what a rule reports to what is answered: places, evidence without secrets, refs, fingerprints."""

import ast
from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256

from maestro_knowledge.core.records import dataclass, replace
from maestro_knowledge.project.app_map import shown_methods, shown_path
from maestro_knowledge.project.application import Route
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.model import Evidence, Finding, Question, Severity, Trace
from maestro_knowledge.review.registry import LoadedRule
from maestro_knowledge.review.report import Ask, Report
from maestro_knowledge.review.secrets import mask_secrets
from maestro_knowledge.review.view import View

MAX_CODE = 160

_Place = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A report on its way to the answer: the rule that made it, and the function that it stands in.

    `identity` says what it is about and outlives line numbers; two of one function may share it.
    """

    loaded: LoadedRule
    report: Report
    function: Function | None
    finding: Finding
    trace: Trace
    identity: str = ""


def make_found(
    view: View, reports: Iterable[tuple[LoadedRule, Report]], *, is_shown: bool = True
) -> list[Found]:
    """The reports as findings with their traces, sorted by place and rule; those not shown quote nothing."""
    placed = [(loaded, bare, view.lines(bare.module).place(bare.node)) for loaded, bare in reports]
    placed.sort(key=lambda one: (one[1].module.path, *one[2], one[0].rule.id, one[1].message))
    seen: Counter[str] = Counter()
    made: dict[tuple[object, ...], Found] = {}
    for loaded, bare, place in placed:
        report = (
            replace(bare, edits=tuple(view.as_written(edit) for edit in bare.edits)) if bare.edits else bare
        )
        function = view.around(report.module, report.node)
        identity = _identity(loaded, report, function)
        key = (identity, *place)
        if key in made:
            continue  # the same fault seen twice, by way of two routes for example
        seen[identity] += 1
        fingerprint = sha256(f"{identity}\0{seen[identity]}".encode()).hexdigest()[:16]
        hops = _hops(view, report, place) if is_shown else ()
        endpoint = endpoint_of(view, function, report.module, report.node) if is_shown else ""
        finding = _finding(loaded, report, place, hops, endpoint)
        trace = Trace(fingerprint, hops, report.edits)
        made[key] = Found(loaded, report, function, finding, trace, identity)
    return list(made.values())


def make_question(view: View, loaded: LoadedRule, ask: Ask) -> Question:
    """The question with its place and refs."""
    line = view.lines(ask.module).place(ask.node)[0] if ask.module and ask.node else None
    return Question(
        code=loaded.rule.id,
        rule=loaded.rule.name,
        umbrella=loaded.rule.umbrella,
        path=ask.module.path if ask.module else "",
        line=line,
        asks=ask.asks,
        looked_for=ask.looked_for,
        looked_in=ask.looked_in,
        seen_near=tuple(mask_secrets(text) for text in ask.seen_near),
        refs=refs_of(loaded),
    )


def refs_of(loaded: LoadedRule) -> tuple[str, ...]:
    """The docs that justify the rule, then its own page."""
    return (*loaded.page.docs, loaded.rule.ref)


def _evidence_at(view: View, module: Module, place: _Place, note: str = "") -> Evidence:
    """The first line of the place as evidence, without secrets."""
    code = view.once(("findings.quoted", module, place[0]), lambda: _quoted(view, module, place[0]))
    return Evidence(module.path, *place, code, note)


def _quoted(view: View, module: Module, line: int) -> str:
    code = mask_secrets(view.lines(module).line(line).strip())
    return code if len(code) <= MAX_CODE else f"{code[: MAX_CODE - 1]}…"


def endpoint_of(view: View, function: Function | None, module: Module, node: ast.AST) -> str:
    """The path operation that the place belongs to, as `GET /items/{id}`; of several the first."""
    if routes := view.routes(function):
        return view.once(("findings.endpoint", function), lambda: _first_of(routes))
    return _first_of(route for route in view.routes_in(module) if _is_within(node, route.operation.function))


def _first_of(routes: Iterable[Route]) -> str:
    names = (f"{method} {shown_path(route)}" for route in routes for method in shown_methods(route))
    return min(names, default="")


def _finding(
    loaded: LoadedRule, report: Report, place: _Place, hops: Sequence[Evidence], endpoint: str
) -> Finding:
    rule = loaded.rule
    line, column, end_line, end_column = place
    return Finding(
        code=rule.id,
        rule=rule.name,
        umbrella=rule.umbrella,
        severity=report.severity or _severity(loaded),
        confidence=report.confidence or rule.confidence,
        path=report.module.path,
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        endpoint=endpoint,
        message=mask_secrets(report.message),
        evidence="\n".join(map(_evidence_line, hops)),
        why=loaded.page.why,
        fix=report.fix or loaded.page.fix,
        edit=None,  # until it is proven
        edit_safety=None,
        refs=refs_of(loaded),
    )


def _severity(loaded: LoadedRule) -> Severity:
    severity = loaded.rule.severity
    return "info" if severity == "question" else severity


def _hops(view: View, report: Report, place: _Place) -> tuple[Evidence, ...]:
    behind = [(hop, view.lines(hop.module).place(hop.node)) for hop in report.hops]
    here = _evidence_at(view, report.module, place)
    return (here, *(_evidence_at(view, hop.module, there, hop.note) for hop, there in behind))


def _evidence_line(evidence: Evidence) -> str:
    note = f"  ({evidence.note})" if evidence.note else ""
    return f"{evidence.path}:{evidence.line}: {evidence.code}{note}"


def _identity(loaded: LoadedRule, report: Report, function: Function | None) -> str:
    place = function.qualname if function else ""
    return "\0".join([loaded.rule.id, report.module.path, place, report.subject or report.message])


def _is_within(node: ast.AST, function: Function | None) -> bool:
    """Whether the node stands in the function's definition: decorators, parameters or body."""
    if function is None:
        return False
    first = min([function.node.lineno, *(decorator.lineno for decorator in function.node.decorator_list)])
    line = getattr(node, "lineno", 0)
    return first <= line <= (function.node.end_lineno or first)
