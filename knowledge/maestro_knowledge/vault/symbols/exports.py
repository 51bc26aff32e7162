"""Which names of a package are public, and by which of its paths each is called."""

import re
from collections.abc import Iterator, Mapping

import griffe

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.vault.symbols.packages import Packages

MAX_NAMES = 5_000


@dataclass(frozen=True, slots=True)
class Export:
    """A public name: the shortest path to it, its other public paths, and where it is defined."""

    name: str
    aliases: tuple[str, ...]
    definition: str


def find_exports(packages: Packages, package: str, skipped: tuple[str, ...] = ()) -> tuple[Export, ...]:
    """Every public class, function and attribute of a package, by name; `skipped` modules are left out."""
    paths: dict[str, set[str]] = {}
    for module in packages.names(package):
        if not _is_public(module) or any(module == skip or module.startswith(f"{skip}.") for skip in skipped):
            continue
        for path in _public_paths(packages, module):
            paths.setdefault(packages.final_path(path), set()).add(path)
    exports = []
    for definition, names in paths.items():
        name, *others = sorted(names, key=lambda path: (path.count("."), len(path), path))
        own = [definition] if definition not in names else []
        exports.append(Export(name, (*others, *own), definition))
    return tuple(sorted(exports, key=lambda export: export.name)[:MAX_NAMES])


def _is_public(path: str) -> bool:
    return not any(part.startswith("_") for part in path.split("."))


def _public_paths(packages: Packages, name: str) -> Iterator[str]:
    """The paths of what a module defines or offers on behalf of another."""
    module = packages.module(name)
    if module is None:
        return
    listed = {each for each in module.exports or () if isinstance(each, str)}
    # Looking at what an import brings in may parse further modules into this one.
    for member_name, member in tuple(module.members.items()):
        if isinstance(member, griffe.Alias):
            if member.wildcard:
                yield from _spread(packages, name, member.wildcard, listed)
            elif member_name in listed or (
                not listed and _is_offered(packages.source(name), member, member_name)
            ):
                yield f"{name}.{member_name}"
        elif member_name in listed or (not listed and _is_public(member_name) and not member.is_module):
            yield f"{name}.{member_name}"


def _spread(packages: Packages, name: str, target: str, listed: set[str]) -> Iterator[str]:
    """What a `from … import *` brings in."""
    module = packages.module(target)
    if module is None:
        return
    offered: Mapping[str, object] = module.members
    own = {each for each in module.exports or () if isinstance(each, str)}
    for member in offered:
        if (member in own or (not own and _is_public(member))) and (not listed or member in listed):
            yield f"{name}.{member}"


def _is_offered(source: str, alias: griffe.Alias, name: str) -> bool:
    """Whether an import is written `import X as X`, which says that it is meant to be imported from here."""
    first, last = alias.alias_lineno or 1, alias.alias_endlineno or alias.alias_lineno or 1
    lines = source.split("\n")[first - 1 : last]
    return re.search(rf"\b{re.escape(name)}\s+as\s+{re.escape(name)}\b", "\n".join(lines)) is not None
