"""What the chosen rules find in a project, less what its configuration and its comments silence."""

from collections.abc import Sequence

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.project.model import Project
from maestro_knowledge.review.findings import Found, make_found
from maestro_knowledge.review.registry import LoadedRule
from maestro_knowledge.review.running import Run, run_on_suppressions, run_rules
from maestro_knowledge.review.selection import Selection, is_ignored_in
from maestro_knowledge.review.suppress import read_suppressions, silence
from maestro_knowledge.review.view import View


@dataclass(frozen=True, slots=True)
class Judgement:
    """The findings with the run behind them, and how many were silenced by which means."""

    view: View
    run: Run
    found: list[Found]
    ignored: int
    suppressed: int


@dataclass(frozen=True, slots=True)
class Judge:
    """The rules that run and all that there are; asked as often as a project changes."""

    selection: Selection
    known: tuple[LoadedRule, ...]

    def judge(self, project: Project) -> Judgement:
        """What is found in the project, and what is asked about it."""
        return self._judge(project, self.selection.rules, None)

    def find_again(
        self, project: Project, before: Run, only: frozenset[str] | None = None
    ) -> Sequence[Found]:
        """What is found after a change; rules that only ask, and did so, need not run.

        What is found `only` in some files is counted and not shown, so it has no evidence.
        """
        rules = [one for one in self.selection.rules if not one.is_asking or one.rule.id in before.crashes]
        return self._judge(project, rules, only).found

    def _judge(self, project: Project, rules: Sequence[LoadedRule], only: frozenset[str] | None) -> Judgement:
        view = View(project)
        run = run_rules(view, rules, only)
        made = make_found(view, run.reports, is_shown=only is None)
        found = [one for one in made if not is_ignored_in(project.config, one.finding.path, one.loaded)]
        left, silenced = self._without_silenced(view, found, run, only)
        return Judgement(view, run, left, len(made) - len(found), silenced)

    def _without_silenced(
        self, view: View, found: Sequence[Found], run: Run, only: frozenset[str] | None
    ) -> tuple[list[Found], int]:
        """The findings that no comment silences with those about the comments; how many were silenced."""
        ran = tuple(loaded for loaded in self.selection.rules if loaded.rule.id not in run.crashes)
        # A comment where a chain ends silences what is found where it begins, be that the only file judged.
        read = only and only | {hop.module.path for one in found for hop in one.report.hops}
        suppressions = read_suppressions(view.project, self.known, ran, read)
        left = silence(found, suppressions)
        judged = [one for one in suppressions if not only or one.module.path in only]
        said = run_on_suppressions(view, self.selection.rules, judged)
        run.crashes.update(said.crashes)
        about = make_found(view, said.reports, is_shown=only is None)
        return sorted([*left, *about], key=place_of), len(found) - len(left)


def place_of(one: Found) -> tuple[str, int, int, str, str]:
    """What findings are sorted by."""
    return one.finding.path, one.finding.line, one.finding.column, one.finding.code, one.finding.message
