"""Two versions of FastAPI → what changed, and what of it touches a project."""

from collections.abc import Iterator, Sequence

from packaging.version import InvalidVersion, Version

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.core.text import quote
from maestro_knowledge.project.model import Project
from maestro_knowledge.upgrade.migrations import load_migrations
from maestro_knowledge.upgrade.model import Comparison, Surface, Touch
from maestro_knowledge.upgrade.rows import find_rows, is_about, newest_told
from maestro_knowledge.upgrade.touches import find_touches
from maestro_knowledge.vault.model import Release


def compare_versions(
    from_version: str,
    to_version: str,
    *,
    releases: Sequence[Release] = (),
    old: Surface | None = None,
    new: Surface | None = None,
    project: Project | None = None,
    topic: str = "",
) -> Comparison:
    """What changed after one version and up to another, and which places of a project it touches.

    An empty `from_version` is the one that the project has, an empty `to_version` the newest that is known.
    `releases` are the notes that are known, `old`
    and `new` the public names of the two versions; what is missing is said in the notes of the answer.
    """
    after = read_version(from_version or _version_of(project), "from_version")
    until = read_version(to_version, "to_version") if to_version else _newest(releases, new)
    if after > until:
        raise BadArgument(f"{after} is newer than {until}.", "Give the older version first.")
    migrations = tuple(known for known in load_migrations() if after < Version(known.version) <= until)
    rows = find_rows(releases, load_migrations(), after, until, topic)
    touches = find_touches(project, migrations, old, new) if project is not None else ()
    return Comparison(
        str(after),
        str(until),
        **rows,
        affects_project=tuple(touch for touch in touches if _is_wanted(touch, topic)),
        notes=(
            *_notes_on_rows(after, until, releases),
            *(_notes_on_project(project, (after, old), (until, new)) if project is not None else ()),
        ),
    )


def read_version(text: str, argument: str) -> Version:
    """The version that a text spells, or `BadArgument`."""
    try:
        return Version(text.strip().removeprefix("v"))
    except InvalidVersion:
        raise BadArgument(
            f"{argument} {quote(text)} is not a version.",
            "Give one like 0.115.0, or a project that pins one.",
        ) from None


def _version_of(project: Project | None) -> str:
    known = project.versions.get("fastapi") if project is not None else None
    return (known.version or "") if known is not None else ""


def _newest(releases: Sequence[Release], new: Surface | None) -> Version:
    """The newest version that anything at hand tells of."""
    if new is not None:
        return Version(new.version)
    known = max(Version(known.version) for known in load_migrations())
    return max(known, newest_told(releases) or known)


def _is_wanted(touch: Touch, topic: str) -> bool:
    return is_about(topic, touch.symbol, touch.change, touch.action)


def _notes_on_rows(after: Version, until: Version, releases: Sequence[Release]) -> Iterator[str]:
    """What the rows cannot tell."""
    told = newest_told(releases)
    if after == until:
        yield "Both versions are the same."
    elif told is None:
        yield "No release notes are at hand; the rows are the changes that are known without them."
    elif told < until:
        yield f"The release notes at hand end with {told}; later rows are the changes that are known."


def _notes_on_project(project: Project, *sides: tuple[Version, Surface | None]) -> Iterator[str]:
    """What could not be looked at in the project."""
    for version, surface in sides:
        if surface is None:
            yield f"The signatures of {version} are not at hand, so no call was compared with them."
        elif Version(surface.version) != version:
            yield f"Signatures are those of {surface.version}, the nearest at hand to {version}."
    if project.skipped:
        yield f"{len(project.skipped)} files of the project were not read."
