"""Which rules there are: found by walking the rule folders, checked, and selected by what the caller says."""

import importlib
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from functools import cache, cached_property
from pathlib import Path
from typing import Any, get_args

from maestro_knowledge.core.errors import NotFound
from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.core.text import quote
from maestro_knowledge.review import rules as rules_package
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.page import Page, read_page
from maestro_knowledge.review.report import Ask, Report

Check = Callable[..., Iterator[Report | Ask]]

_ID = Pattern(r"[A-Z]{3}\d{3}")
_NAME = Pattern(r"[a-z0-9]+(-[a-z0-9]+)+")
_UMBRELLA = Pattern(r"API00[1-8]")


@dataclass(frozen=True)
class LoadedRule:
    """A rule with its check, the fact types that the check reads, and its page."""

    rule: Rule
    check: Check = field(repr=False)
    reads: tuple[type, ...]
    page_file: Path
    family_title: str = ""
    is_asking: bool = False  # it asks questions and finds nothing
    needs: Needs | None = None  # what a module must have for the rule to speak of it; None: nothing

    @cached_property
    def page(self) -> Page:
        """Its page, read when first asked for."""
        return read_page(self.page_file.read_text(encoding="utf-8"), file=self.page_file.name)

    @property
    def words(self) -> tuple[str, ...]:
        """Everything that selects it, but the prefixes of its id."""
        return (self.rule.id, self.rule.name, self.rule.family, *self.rule.umbrella)

    @cached_property
    def folded_words(self) -> frozenset[str]:
        """The same without regard to capitals."""
        return frozenset(word.casefold() for word in self.words)


@cache
def load_rules() -> tuple[LoadedRule, ...]:
    """Every rule there is, sorted by id."""
    return tuple(sorted(_walk(), key=lambda loaded: loaded.rule.id))


def find_rule(word: str, rules: Sequence[LoadedRule] | None = None) -> LoadedRule:
    """The rule with this id or name, or `NotFound` with the nearest."""
    rules = load_rules() if rules is None else rules
    for loaded in rules:
        if word.strip().casefold() in {loaded.rule.id.casefold(), loaded.rule.name}:
            return loaded
    raise _unknown(word, rules)


def select_rules(words: str, rules: Sequence[LoadedRule]) -> frozenset[str]:
    """The ids that comma separated ids, prefixes, names, families and umbrellas stand for."""
    ids: set[str] = set()
    for word in filter(None, (part.strip() for part in words.split(","))):
        found = {loaded.rule.id for loaded in rules if is_meant(word, loaded)}
        if not found:
            raise _unknown(word, rules)
        ids |= found
    return frozenset(ids)


def named_rules(words: str, rules: Sequence[LoadedRule]) -> frozenset[str]:
    """The ids among `words` that name one rule itself, by id or by name."""
    parts = {part.strip().casefold() for part in words.split(",")}
    return frozenset(
        loaded.rule.id for loaded in rules if parts & {loaded.rule.id.casefold(), loaded.rule.name}
    )


def is_meant(word: str, loaded: LoadedRule) -> bool:
    """Whether a selecting word stands for this rule, possibly among others; `all` stands for each."""
    folded = word.casefold()
    if folded == "all" or folded in loaded.folded_words:
        return True
    return bool(folded) and loaded.rule.id.casefold().startswith(folded)


def make_loaded(
    rule: Rule, check: Check, page_file: Path, *, family_title: str = "", needs: Needs | None = None
) -> LoadedRule:
    """The rule with the facts that its check declares by the type of its first parameter."""
    _check_metadata(rule, page_file.name)
    types: dict[str, Any] = check.__annotations__
    first = next(iter(types.values()))
    reads = get_args(first) or (first,)
    is_asking = get_args(types.get("return")) == (Ask,)
    return LoadedRule(rule, check, tuple(reads), page_file, family_title, is_asking, needs)


def _walk() -> Iterator[LoadedRule]:
    for start in sorted(Path(rules_package.__path__[0]).glob("*/__init__.py")):
        folder = start.parent
        name = f"{rules_package.__name__}.{folder.name}"
        package = importlib.import_module(name)
        title = (package.__doc__ or "").strip().splitlines()[0].rstrip(".")
        for file in sorted(folder.glob("[!_]*.py")):  # a name with a line is what the rules of a family share
            module = importlib.import_module(f"{name}.{file.stem}")
            yield make_loaded(
                module.RULE,
                module.check,
                file.with_suffix(".md"),
                family_title=title,
                needs=getattr(module, "NEEDS", None),
            )


def _check_metadata(rule: Rule, page: str) -> None:
    """A rule that is described wrongly is a bug of ours: it stops everything, at once."""
    problems = [
        problem
        for problem, wrong in {
            "its id is three letters and three digits": not _ID.fullmatch(rule.id),
            "its name is kebab case": not _NAME.fullmatch(rule.name),
            "its files are called as it is": page != f"{rule.name.replace('-', '_')}.md",
            "an umbrella is API001 to API008": not all(map(_UMBRELLA.fullmatch, rule.umbrella)),
            "what only asks has nothing to edit": rule.kind == "absence" and rule.fix,
        }.items()
        if wrong
    ]
    if problems:
        raise ValueError(f"Rule {rule.id} with {page}: {'; '.join(problems)}.")


def nearest_words(word: str, rules: Sequence[LoadedRule]) -> list[str]:
    """The selecting words that resemble this one most, at most three."""
    known = {name.casefold(): name for loaded in rules for name in loaded.words}
    close = get_close_matches(word.strip().casefold()[:80], sorted(known), n=3, cutoff=0.4)
    return [known[name] for name in close]


def _unknown(word: str, rules: Sequence[LoadedRule]) -> NotFound:
    return NotFound(
        f"There is no rule {quote(word.strip())}.",
        "Rules go by id (ASY101), prefix (ASY), name, family or umbrella (API001).",
        nearest_words(word, rules),
    )
