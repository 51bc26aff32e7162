"""What each idea is worth: the scores with one idea taken away at a time.

    ablate.py

Slow (every row that changes what is indexed indexes anew); its table is kept in README.md beside this file.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parents[1]))

from eval.libraries import embedded_contents, make_library, named_vault
from eval.measure import maestro, query_sets, run

from maestro_indexer import query, ranking, search, weights
from maestro_indexer import words as words_module
from maestro_indexer.spelling import Speller
from maestro_indexer.synonyms import Synonyms
from maestro_knowledge.vault.catalog import find_source
from maestro_knowledge.vault.clone import open_checkout
from maestro_knowledge.vault.contents import read_contents
from maestro_knowledge.vault.model import Contents

FLAT = MappingProxyType(dict.fromkeys(("docs", "guide", "rule", "api", "example", "release", "profile"), 1.0))
Patches = tuple[tuple[Any, str, Any], ...]

AT_QUERY: tuple[tuple[str, Patches], ...] = (
    ("nothing taken away", ()),
    ("- synonyms", ((query, "load_synonyms", lambda: Synonyms({})),)),
    ("- spelling repair", ((Speller, "mend", lambda *_: ()), (Speller, "split", lambda *_: ()))),
    ("- words written apart joined", ((query, "_add_joined", lambda *_: None),)),
    ("- weak words count less", ((query, "WEAK", 1.0),)),
    ("- parts of identifiers count less", ((query, "PART", 1.0),)),
    ("- pairs of words in a heading", ((ranking, "PAIR", 0.0),)),
    ("- page evidence", ((ranking, "PAGE", 0.0),)),
    ("- title said in the query", ((ranking, "TITLE", 0.0),)),
    ("- docs gain from guides that cite them", ((ranking, "CITED", 0.0),)),
    ("- priors of kinds", (("maestro_indexer.priors", "PRIORS", FLAT),)),
    ("- at most two sections of a page", ((search, "OF_ONE_PAGE", 99),)),
)
AT_INDEXING: tuple[tuple[str, Patches], ...] = (
    ("- phrases people ask with", ((weights, "asked_as", lambda _: ()),)),
    ("- stemming", ((words_module, "porter2", lambda word: word),)),
    ("- headings weigh more", ((weights, "HEADING", weights.PROSE), (weights, "KEYWORD", weights.PROSE))),
    ("- trail and path", ((weights, "TRAIL", 0.0),)),
    ("- code", ((weights, "CODE", 0.0),)),
    (
        "- only highlighted lines of code",
        ((weights, "_code_texts", lambda blocks, _: (b.text for b in blocks)),),
    ),
    ("- parts of identifiers at all", ((words_module, "split_humps", lambda name: (name,)),)),
    ("- release notes by their headings", ((weights, "_CHANGES", ()),)),
)


def main() -> int:
    """Prints one line an idea."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.parse_args()
    vault = named_vault()
    if vault is None:
        print("MAESTRO_EVAL_VAULT must name a repository.")
        return 2
    with open_checkout(vault[0], find_source("fastapi"), ref=vault[1]) as tree:
        contents = (read_contents(tree), *embedded_contents())
    chosen = [query for queries in query_sets().values() for query in queries]
    print(f"{len(chosen)} queries{'':<28}    P@1  P mrr    S@1    S@5  S mrr abstain  false")
    view = make_library("all", contents).view
    for name, patches in AT_QUERY:
        with taken_away(patches):
            show(name, run(maestro(view), chosen))
    for name, scores in index_anew(contents, chosen):
        show(name, scores)
    guideless = [one for one in contents if one.snapshot.name != "maestro"]
    show("- our own pages", run(maestro(make_library("x", guideless).view), chosen))
    return 0


def index_anew(contents: tuple[Contents, ...], chosen: list[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The scores with ideas taken away that change what is indexed."""
    for name, patches in AT_INDEXING:
        with taken_away(patches):
            yield name, run(maestro(make_library(name, contents).view), chosen)


@contextmanager
def taken_away(patches: Patches) -> Iterator[None]:
    """The product without an idea, for as long as this lasts; what was remembered of words is forgotten."""
    caches: tuple[Callable[[], None], ...] = (
        words_module.read_word.cache_clear,
        words_module.stem.cache_clear,
    )
    if not patches:
        yield
        return
    (target, name, value), *rest = patches
    held = patch(f"{target}.{name}", value) if isinstance(target, str) else patch.object(target, name, value)
    with held, taken_away(tuple(rest)):
        for clear in caches:
            clear()
        yield
    for clear in caches:
        clear()


def show(name: str, scores: dict[str, Any]) -> None:
    """One line of the table."""
    page, section, negatives = scores["page"], scores["section"], scores["negatives"]
    values = (
        page["hit@1"],
        page["mrr@10"],
        section["hit@1"],
        section["hit@5"],
        section["mrr@10"],
        negatives["abstain"],
        negatives["false_abstain"],
    )
    print(f"{name:<40}" + "".join(f"{value:7.3f}" for value in values), flush=True)


if __name__ == "__main__":
    sys.exit(main())
