"""What a review rests on: files, rules, the version, and what could not be followed."""

from collections.abc import Mapping

from maestro_knowledge.project.calls import calls_in, starts_on_loop
from maestro_knowledge.project.model import Project
from maestro_knowledge.review.model import Coverage, Skipped
from maestro_knowledge.review.selection import Selection, version_text

_SHOWN = 5


def make_coverage(
    project: Project, selection: Selection, crashes: Mapping[str, str], withheld: int = 0
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
                    _calls(project, selection),
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


def _calls(project: Project, selection: Selection) -> str:
    """How many calls on the event loop could not be followed, where a rule wanted to follow them."""
    if not any(loaded.rule.family == "ASY" for loaded in selection.rules):
        return ""
    sites = [
        site
        for module in project.modules
        if module.in_scope and not module.is_test
        for function in module.functions
        if starts_on_loop(project, function)
        for site in calls_in(project, function)
    ]
    unknown = sum(site.target is None for site in sites)
    if not unknown:
        return ""
    return (
        f"{unknown} of {len(sites)} calls in coroutines could not be followed; they are taken for harmless."
    )


def _problems(project: Project) -> str:
    if not project.problems:
        return ""
    shown = "; ".join(f"{p.path}:{p.line or 1} {p.message}" for p in project.problems[:_SHOWN])
    more = len(project.problems) - _SHOWN
    return f"Not followed, so nothing is claimed of it: {shown}{f' and {more} more' if more > 0 else ''}."
