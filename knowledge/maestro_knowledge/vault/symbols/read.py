"""Public names of a package → symbols, and each a section: signature, parameters, docs, where it stands."""

from collections.abc import Iterator

import griffe

from maestro_knowledge.core.records import dataclass, field, replace
from maestro_knowledge.core.refs import make_ref
from maestro_knowledge.vault.catalog import Source
from maestro_knowledge.vault.model import Parameter, Problem, Section, Snapshot, SourceRef, Symbol
from maestro_knowledge.vault.pages import Site
from maestro_knowledge.vault.symbols.exports import Export, find_exports
from maestro_knowledge.vault.symbols.packages import Packages
from maestro_knowledge.vault.symbols.pages import Described, SymbolWriter
from maestro_knowledge.vault.symbols.reference import Reference
from maestro_knowledge.vault.symbols.signatures import attributes_of, describe, path_of
from maestro_knowledge.vault.trees import Tree

MAX_SYMBOLS = 6_000
_NEIGHBOUR = "starlette"


@dataclass(frozen=True, slots=True)
class ReadSymbols:
    """The public names of a package: symbols, their sections, and what could not be parsed."""

    symbols: tuple[Symbol, ...]
    sections: tuple[Section, ...]
    problems: tuple[Problem, ...]


def read_symbols(tree: Tree, source: Source, package: str, site: Site, reference: Reference) -> ReadSymbols:
    """Every public symbol of a package of the tree."""
    packages = Packages(tree)
    reader = _Reader(packages, tree.snapshot, source)
    writer = SymbolWriter(tree.snapshot, site, reference)
    described: list[Described] = []
    for export in find_exports(packages, package, source.private):
        described += reader.read(export)
        if len(described) > MAX_SYMBOLS:
            break
    return ReadSymbols(
        tuple(one.symbol for one in described),
        tuple(writer.section(one) for one in described),
        tuple(Problem(file, message) for file, message in sorted(packages.problems.items())),
    )


@dataclass(slots=True)
class _Reader:
    """Describes exported names, one after the other."""

    packages: Packages
    snapshot: Snapshot
    source: Source
    _names: dict[str, str] = field(default_factory=dict)

    def read(self, export: Export) -> Iterator[Described]:
        """The symbol of an export, and, of a class, its public methods."""
        found = self.packages.find(export.definition)
        if found is None:
            if export.definition.split(".")[0] == _NEIGHBOUR:
                yield self._elsewhere(export)
        elif isinstance(found, griffe.Class):
            yield from self._class(export, found)
        elif isinstance(found, griffe.Module):
            symbol = replace(self._describe(export.name, found), aliases=export.aliases)
            yield Described(symbol, constants=tuple(_constants(found)))
        elif isinstance(found, griffe.Function) or _says_something(found):
            yield Described(replace(self._describe(export.name, found), aliases=export.aliases))

    def _describe(self, name: str, found: griffe.Object) -> Symbol:
        return describe(name, found, self.snapshot, self.source.docstrings)

    def _class(self, export: Export, found: griffe.Class) -> Iterator[Described]:
        methods = [
            (name, member) for name, member in found.members.items()
            if isinstance(member, griffe.Function) and not name.startswith("_")
        ]  # fmt: skip
        own = {name for name, _ in methods}
        yield Described(
            replace(self._describe(export.name, found), aliases=export.aliases),
            attributes=tuple(attributes_of(found, self.source.docstrings)),
            methods=tuple(name for name, _ in methods),
            inherited=tuple(self._inherited(found, own)),
        )
        for name, member in methods:
            symbol = self._describe(f"{export.name}.{name}", member)
            yield Described(replace(symbol, aliases=tuple(f"{alias}.{name}" for alias in export.aliases)))

    def _inherited(self, found: griffe.Class, own: set[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The classes that a class stands on, as far as they are here, and the methods each brings."""
        seen = {found.path}
        waiting = [path_of(base) for base in found.bases]
        while waiting and len(seen) < 50:
            base = self.packages.find(waiting.pop(0))
            if not isinstance(base, griffe.Class) or base.path in seen:
                continue
            seen.add(base.path)
            lines = []
            for name, member in base.members.items():
                if isinstance(member, griffe.Function) and not name.startswith("_") and name not in own:
                    own.add(name)
                    lines.append(self._describe(name, member).signature)
            if lines:
                yield base.path, tuple(lines)
            waiting += [path_of(parent) for parent in base.bases]

    def _elsewhere(self, export: Export) -> Described:
        """The symbol of a name that is defined in Starlette, where that is not in the tree."""
        module, _, last = export.name.rpartition(".")
        is_module = export.definition.count(".") == 1
        snapshot = self.snapshot
        symbol = Symbol(
            name=export.name,
            kind="module" if is_module else "class" if last[:1].isupper() else "function",
            signature=f"from {module} import {last}",
            parameters=(),
            returns="",
            doc=f"Defined in Starlette: `{export.definition}`.",
            source=SourceRef(snapshot.name, snapshot.layer, snapshot.version, snapshot.commit),
            aliases=export.aliases,
        )
        ref = make_ref("api", export.definition, source=_NEIGHBOUR)
        return Described(symbol, related=() if is_module else (ref,))


def _says_something(found: griffe.Object) -> bool:
    """Whether an attribute is more than a constant or a helper for types."""
    return found.docstring is not None


def _constants(module: griffe.Module) -> Iterator[Parameter]:
    for name, member in module.members.items():
        if isinstance(member, griffe.Attribute) and not name.startswith("_"):
            yield Parameter(name, default=str(member.value or "")[:80], kind="attribute")
