"""Python packages of a tree, parsed module by module as they are needed; nothing is ever imported."""

from collections.abc import Iterator
from pathlib import Path

import griffe

from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.core.text import clean
from maestro_knowledge.vault.symbols.modules import find_modules
from maestro_knowledge.vault.trees import Tree

MAX_HOPS = 20
MAX_STUMBLES = 200


class Packages:
    """The modules of a tree by dotted name; what a name leads to is followed through re-exports."""

    def __init__(self, tree: Tree) -> None:
        self.problems: dict[str, str] = {}
        self._tree = tree
        self._files = dict(find_modules(tree.files()))
        self._parsed: dict[str, griffe.Module | None] = {}
        self._sources: dict[str, str] = {}
        self._collection = griffe.ModulesCollection()
        self._docs = griffe.load_extensions("griffe_typingdoc")

    def names(self, package: str) -> Iterator[str]:
        """The modules of a package, itself first."""
        for name in sorted(self._files):
            if name == package or name.startswith(f"{package}."):
                yield name

    def file_of(self, module: str) -> str:
        """The file that a module stands in."""
        return self._files.get(module, "")

    def source(self, module: str) -> str:
        """The source code of a module that was parsed."""
        return self._sources.get(module, "")

    def module(self, name: str) -> griffe.Module | None:
        """The parsed module of that name; `None` if there is none or it does not parse."""
        if name not in self._files:
            return None
        if name not in self._parsed:
            self._parsed[name] = None  # A package that is being parsed is not asked for again.
            self._parsed[name] = self._parse(name)
        return self._parsed[name]

    def _parse(self, name: str) -> griffe.Module | None:
        file = self._files[name]
        above, _, last = name.rpartition(".")
        parent = self.module(above) if above else None
        try:
            code = clean(self._tree.read(file).decode("utf-8", "replace"))
            self._sources[name] = code
            module = griffe.visit(
                last if parent else name, Path(file), code, parent=parent, modules_collection=self._collection
            )
        except MaestroError as error:
            self.problems[file] = error.message
            return None
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            self.problems[file] = f"cannot be parsed: {type(error).__name__}"
            return None
        # The extension looks up typed dictionaries of keyword arguments by their full path.
        (parent.members if parent else self._collection.members).setdefault(last, module)
        self._document(module, file)
        return module

    def _document(self, module: griffe.Module, file: str) -> None:
        """Has the extension read what is said of parameters; where it stumbles, it goes on the next time."""
        for _ in range(MAX_STUMBLES):
            try:
                self._docs.call("on_package", pkg=module, loader=None)
            except Exception as error:  # noqa: BLE001 - another library reads what may be any source
                self.problems[file] = f"has parameters whose docs cannot be read: {type(error).__name__}"
            else:
                return

    def find(self, path: str) -> griffe.Object | None:
        """What a dotted path names, re-exports followed; `None` if it lies outside of the tree."""
        for _ in range(MAX_HOPS):
            found = self._step(path)
            if found is None or isinstance(found, griffe.Object):
                return found
            path = found
        return None

    def final_path(self, path: str) -> str:
        """Where a dotted path leads in the end, as far as the tree knows."""
        for _ in range(MAX_HOPS):
            found = self._step(path)
            if not isinstance(found, str):
                return found.path if found else path
            path = found
        return path

    def _step(self, path: str) -> griffe.Object | str | None:
        """What a path names, or, for a re-export, the path that it stands for."""
        name, rest = path, list[str]()
        while name and (name not in self._files):
            name, _, last = name.rpartition(".")
            rest.insert(0, last)
        current: griffe.Object | None = self.module(name) if name else None
        for position, part in enumerate(rest):
            if current is None:
                return None
            member = current.members.get(part)
            if member is None:
                return self._through_wildcard(current, part, rest[position + 1 :])
            if isinstance(member, griffe.Alias):
                return ".".join((member.target_path, *rest[position + 1 :]))
            current = member
        return current

    def _through_wildcard(self, module: griffe.Object, name: str, rest: list[str]) -> str | None:
        for member in tuple(module.members.values()):
            if isinstance(member, griffe.Alias) and (target := member.wildcard):
                other = self.module(target)
                if other is not None and name in other.members:
                    return ".".join((target, name, *rest))
        return None
