"""Rules at work: each over the facts that it reads, a crash of one contained and said."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.facts import FACTS, Fact, is_judged, module_of
from maestro_knowledge.review.needs import Supply
from maestro_knowledge.review.registry import LoadedRule
from maestro_knowledge.review.report import Ask, Report
from maestro_knowledge.review.suppress import Suppression
from maestro_knowledge.review.view import View

T = TypeVar("T")


@dataclass(slots=True)
class Run:
    """What the rules said, and which of them could not go on where."""

    reports: list[tuple[LoadedRule, Report]] = field(default_factory=list)
    asks: list[tuple[LoadedRule, Ask]] = field(default_factory=list)
    crashes: dict[str, str] = field(default_factory=dict)


class _Facts:
    """The facts that rules speak about; the same for all rules, so gathered once."""

    def __init__(self, view: View, only: frozenset[str] | None) -> None:
        self._view, self._only = view, only
        self._known: dict[tuple[type, bool], tuple[Any, ...]] = {}
        self._supply = Supply(view, self._all(Module, tests=True))

    def of(self, kind: type, loaded: LoadedRule) -> Sequence[Fact]:
        """The facts of a kind that the rule has to be asked about."""
        tests = loaded.rule.tests
        if loaded.needs is None or kind not in {Module, Function}:
            return self._all(kind, tests=tests)
        having = self._supply.having(loaded.needs)
        modules = [module for module in self._all(Module, tests=tests) if module in having] if having else []
        return (
            modules if kind is Module else [function for module in modules for function in module.functions]
        )

    def _all(self, kind: type[T], *, tests: bool) -> tuple[T, ...]:
        if (kind, tests) not in self._known:
            self._known[kind, tests] = tuple(_facts(self._view, kind, self._only, tests=tests))
        return self._known[kind, tests]


def run_rules(view: View, rules: Sequence[LoadedRule], only: frozenset[str] | None = None) -> Run:
    """What all these rules say about the project, or about the files `only` of it."""
    run = Run()
    facts = _Facts(view, only)
    for loaded in rules:
        for kind in loaded.reads:
            _run(view, loaded, facts.of(kind, loaded), run)
    if only is not None:
        run.reports[:] = [pair for pair in run.reports if pair[1].module.path in only]
    return run


def run_on_suppressions(view: View, rules: Sequence[LoadedRule], suppressions: Sequence[Suppression]) -> Run:
    """What the rules about silencing comments say, once it is known what each comment silenced."""
    run = Run()
    for loaded in rules:
        if Suppression in loaded.reads:
            _run(view, loaded, suppressions, run)
    return run


def _facts(view: View, kind: type, only: frozenset[str] | None, *, tests: bool) -> Iterator[Fact]:
    """The facts of a kind that rules speak about."""
    for fact in FACTS[kind](view) if kind in FACTS else ():
        module = module_of(fact)
        if is_judged(module, tests=tests) and _is_wanted(module, only):
            yield fact


def _is_wanted(module: Module | None, only: frozenset[str] | None) -> bool:
    return only is None or module is None or module.path in only


def _run(view: View, loaded: LoadedRule, facts: Sequence[Fact | Suppression], run: Run) -> None:
    check = loaded.check
    for fact in facts:
        try:
            for said in check(fact, view):
                _ = loaded.page  # a rule without a readable page is as broken as one that raises
                if isinstance(said, Ask):
                    run.asks.append((loaded, said))
                elif is_judged(said.module, tests=loaded.rule.tests):
                    run.reports.append((loaded, said))
        except Exception as error:  # noqa: BLE001 - a bug in one rule must not cost the findings of the others
            _note_crash(run, loaded, fact, error)


def _note_crash(run: Run, loaded: LoadedRule, fact: Fact | Suppression, error: Exception) -> None:
    import logging  # noqa: PLC0415 - a hundredth of a small review, and no rule is meant to crash

    logging.getLogger(__name__).error("Rule %s failed.", loaded.rule.id, exc_info=error)
    module = fact.module if isinstance(fact, Suppression) else module_of(fact)
    where = f" in {module.path}" if module else ""
    run.crashes.setdefault(loaded.rule.id, f"failed{where} ({type(error).__name__}): {loaded.rule.id}")
