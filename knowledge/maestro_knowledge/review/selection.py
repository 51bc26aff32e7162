"""Which rules run for a request on a project, and why the others do not."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.core.text import quote
from maestro_knowledge.project.model import Config, Project
from maestro_knowledge.review.model import SEVERITIES, ReviewRequest, Rule, Severity
from maestro_knowledge.review.registry import LoadedRule, is_meant, named_rules, select_rules

_FAR_AHEAD, _NEVER = "9998", "9999"


@dataclass(frozen=True, slots=True)
class Selection:
    """The rules that run, and for each that does not, in one line a reason, why."""

    rules: tuple[LoadedRule, ...]
    skipped: tuple[str, ...]


def choose_rules(project: Project, request: ReviewRequest, rules: Sequence[LoadedRule]) -> Selection:
    """The rules that the request and the project's configuration ask for."""
    selecting = request.select or ",".join(project.config.select)
    selected = select_rules(selecting, rules) if selecting.strip(" ,") else None
    named = named_rules(selecting, rules)
    lasting = select_rules(",".join(project.config.ignore), rules) - named_rules(request.select, rules)
    ignored = select_rules(request.ignore, rules) | lasting
    chosen: list[LoadedRule] = []
    reasons: dict[str, list[str]] = defaultdict(list)
    for loaded in rules:
        rule = loaded.rule
        if selected is not None and rule.id not in selected:
            reasons["not selected"].append(rule.id)
        elif rule.id in ignored:
            reasons["ignored"].append(rule.id)
        elif rule.preview and not request.preview and rule.id not in named:
            reasons["in preview"].append(rule.id)
        elif not rule.on and rule.id not in named:
            reasons["off until selected by name"].append(rule.id)
        elif not applies_to(rule, project):
            reasons[f"not true of FastAPI {version_text(project)}"].append(rule.id)
        else:
            chosen.append(loaded)
    return Selection(tuple(chosen), tuple(_say(reason, ids) for reason, ids in sorted(reasons.items())))


def applies_to(rule: Rule, project: Project) -> bool:
    """Whether the rule can be true of the project's FastAPI; nothing known counts as the newest."""
    if not rule.since and not rule.until:
        return True
    since, until = Version(rule.since or "0"), Version(rule.until or _NEVER)
    known = project.versions.get("fastapi")
    try:
        if known and known.version:
            return since <= Version(known.version) < until
        allowed = SpecifierSet(known.specifier if known and known.specifier else "")
        bounds = [Version(one.version.removesuffix(".*")) for one in allowed]
    except (InvalidVersion, InvalidSpecifier):
        allowed, bounds = SpecifierSet(""), []
    possible = [
        version
        for version in (since, until if rule.until else since, Version(_FAR_AHEAD), *bounds)
        if version in allowed
    ]
    return any(since <= version for version in possible) and not any(until <= version for version in possible)


def version_text(project: Project) -> str:
    """The FastAPI version of the project as far as it is known; empty where nothing says."""
    known = project.versions.get("fastapi")
    return (known.version or known.specifier or "") if known else ""


def minimum_severity(project: Project, request: ReviewRequest) -> Severity:
    """The least severe finding that is wanted: what the request says, else the project."""
    word = request.min_severity if request.min_severity != "info" else project.config.min_severity or "info"
    for severity in SEVERITIES:
        if word == severity:
            return severity
    raise BadArgument(f"{quote(word)} is not a severity.", f"Use one of {', '.join(SEVERITIES)}.")


def is_ignored_in(config: Config, path: str, loaded: LoadedRule) -> bool:
    """Whether the project's `per-file-ignores` silence the rule in the file."""
    return any(
        fnmatchcase(path, pattern) or fnmatchcase(path, f"*/{pattern}")
        for pattern, words in config.per_file_ignores.items()
        if any(is_meant(word, loaded) for word in words)
    )


def _say(reason: str, ids: list[str]) -> str:
    shown = ", ".join(ids) if len(ids) <= 12 else f"{len(ids)} rules"
    return f"{reason}: {shown}"
