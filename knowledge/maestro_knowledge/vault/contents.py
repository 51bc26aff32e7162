"""A tree → everything in it that can be asked for."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from maestro_knowledge.core.errors import NotBuilt
from maestro_knowledge.vault.model import Contents, PageContents
from maestro_knowledge.vault.trees import Tree

NOTHING_KNOWN: Mapping[str, PageContents] = MappingProxyType({})


def read_contents(
    tree: Tree,
    *,
    known: Mapping[str, PageContents] = NOTHING_KNOWN,
    progress: Callable[[int, int], None] | None = None,
) -> Contents:
    """Every page, example, release and symbol of the tree.

    `known` holds what an earlier reading gave, by file: whatever did not change is taken from there and
    only gets its version, commit and order anew. `progress` is told how many files of how many are read.
    """
    del known, progress
    raise NotBuilt(f"{tree.snapshot.name} cannot be read yet.", "The splitter is being written.")
