"""What a review rests on: files, rules, the version, and what could not be followed."""

from collections.abc import Mapping

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.project.calls import calls_in, starts_on_loop
from maestro_knowledge.project.model import Project
from maestro_knowledge.review.model import Coverage, Skipped
from maestro_knowledge.review.selection import Selection, version_text

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Followed:
    """How many calls are made on the event loop, and how many of them could not be followed."""

    calls: int = 0
    unknown: int = 0


def make_coverage(
    project: Project, selection: Selection, crashes: Mapping[str, str], followed: Followed, withheld: int = 0
) -> Coverage:
    """The statement that makes a clean answer mean something; `withheld` edits did not hold when tried."""
    return Coverage(
        files_read=sum(module.in_scope for module in project.modules),
        files_skipped=tuple(Skipped(skipped.path, skipped.why) for skipped in project.skipped),
        rules_run=len(selection.rules) - len(crashes),
        rules_skipped=(*(crashes[name] for name in sorted(crashes)), *selection.skipped),
        fastapi_version=version_text(project),
        assumed=" ".join(
            filter(
                None,
                [
                    _version(project),
                    _unknown(selection),
                    _calls(followed),
                    _problems(project),
                    _edits(withheld),
                ],
            )
        ),
    )


def _unknown(selection: Selection) -> str:
    if not selection.unknown:
        return ""
    more = len(selection.unknown) - _SHOWN
    said = "; ".join(selection.unknown[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")
    return f"Left out of [tool.fastapi-maestro]: {said}."


def _edits(withheld: int) -> str:
    if not withheld:
        return ""
    return (
        f"{withheld} edit{'s are' if withheld > 1 else ' is'} not offered: when tried they brought another "
        "finding or left their own, or they touch what another edit changes."
    )


def _version(project: Project) -> str:
    known = project.versions.get("fastapi")
    if known is None or (not known.version and not known.specifier):
        return "No FastAPI version is stated; the newest is assumed."
    if not known.version:
        return f"FastAPI {known.specifier} ({known.where}); the newest of these is assumed."
    return f"FastAPI {known.version} by {known.where or known.source}."


def count_calls(project: Project, selection: Selection) -> Followed:
    """The calls on the event loop, where a rule wanted to follow them; cheap while they are remembered."""
    if not any(loaded.rule.family == "ASY" for loaded in selection.rules):
        return Followed()
    sites = [
        site
        for module in project.modules
        if module.in_scope and not module.is_test
        for function in module.functions
        if starts_on_loop(project, function)
        for site in calls_in(project, function)
    ]
    return Followed(len(sites), sum(site.target is None for site in sites))


def _calls(followed: Followed) -> str:
    if not followed.unknown:
        return ""
    said = f"{followed.unknown} of {followed.calls} calls in coroutines could not be followed"
    return f"{said}; they are taken for harmless."


def _problems(project: Project) -> str:
    if not project.problems:
        return ""
    shown = "; ".join(f"{p.path}:{p.line or 1} {p.message}" for p in project.problems[:_SHOWN])
    more = len(project.problems) - _SHOWN
    return f"Not followed, so nothing is claimed of it: {shown}{f' and {more} more' if more > 0 else ''}."
