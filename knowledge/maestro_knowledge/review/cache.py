"""What a review of the same sources, by the same rules, gave the last time.

The key holds everything that an answer depends on: every byte of the sources and of our own rules, the
request, the interpreter. So nothing ever has to be invalidated; what is old is removed when room is needed.
"""

import json
import os
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from operator import attrgetter
from pathlib import Path
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

from maestro_knowledge.core.digests import content_of, start_digest
from maestro_knowledge.core.records import fields, is_dataclass
from maestro_knowledge.project.collection import paused_collection

if TYPE_CHECKING:
    from maestro_knowledge.project.sources import Sources
    from maestro_knowledge.review.model import Examination

# A second review takes about as long as its imports: what only a first one needs is imported there.
# ruff: noqa: PLC0415

_PLAIN = frozenset({str, int, bool, NoneType})
MOST_ENTRIES = 40
MOST_BYTES = 100_000_000


def key_of(sources: "Sources", asked: Mapping[str, Any]) -> str:
    """The name under which the answer to a request with these fields is kept."""
    plain = {name: sorted(value) if isinstance(value, frozenset) else value for name, value in asked.items()}
    parts = (sources.digest(), repr(sorted(plain.items())), own_digest(), sys.version)
    key = start_digest()
    key.update("\0".join(parts).encode("utf-8", "surrogatepass"))
    return key.hexdigest()


@cache
def own_digest() -> str:
    """What changes with every file that makes an answer: of the core, the project model and the rules."""
    state = start_digest()
    for package in ("core", "project", "review"):
        for name, content in _own_files(str(_PACKAGES / package), package):
            state.update(b"\0%b\0%d\0%b" % (name.encode(), len(content), content))
    return state.hexdigest()


_PACKAGES = Path(__file__).parents[1]


def _own_files(folder: str, path: str) -> Iterator[tuple[str, bytes]]:
    with os.scandir(folder) as listing:
        entries: list[os.DirEntry[str]] = sorted(listing, key=lambda entry: entry.name)
    for entry in entries:
        name = f"{path}/{entry.name}"
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _own_files(entry.path, name)
        elif entry.name.endswith((".py", ".md", ".json")):
            yield name, content_of(entry.path)


def recalled(folder: Path, key: str) -> dict[str, Any] | None:
    """The answer that is kept under the key as plain data; None where there is none that can be read."""
    path = folder / f"{key}.json.z"
    try:
        with paused_collection():
            found = json.loads(zlib.decompressobj().decompress(path.read_bytes(), MOST_BYTES))
        path.touch()
    except (OSError, ValueError, zlib.error, RecursionError):
        return None
    return found if isinstance(found, dict) and {"review", "traces", "known"} <= found.keys() else None


def revived(content: dict[str, Any]) -> "Examination":
    """The examination that plain data was made of."""
    from maestro_knowledge.review.model import Examination

    found: Examination = _reviver(Examination)(content)
    return found


def remembered(folder: Path, key: str) -> "Examination | None":
    """The answer that is kept under the key; None where there is none that can be read."""
    content = recalled(folder, key)
    try:
        return None if content is None else revived(content)
    except (TypeError, KeyError, RecursionError):
        return None


def remember(folder: Path, key: str, examination: "Examination") -> dict[str, Any]:
    """Keeps the answer, makes room for it, and gives it as plain data.

    A home that cannot be written is no fault of the review.
    """
    from maestro_knowledge.core.files import replace_bytes

    found = plain_data(examination)
    content = zlib.compress(json.dumps(found, separators=(",", ":")).encode(), 1)
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_bytes(folder / f"{key}.json.z", content)
        _make_room(folder)
    return found


def plain_data(examination: "Examination") -> dict[str, Any]:
    """What an answer looks like once it was remembered: what JSON has words for, a set in order."""
    found: dict[str, Any] = _plain(examination)
    return found


def _make_room(folder: Path) -> None:
    found = [(path.stat(), path) for path in folder.glob("*.json.z")]
    found.sort(key=lambda pair: (pair[0].st_mtime_ns, pair[1].name), reverse=True)
    total = 0
    for number, (facts, path) in enumerate(found):
        total += facts.st_size
        if number >= MOST_ENTRIES or (number and total > MOST_BYTES):
            path.unlink(missing_ok=True)


def _plain(value: Any) -> Any:
    kind: type = type(value)
    if kind in _PLAIN:
        return value
    if kind is tuple:
        return [_plain(each) for each in value]
    if kind is frozenset:
        return sorted(value)
    if kind is dict:
        return dict(value)  # of names to numbers
    names, read = _reader(kind)
    pairs = zip(names, read(value), strict=True)
    return {name: each if type(each) in _PLAIN else _plain(each) for name, each in pairs}


@cache
def _reader(kind: type) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """The fields of one of our classes, of which each has several, and what reads them all."""
    names = tuple(one.name for one in fields(kind))
    return names, attrgetter(*names)


@cache
def _reviver(kind: Any) -> Callable[[Any], Any]:
    """What makes a value of this type from what JSON gave; it knows neither tuples nor our classes."""
    origin, inner = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        revivers = {one.name: _reviver(hints[one.name]) for one in fields(kind)}
        return lambda value: kind(**{name: revive(value[name]) for name, revive in revivers.items()})
    if origin is tuple or origin is frozenset:
        revive_one = _reviver(inner[0])
        return lambda value: origin(map(revive_one, value))
    if origin is UnionType or origin is Union:
        revive_some = _reviver(next(each for each in inner if each is not NoneType))
        return lambda value: None if value is None else revive_some(value)
    return lambda value: value
