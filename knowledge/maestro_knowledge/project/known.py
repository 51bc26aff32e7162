"""What is known of packages that are not read: one name for each thing, base classes, result types."""

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from maestro_knowledge.project.symbols import Type

# Names are whatever a reviewed file spells: a server that lives for weeks must not remember each of them.
MOST_NAMES = 8_192
MOST_LOOKED_UP = 2_048

DATA = Path(__file__).parent / "data"


@cache
def read_table(name: str) -> dict[str, Any]:
    """The data file `data/<name>.json`, read once; what its parts mean stands at its beginning.

    JSON, since every first review waits for these tables and TOML is read by Python, a hundred times slower.
    """
    table: dict[str, Any] = json.loads((DATA / f"{name}.json").read_bytes())
    return table


@lru_cache(maxsize=MOST_NAMES)
def canonical(name: str) -> str:
    """The one spelling of a dotted name that can be imported from several places."""
    table = read_table("names")
    if (single := table["names"].get(name)) is not None:
        return str(single)
    modules = table["modules"]
    end = len(name)
    while (end := name.rfind(".", 0, end)) > 0:
        if (module := modules.get(name[:end])) is not None:
            moved = f"{module}{name[end:]}"
            return str(table["names"].get(moved, moved))
    return name


@lru_cache(maxsize=MOST_LOOKED_UP)
def bases_of(name: str) -> tuple[str, ...]:
    """Every known base class of a class from elsewhere, nearest first, itself included."""
    found = [name]
    for known in found:
        found += [base for base in read_table("names")["bases"].get(known, ()) if base not in found]
    return tuple(found)


@lru_cache(maxsize=MOST_LOOKED_UP)
def kinds_of(name: str) -> frozenset[str]:
    """The same in no order, for asking whether one of some names is among them."""
    return frozenset(bases_of(name))


@lru_cache(maxsize=MOST_NAMES)
def type_from_elsewhere(name: str) -> Type:
    """The type of instances of a class from elsewhere: the same object each time, since few are asked for."""
    return Type(name)


@lru_cache(maxsize=MOST_LOOKED_UP)
def call_result(name: str) -> Type | None:
    """What calling a function, a class or a method (`Class.method`) from elsewhere gives."""
    calls = read_table("types")["calls"]
    owner, _, member = name.rpartition(".")
    for base in bases_of(owner):
        if (result := calls.get(f"{base}.{member}")) is not None:
            text = str(result)
            return Type(text.removeprefix("await "), is_coroutine=text.startswith("await "))
    if member[:1].isupper() and name not in read_table("types")["not_classes"]["names"]:
        return Type(name)
    return None


@lru_cache(maxsize=MOST_LOOKED_UP)
def instance_call_result(name: str) -> Type | None:
    """What calling an instance of the class `name` gives."""
    calls = read_table("types")["calls"]
    result = next((calls[f"{base}()"] for base in bases_of(name) if f"{base}()" in calls), None)
    return Type(str(result)) if result is not None else None


@lru_cache(maxsize=MOST_LOOKED_UP)
def attribute_type(owner: str, member: str) -> Type | None:
    """What `member` of an instance of a class from elsewhere holds."""
    attributes = read_table("types")["attributes"]
    for base in bases_of(owner):
        if (result := attributes.get(f"{base}.{member}")) is not None:
            return Type(str(result))
    return None


@lru_cache(maxsize=MOST_LOOKED_UP)
def is_deep(name: str) -> bool:
    """Whether attributes of its attributes belong to an instance: `client.chat.completions.create`."""
    while name:
        if name in _deep_owners():
            return True
        name = name.rpartition(".")[0]
    return False


@cache
def _deep_owners() -> frozenset[str]:
    rows = read_table("blocking")["blocking"]
    return frozenset(str(name)[:-3] for row in rows for name in row["names"] if name.endswith(".**"))


@lru_cache(maxsize=MOST_LOOKED_UP)
def entered_type(name: str) -> str | None:
    """What `with` gives for the result of `name`, if it is not that result itself; "" for not known."""
    result = read_table("types")["entered"].get(name)
    return None if result is None else str(result)


@cache
def external_packages() -> frozenset[str]:
    """Top-level names that are never a module of the project, even if a file is called so."""
    tables = (*read_table("names")["names"], *read_table("names")["modules"], *read_table("types")["calls"])
    blocking = (name for row in read_table("blocking")["blocking"] for name in row["names"])
    return frozenset(name.split(".", 1)[0] for name in (*tables, *blocking)) - {"builtins"}


def frameworks() -> frozenset[str]:
    """Top-level names that mean the framework even in the framework's own repository."""
    return frozenset(read_table("names")["frameworks"]["names"])
