"""Which rules run for a request on a project, and why the others do not."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.text import quote
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.surroundings import Config
from maestro_knowledge.review.model import SEVERITIES, Rule, Severity
from maestro_knowledge.review.registry import (
    LoadedRule,
    is_meant,
    named_rules,
    nearest_words,
    select_rules,
)
from maestro_knowledge.review.request import ReviewRequest

if TYPE_CHECKING:
    from packaging.version import Version

# Importing `packaging` takes longer than reviewing a module: only a project that states its FastAPI needs it.
# ruff: noqa: PLC0415

_FAR_AHEAD, _NEVER = "9998", "9999"


@dataclass(frozen=True, slots=True)
class Selection:
    """The rules that run, and for each that does not, in one line a reason, why.

    `unknown` says of each word of the project's configuration that means no rule where it stands.
    """

    rules: tuple[LoadedRule, ...]
    skipped: tuple[str, ...]
    unknown: tuple[str, ...] = ()


def choose_rules(project: Project, request: ReviewRequest, rules: Sequence[LoadedRule]) -> Selection:
    """The rules that the request and the project's configuration ask for.

    A word that means no rule is refused in a request; in the configuration it is left out, and said.
    """
    selecting = request.select or ",".join(_known(project.config.select, rules))
    selected = select_rules(selecting, rules) if selecting.strip(" ,") else None
    named = named_rules(selecting, rules)
    lasting = select_rules(",".join(_known(project.config.ignore, rules)), rules) - named_rules(
        request.select, rules
    )
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
    skipped = tuple(_say(reason, ids) for reason, ids in sorted(reasons.items()))
    return Selection(tuple(chosen), skipped, tuple(_unknown(project.config, rules)))


def _known(words: Sequence[str], rules: Sequence[LoadedRule]) -> list[str]:
    return [word for word in words if _is_known(word, rules)]


def _is_known(word: str, rules: Sequence[LoadedRule]) -> bool:
    return any(is_meant(word.strip(), loaded) for loaded in rules)


def _unknown(config: Config, rules: Sequence[LoadedRule]) -> Iterator[str]:
    """What the configuration says about rules that there are not, with the nearest that there are."""
    places = [("select", config.select), ("ignore", config.ignore)]
    places += [
        (f'per-file-ignores."{pattern}"', words) for pattern, words in sorted(config.per_file_ignores.items())
    ]
    for place, words in places:
        for word in words:
            if not _is_known(word, rules):
                nearest = ", ".join(nearest_words(word, rules))
                said = f" (nearest: {nearest})" if nearest else ""
                yield f"`{place}` names {quote(word)}, which is no rule{said}"


def applies_to(rule: Rule, project: Project) -> bool:
    """Whether the rule can be true of the project's FastAPI; nothing known counts as the newest."""
    if not rule.since and not rule.until:
        return True
    known = project.versions.get("fastapi")
    if known is None or not (known.version or known.specifier):
        return not rule.until
    from packaging.version import InvalidVersion, Version

    since, until = Version(rule.since or "0"), Version(rule.until or _NEVER)
    try:
        if known.version:
            return since <= Version(known.version) < until
        return _is_allowed(since, until, known.specifier or "", is_open=not rule.until)
    except InvalidVersion:
        return not rule.until


def _is_allowed(since: "Version", until: "Version", specifier: str, *, is_open: bool) -> bool:
    """Whether all versions that the specifier allows, of which some are tried, lie below `until`."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import Version

    try:
        allowed = SpecifierSet(specifier)
    except InvalidSpecifier:
        return is_open
    bounds = [Version(one.version.removesuffix(".*")) for one in allowed]
    tried = (since, since if is_open else until, Version(_FAR_AHEAD), *bounds)
    possible = [version for version in tried if version in allowed]
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
        if any(is_meant(word.strip(), loaded) for word in words)
    )


def _say(reason: str, ids: list[str]) -> str:
    shown = ", ".join(ids) if len(ids) <= 12 else f"{len(ids)} rules"
    return f"{reason}: {shown}"
