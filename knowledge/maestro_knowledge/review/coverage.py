"""What a review rests on: files, rules, the version, and what could not be followed."""

from collections.abc import Mapping

from maestro_knowledge.project.model import Project
from maestro_knowledge.review.model import Coverage, Skipped
from maestro_knowledge.review.selection import Selection, version_text

_SHOWN = 5


def make_coverage(project: Project, selection: Selection, crashes: Mapping[str, str]) -> Coverage:
    """The statement that makes a clean answer mean something."""
    return Coverage(
        files_read=sum(module.in_scope for module in project.modules),
        files_skipped=tuple(Skipped(skipped.path, skipped.why) for skipped in project.skipped),
        rules_run=len(selection.rules) - len(crashes),
        rules_skipped=(*(crashes[name] for name in sorted(crashes)), *selection.skipped),
        fastapi_version=version_text(project),
        assumed=" ".join(filter(None, [_version(project), _followed(project)])),
    )


def _version(project: Project) -> str:
    known = project.versions.get("fastapi")
    if known is None or (not known.version and not known.specifier):
        return "No FastAPI version is stated; the newest is assumed."
    if not known.version:
        return f"FastAPI {known.specifier} ({known.where}); the newest of these is assumed."
    return f"FastAPI {known.version} by {known.where or known.source}."


def _followed(project: Project) -> str:
    if not project.problems:
        return ""
    shown = "; ".join(f"{p.path}:{p.line or 1} {p.message}" for p in project.problems[:_SHOWN])
    more = len(project.problems) - _SHOWN
    return f"Not followed, so nothing is claimed of it: {shown}{f' and {more} more' if more > 0 else ''}."
