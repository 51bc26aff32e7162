"""One pass over a project: the rules that were chosen, each over the facts it reads; then the answer."""

from collections import Counter
from collections.abc import Sequence

from maestro_knowledge.project.collection import paused_collection
from maestro_knowledge.project.model import Project
from maestro_knowledge.review.checklist import make_checklist
from maestro_knowledge.review.coverage import make_coverage
from maestro_knowledge.review.findings import Found, make_found, make_question
from maestro_knowledge.review.fixing import fix_findings
from maestro_knowledge.review.imports import list_blocking_imports
from maestro_knowledge.review.model import SEVERITIES, Examination, Question, Review, ReviewRequest
from maestro_knowledge.review.registry import LoadedRule, load_rules
from maestro_knowledge.review.running import Run, run_on_suppressions, run_rules
from maestro_knowledge.review.scope import Scope, make_scope
from maestro_knowledge.review.selection import Selection, choose_rules, is_ignored_in, minimum_severity
from maestro_knowledge.review.suppress import read_suppressions, silence
from maestro_knowledge.review.view import View


def review(project: Project, request: ReviewRequest) -> Review:
    """The answer about the project, by every rule that is shipped."""
    return examine(project, request).review


def examine(
    project: Project, request: ReviewRequest, rules: Sequence[LoadedRule] | None = None
) -> Examination:
    """The answer about the project and the traces behind its findings."""
    with paused_collection():  # spares looking through the project's million nodes again and again
        return _examine(project, request, load_rules() if rules is None else tuple(rules))


def _examine(project: Project, request: ReviewRequest, known: Sequence[LoadedRule]) -> Examination:
    selection = choose_rules(project, request, known)
    minimum = minimum_severity(project, request)
    view = View(project)
    scope = make_scope(view, request.endpoint)
    run = run_rules(view, selection.rules)
    counts: Counter[str] = Counter()
    found = _without_ignored(view, make_found(view, run.reports), counts)
    found, counts["suppressed"] = _without_silenced(view, found, known, selection, run)
    found = [one for one in found if scope.holds(one)]
    checked = tuple(found)
    found = _without_known(found, request.baseline, counts)
    found = _without_milder(found, SEVERITIES[: SEVERITIES.index(minimum) + 1], counts)
    questions = _questions(view, run, scope)
    counts.update(one.finding.severity for one in found)
    counts["questions"] = len(questions)
    fixed = fix_findings(project, found, request.fix)
    answer = Review(
        findings=tuple(one.finding for one in found),
        questions=questions,
        endpoints=scope.endpoints,
        blocking_imports=list_blocking_imports(project),
        checklist=make_checklist(view, selection, checked, questions),
        coverage=make_coverage(project, selection, run.crashes),
        fixed_code=fixed.code,
        diff=fixed.diff,
        review_again=bool(found),
        counts={name: counts[name] for name in (*SEVERITIES, "questions", *_LEFT_OUT)},
    )
    return Examination(answer, tuple(one.trace for one in found))


_LEFT_OUT = ("ignored", "suppressed", "in_baseline", "milder")


def _without_ignored(view: View, found: list[Found], counts: Counter[str]) -> list[Found]:
    config = view.project.config
    left = [one for one in found if not is_ignored_in(config, one.finding.path, one.loaded)]
    counts["ignored"] = len(found) - len(left)
    return left


def _without_silenced(
    view: View, found: list[Found], known: Sequence[LoadedRule], selection: Selection, run: Run
) -> tuple[list[Found], int]:
    """The findings that no comment silences with those about the comments; how many were silenced."""
    ran = tuple(loaded for loaded in selection.rules if loaded.rule.id not in run.crashes)
    suppressions = read_suppressions(view.project, known, ran)
    left = silence(found, suppressions)
    said = run_on_suppressions(view, selection.rules, suppressions)
    run.crashes.update(said.crashes)
    return sorted([*left, *make_found(view, said.reports)], key=_place), len(found) - len(left)


def _without_known(found: list[Found], baseline: frozenset[str], counts: Counter[str]) -> list[Found]:
    left = [one for one in found if one.trace.fingerprint not in baseline]
    counts["in_baseline"] = len(found) - len(left)
    return left


def _without_milder(found: list[Found], wanted: Sequence[str], counts: Counter[str]) -> list[Found]:
    left = [one for one in found if one.finding.severity in wanted]
    counts["milder"] = len(found) - len(left)
    return left


def _questions(view: View, run: Run, scope: Scope) -> tuple[Question, ...]:
    made = {make_question(view, loaded, ask) for loaded, ask in run.asks}
    kept = [question for question in made if scope.holds_question(question)]
    return tuple(sorted(kept, key=lambda one: (one.code, one.path, one.line or 0, one.asks)))


def _place(one: Found) -> tuple[str, int, int, str, str]:
    return one.finding.path, one.finding.line, one.finding.column, one.finding.code, one.finding.message
