"""The places of a project that the changes between two versions touch, and what to do at each."""

from collections.abc import Iterator, Sequence

from packaging.version import Version

from maestro_knowledge.project.model import Project
from maestro_knowledge.project.requirements import declared
from maestro_knowledge.project.settings_files import read_text
from maestro_knowledge.project.versions import at_least
from maestro_knowledge.upgrade.migrations import speaks_of
from maestro_knowledge.upgrade.model import Migration, Surface, Touch, Use
from maestro_knowledge.upgrade.surfaces import REFUSED, changes_of
from maestro_knowledge.upgrade.uses import find_uses

_RESOLVED = ("environment", "lock")


def find_touches(
    project: Project, migrations: Sequence[Migration], old: Surface | None, new: Surface | None
) -> tuple[Touch, ...]:
    """Every place, by file and line; known changes speak before bare signatures do."""
    found: list[Touch] = []
    has = _declared_packages(project)
    migrations = [known for known in migrations if known.unless not in has]
    for use in find_uses(project):
        known = [*_by_migrations(use, migrations)]
        found += known
        if old and new and not known:
            found += _by_signatures(use, migrations, old, new)
    found += _requirements(project, migrations)
    places: dict[tuple[str, int, str], Touch] = {}
    for touch in sorted(found, key=_order):
        places.setdefault((touch.file, touch.line, f"{touch.change}{touch.action}"), touch)
    return tuple(sorted(places.values(), key=_order))


def _order(touch: Touch) -> tuple[str, int, str, str]:
    return touch.file, touch.line, touch.symbol, touch.change


def _by_migrations(use: Use, migrations: Sequence[Migration]) -> Iterator[Touch]:
    for known in migrations:
        for where in known.where:
            if speaks_of(where, use):
                change = f"{known.version}: {known.text}"
                yield Touch(use.file, use.line, use.symbol, change, where.action or known.action)


def _by_signatures(use: Use, migrations: Sequence[Migration], old: Surface, new: Surface) -> Iterator[Touch]:
    refusal = next((known for known in migrations if use.symbol in known.refuses), None)
    for change, action in changes_of(use, old, new):
        if refusal is not None and REFUSED in change:
            told = f"{refusal.version}: {change}"
            yield Touch(use.file, use.line, use.symbol, told, f"{action} {refusal.action}")
        else:
            yield Touch(use.file, use.line, use.symbol, change, action)


def _requirements(project: Project, migrations: Sequence[Migration]) -> Iterator[Touch]:
    """What the newer version asks of Python and other packages and the project rules out."""
    needs: dict[str, tuple[Version, Migration]] = {}
    for known in migrations:
        for package, version in known.requires.items():
            if package not in needs or needs[package][0] < Version(version):
                needs[package] = (Version(version), known)
    for package, (wanted, known) in sorted(needs.items()):
        has = project.versions.get(package)
        if has is None or at_least(project.versions, package, str(wanted)) is not False:
            continue
        if package == "starlette" and has.source in _RESOLVED:
            continue  # follows FastAPI by itself
        stated = has.version or has.specifier or "an older one"
        file, line = _declared_at(project, has.where, package)
        change = f"{known.version}: {known.text} The project has {stated}."
        yield Touch(file, line, package, change, known.action)


def _declared_packages(project: Project) -> set[str]:
    """The packages that the project says it needs."""
    if not project.versions:
        return set()
    return {entry.name for entry in declared(project.root, project.root)}


def _declared_at(project: Project, where: str, package: str) -> tuple[str, int]:
    """The file and line that name a package, as far as that can be told."""
    text = read_text(project.root / where, project.root) if where else None
    for number, line in enumerate((text or "").split("\n"), 1):
        if package in line.lower():
            return where, number
    return where or "pyproject.toml", 1
