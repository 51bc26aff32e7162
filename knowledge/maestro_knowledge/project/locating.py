"""Which file of the project an import means, without knowing where Python will be started."""

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping

from maestro_knowledge.core.records import dataclass, field

Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Locator:
    """The project's files by their path parts.

    `foreign` names are never the project's; `published` ones only where a package of that name is.
    """

    packages: frozenset[Parts]
    files: frozenset[Parts]  # a package is its folder
    folders: frozenset[Parts]
    endings: Mapping[str, tuple[Parts, ...]]
    foreign: frozenset[str]
    published: frozenset[str]
    found: dict[tuple[Parts, str], Parts | None] = field(default_factory=dict)

    def locate(self, folder: Parts, name: str, level: int = 0) -> Parts | None:
        """The file or folder that `name`, imported in `folder` with `level` dots, stands for."""
        key = (folder, f"{'.' * level}{name}")
        if key not in self.found:
            self.found[key] = self._relative(folder, name, level) if level else self._absolute(folder, name)
        return self.found[key]

    def _relative(self, folder: Parts, name: str, level: int) -> Parts | None:
        if level - 1 > len(folder):
            return None
        base = folder[: len(folder) - (level - 1)]
        parts = (*base, *name.split(".")) if name else base
        return parts if not parts or parts in self.files or parts in self.folders else None

    def _absolute(self, folder: Parts, name: str) -> Parts | None:
        parts = tuple(name.split("."))
        if parts[0] in self.foreign:
            return None
        candidates = [
            entry
            for entry in self.endings.get(parts[-1], ())
            if entry[-len(parts) :] == parts and self._may_start(entry[: -len(parts)], folder, parts)
        ]
        return min(
            candidates, key=lambda entry: self._rank(entry, entry[: -len(parts)], folder), default=None
        )

    def _may_start(self, root: Parts, folder: Parts, parts: Parts) -> bool:
        """Whether Python may have `root` on its path for a module in `folder`."""
        if parts[0] in self.published and ((*root, parts[0]) not in self.packages or root in self.packages):
            return False
        if root in self.packages:
            return root == folder  # a script run from inside its own package
        if root == folder[: len(root)]:
            return True
        return len(parts) > 1 or not root or root[-1] in {"src", "lib"}

    def _rank(self, entry: Parts, root: Parts, folder: Parts) -> tuple[bool, bool, bool, int, Parts]:
        common = 0
        for mine, theirs in zip(root, folder, strict=False):
            if mine != theirs:
                break
            common += 1
        return entry not in self.files, root in self.packages, common < len(root), -common, entry


def make_locator(
    files: Iterable[tuple[Parts, bool]], foreign: Iterable[str], published: Iterable[str]
) -> Locator:
    """The locator for files given as path parts without suffix, and whether each is a package."""
    packages: set[Parts] = set()
    known: set[Parts] = set()
    folders: set[Parts] = set()
    for parts, is_package in files:
        known.add(parts)
        if is_package:
            packages.add(parts)
        folders.update(parts[:end] for end in range(1, len(parts)))
    endings: defaultdict[str, list[Parts]] = defaultdict(list)
    for parts in sorted(known | folders):
        if parts:
            endings[parts[-1]].append(parts)
    return Locator(
        frozenset(packages),
        frozenset(known),
        frozenset(folders),
        {last: tuple(entries) for last, entries in endings.items()},
        frozenset(foreign) | sys.stdlib_module_names,
        frozenset(published),
    )


def folder_of(parts: Parts, *, is_package: bool) -> Parts:
    """The folder that a file's relative imports start from."""
    return parts if is_package else parts[:-1]


def name_of(parts: Parts, locator: Locator, starts: frozenset[Parts]) -> str:
    """The dotted name of a file, below where imports start from or where its topmost package lies."""
    top = len(parts) - 1
    while top > 0 and parts[:top] in locator.packages:
        top -= 1
    best = next((end for end in range(top, -1, -1) if parts[:end] in starts), -1)
    if best < 0:
        in_package = top < len(parts) - 1 or parts in locator.packages
        best = top if in_package else parts.index("src") + 1 if "src" in parts[:top] else 0
    return ".".join(parts[best:])
