"""The public names of a version, and what happened to one of them in another."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from maestro_knowledge.upgrade.model import Surface, Use
from maestro_knowledge.vault.catalog import source_named
from maestro_knowledge.vault.model import Contents, Parameter, Symbol
from maestro_knowledge.vault.pages import read_site
from maestro_knowledge.vault.symbols.reference import read_reference, reference_pages
from maestro_knowledge.vault.trees import Tree

_POSITIONAL = ("positional-only", "positional or keyword")
_EMPTY = ("None", "False", "0", "''", '""')
MAX_SHOWN = 200
REFUSED = "is refused, as unknown keywords are now"


def read_surface(tree: Tree) -> Surface:
    """The public names of the package in a tree: installed, from a source distribution, or of a commit."""
    # griffe is only needed here, and takes a fifth of a second to import.
    from maestro_knowledge.vault.symbols.read import read_symbols  # noqa: PLC0415

    source = source_named(tree.snapshot.name)
    site = read_site(tree, source)
    reference = read_reference(reference_pages(tree, site.pages), source.name)
    found = [
        symbol
        for package in source.packages
        for symbol in read_symbols(tree, source, package, site, reference).symbols
    ]
    return make_surface(tree.snapshot.version, found)


def surface_of(contents: Contents) -> Surface:
    """The public names of a version that was read before."""
    return make_surface(contents.snapshot.version, contents.symbols)


def make_surface(version: str, symbols: Iterable[Symbol]) -> Surface:
    """The symbols under every path that they have; the shortest wins where two have the same."""
    names: dict[str, Symbol] = {}
    for symbol in sorted(symbols, key=lambda item: (item.name.count("."), item.name)):
        for name in (symbol.name, *symbol.aliases):
            names.setdefault(name, symbol)
    return Surface(version, dict(sorted(names.items())))


def changes_of(use: Use, old: Surface, new: Surface) -> Iterator[tuple[str, str]]:
    """What changed for one use, and what to do: nothing where either version does not know the name."""
    before, after = old.names.get(use.symbol), new.names.get(use.symbol)
    if before is None:
        return
    if after is None:
        yield from _removal(use, before, new)
        return
    if use.kind in ("import", "attribute") and after.deprecated and not before.deprecated:
        yield "deprecated", after.deprecated.split(". ")[0][:MAX_SHOWN]
    if use.kind == "call":
        yield from _call_changes(use, before, after)
    if use.kind == "override":
        yield from _override_changes(use, before, after)


def _removal(use: Use, before: Symbol, new: Surface) -> Iterator[tuple[str, str]]:
    """That a name is gone, and where it is now if it only moved."""
    here = next((name for name in (before.name, *before.aliases) if name in new.names), "")
    if here:
        yield f"moved to `{here}`", f"Use `{here}`."
        return
    if use.kind == "override":
        return
    owner, _, last = use.symbol.rpartition(".")
    siblings = [name.rpartition(".")[2] for name in new.names if name.rpartition(".")[0] == owner]
    near = get_close_matches(last, siblings, n=1, cutoff=0.75)
    action = (
        f"Perhaps `{owner}.{near[0]}` is what you need." if near else "Do without it, or define it yourself."
    )
    yield f"removed ({old_kind(before)})", action


def old_kind(symbol: Symbol) -> str:
    """What a removed symbol was."""
    return symbol.kind


def _call_changes(use: Use, before: Symbol, after: Symbol) -> Iterator[tuple[str, str]]:
    """What changed for the arguments of a call."""
    old, new = _by_name(before), _by_name(after)
    for keyword in use.given:
        if keyword in new or _takes_any(after):
            continue
        if keyword in old or _takes_any(before):
            yield _lost_keyword(keyword, old, new)
    limit = sum(parameter.kind in _POSITIONAL for parameter in after.parameters)
    had = sum(parameter.kind in _POSITIONAL for parameter in before.parameters)
    stars = any(name.startswith("*") and not name.startswith("**") for name in _raw_names(after))
    if limit < use.positional <= had and not stars:
        yield f"takes {limit} positional arguments, {use.positional} are given", "Pass the others by name."
    if not use.spread:
        yield from _new_needs(use, before, after)
    for name in sorted(set(old) & set(new) - set(use.given)):
        was, now = old[name].default, new[name].default
        if _is_literal(was) and _is_literal(now) and was != now and not (was in _EMPTY and now in _EMPTY):
            yield (
                f"default of `{name}` was {was}, is {now}",
                f"Pass `{name}={was}` to keep the old behaviour.",
            )


def _lost_keyword(keyword: str, old: dict[str, Parameter], new: dict[str, Parameter]) -> tuple[str, str]:
    near = get_close_matches(keyword, sorted(set(new) - set(old)) or sorted(new), n=1, cutoff=0.75)
    what = "is gone" if keyword in old else REFUSED
    action = f"Take it out; perhaps `{near[0]}=` is meant." if near else "Take it out."
    return f"parameter `{keyword}` {what}", action


def _new_needs(use: Use, before: Symbol, after: Symbol) -> Iterator[tuple[str, str]]:
    """Parameters that must be given now and need not be before."""
    old = _by_name(before)
    for number, parameter in enumerate(after.parameters):
        is_needed = not parameter.default and not parameter.name.startswith("*")
        was_needed = parameter.name in old and not old[parameter.name].default
        if is_needed and not was_needed and parameter.name not in use.given and number >= use.positional:
            yield f"parameter `{parameter.name}` must be given", f"Pass `{parameter.name}=`."


def _override_changes(use: Use, before: Symbol, after: Symbol) -> Iterator[tuple[str, str]]:
    """Parameters that callers now pass and an overriding method does not take."""
    if use.spread:
        return
    added = [name for name in _by_name(after) if name not in _by_name(before) and name not in use.given]
    if added:
        names = ", ".join(f"`{name}`" for name in added)
        yield f"the method it overrides takes {names} as well", f"Add {names}, and pass it to `super()`."


def _by_name(symbol: Symbol) -> dict[str, Parameter]:
    return {item.name: item for item in symbol.parameters if not item.name.startswith("*")}


def _raw_names(symbol: Symbol) -> list[str]:
    return [parameter.name for parameter in symbol.parameters]


def _takes_any(symbol: Symbol) -> bool:
    return any(name.startswith("**") for name in _raw_names(symbol))


def _is_literal(text: str) -> bool:
    """Whether a default is a plain value, so that a difference means something."""
    return text in ("None", "True", "False") or text[:1] in "\"'" or text.replace(".", "", 1).isdigit()
