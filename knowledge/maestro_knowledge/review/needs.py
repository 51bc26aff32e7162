"""What a module must have for a rule to have anything to say of what stands in it, and which modules do."""

import ast
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """Any of these: a call to one of the names, a node of one of the kinds, one of the words.

    The words are names of attributes and of keyword arguments, as they are written. A rule that declares its
    needs is not asked about modules that have none of them, nor about their functions: that is most of them.
    """

    calls: frozenset[str] = frozenset()
    nodes: frozenset[type[ast.AST]] = frozenset()
    words: frozenset[str] = frozenset()


class Supply:
    """Which of the modules have what rules need."""

    def __init__(self, view: View, modules: Sequence[Module]) -> None:
        self._view = view
        self._modules = modules

    def having(self, needs: Needs) -> set[Module]:
        """The modules that have any of it."""
        found: set[Module] = set()
        for name in needs.calls & self._calling.keys() if needs.calls else ():
            found |= self._calling[name]
        for kind in needs.nodes:
            found.update(module for module in self._modules if module.nodes.get(kind))
        if needs.words:
            found.update(module for module, words in self._words if not words.isdisjoint(needs.words))
        return found

    @cached_property
    def _calling(self) -> dict[str, set[Module]]:
        """The modules that call something, by its name."""
        table: defaultdict[str, set[Module]] = defaultdict(set)
        for module in self._modules:
            for _, name in self._view.calls(module):
                table[name].add(module)
        return table

    @cached_property
    def _words(self) -> list[tuple[Module, set[str | None]]]:
        return [(module, _words_in(module)) for module in self._modules]


def _words_in(module: Module) -> set[str | None]:
    attributes = (
        node.attr for node in module.nodes.get(ast.Attribute, ()) if isinstance(node, ast.Attribute)
    )
    keywords = (node.arg for node in module.nodes.get(ast.keyword, ()) if isinstance(node, ast.keyword))
    return {*attributes, *keywords}
