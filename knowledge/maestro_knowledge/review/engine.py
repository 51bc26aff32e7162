"""One pass over a project: the rules that were chosen, each over the facts it reads; then the answer."""

from collections import Counter
from collections.abc import Mapping, Sequence

from maestro_knowledge.project.collection import paused_collection
from maestro_knowledge.project.model import Project
from maestro_knowledge.review.checklist import make_checklist
from maestro_knowledge.review.coverage import count_calls, make_coverage
from maestro_knowledge.review.findings import Found, make_question
from maestro_knowledge.review.fixing import fix_findings
from maestro_knowledge.review.imports import list_blocking_imports
from maestro_knowledge.review.judging import Judge
from maestro_knowledge.review.model import SEVERITIES, Evidence, Examination, Question, Review
from maestro_knowledge.review.proving import Trial, is_large
from maestro_knowledge.review.registry import LoadedRule, load_rules
from maestro_knowledge.review.request import ReviewRequest
from maestro_knowledge.review.running import Run
from maestro_knowledge.review.scope import Scope, make_scope
from maestro_knowledge.review.selection import choose_rules, minimum_severity
from maestro_knowledge.review.view import View

Changed = Mapping[str, frozenset[int]] | None


def review(project: Project, request: ReviewRequest) -> Review:
    """The answer about the project, by every rule that is shipped."""
    return examine(project, request).review


def examine(
    project: Project, request: ReviewRequest, rules: Sequence[LoadedRule] | None = None
) -> Examination:
    """The answer about the project and the traces behind its findings."""
    with paused_collection():  # spares looking through the project's million nodes again and again
        return _examine(project, request, load_rules() if rules is None else tuple(rules))


def _examine(project: Project, request: ReviewRequest, known: tuple[LoadedRule, ...]) -> Examination:
    selection = choose_rules(project, request, known)
    minimum = minimum_severity(project, request)
    judge = Judge(selection, known)
    judged = judge.judge(project)
    scope = make_scope(judged.view, request.endpoint)
    counts: Counter[str] = Counter(ignored=judged.ignored, suppressed=judged.suppressed)
    checked = tuple(one for one in judged.found if scope.holds(one))
    found = _without_known(checked, request.baseline, counts)
    refound = frozenset(one.trace.fingerprint for one in checked) & request.baseline
    found = _without_untouched(found, request.changed, counts)
    found = _without_milder(found, SEVERITIES[: SEVERITIES.index(minimum) + 1], counts)
    questions = _questions(judged.view, judged.run, scope, request.changed)
    counts.update(one.finding.severity for one in found)
    counts["questions"] = len(questions)
    endpoints, imports = scope.endpoints, list_blocking_imports(project)
    checklist = make_checklist(judged.view, selection, checked, questions)
    followed = count_calls(project, selection)
    # A trial reviews a second project: both with all that was worked out would be half as large again.
    judged.view.forget()
    trial = Trial(
        project,
        judged.found,
        lambda changed, files: judge.find_again(changed, judged.run, files),
        is_brief=request.fix == "none" and is_large(project),
    )
    tried, found = found, trial.prove(found)
    withheld = sum(
        bool(old.report.edits) > bool(new.report.edits) for old, new in zip(tried, found, strict=True)
    )
    fixed = fix_findings(trial, found, request.fix, lambda changed: judge.find_again(changed, judged.run))
    answer = Review(
        findings=tuple(one.finding for one in found),
        questions=questions,
        endpoints=endpoints,
        blocking_imports=imports,
        checklist=checklist,
        coverage=make_coverage(project, selection, judged.run.crashes, followed, withheld),
        fixed_code=fixed.code,
        diff=fixed.diff,
        review_again=bool(found),
        counts={name: counts[name] for name in (*SEVERITIES, "questions", *_LEFT_OUT)},
    )
    return Examination(answer, tuple(one.trace for one in found), fixed.changes, fixed.mended, refound)


_LEFT_OUT = ("ignored", "suppressed", "in_baseline", "milder", "untouched")


def _without_known(found: Sequence[Found], baseline: frozenset[str], counts: Counter[str]) -> list[Found]:
    left = [one for one in found if one.trace.fingerprint not in baseline]
    counts["in_baseline"] = len(found) - len(left)
    return left


def _without_untouched(found: list[Found], changed: Changed, counts: Counter[str]) -> list[Found]:
    """The findings that a changed line has to do with, be it at one end of a chain."""
    if changed is None:
        return found
    left = [one for one in found if any(_is_changed(hop, changed) for hop in one.trace.hops)]
    counts["untouched"] = len(found) - len(left)
    return left


def _is_changed(hop: Evidence, changed: Mapping[str, frozenset[int]]) -> bool:
    return not changed.get(hop.path, frozenset()).isdisjoint(range(hop.line, hop.end_line + 1))


def _without_milder(found: list[Found], wanted: Sequence[str], counts: Counter[str]) -> list[Found]:
    left = [one for one in found if one.finding.severity in wanted]
    counts["milder"] = len(found) - len(left)
    return left


def _questions(view: View, run: Run, scope: Scope, changed: Changed) -> tuple[Question, ...]:
    made = {make_question(view, loaded, ask) for loaded, ask in run.asks}
    kept = [
        question
        for question in made
        if scope.holds_question(question)
        and (changed is None or question.line in changed.get(question.path, frozenset()))
    ]
    return tuple(sorted(kept, key=lambda one: (one.code, one.path, one.line or 0, one.asks)))
