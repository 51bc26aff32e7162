"""What a review of the same sources, by the same rules, gave the last time.

The key holds everything that an answer depends on: every byte of the sources and of our own rules, the
request, the interpreter. So nothing ever has to be invalidated; what is old is removed when room is needed.
"""

import json
import sys
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from maestro_knowledge.core.files import replace_bytes
from maestro_knowledge.project.sources import Sources
from maestro_knowledge.review.model import Examination, ReviewRequest

MOST_ENTRIES = 40
MOST_BYTES = 100_000_000


def key_of(sources: Sources, request: ReviewRequest) -> str:
    """The name under which the answer to this request is kept."""
    asked = asdict(request) | {"baseline": sorted(request.baseline)}
    parts = (sources.digest(), repr(sorted(asked.items())), own_digest(), sys.version)
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


@cache
def own_digest() -> str:
    """What changes with our version and with every file of the project model and the rules."""
    state = sha256(version("fastapi-maestro").encode())
    for package in ("maestro_knowledge.project", "maestro_knowledge.review"):
        for name, content in _own_files(files(package), package):
            state.update(f"\0{name}\0".encode())
            state.update(content)
    return state.hexdigest()


def _own_files(folder: Traversable, path: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        name = f"{path}/{entry.name}"
        if entry.is_dir():
            found += [] if entry.name == "__pycache__" else _own_files(entry, name)
        elif entry.name.endswith((".py", ".md", ".toml")):
            found.append((name, entry.read_bytes()))
    return found


def remembered(folder: Path, key: str) -> Examination | None:
    """The answer that is kept under the key; None where there is none that can be read."""
    path = folder / f"{key}.json.z"
    try:
        content = zlib.decompressobj().decompress(path.read_bytes(), MOST_BYTES)
        found = _reviver(Examination)(json.loads(content))
        path.touch()
    except (OSError, ValueError, TypeError, KeyError, zlib.error, RecursionError):
        return None
    return found if isinstance(found, Examination) else None


def remember(folder: Path, key: str, examination: Examination) -> None:
    """Keeps the answer, and makes room for it; a home that cannot be written is no fault of the review."""
    content = zlib.compress(json.dumps(examination, default=plain, separators=(",", ":")).encode(), 1)
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_bytes(folder / f"{key}.json.z", content)
        _make_room(folder)


def _make_room(folder: Path) -> None:
    found = [(path.stat(), path) for path in folder.glob("*.json.z")]
    found.sort(key=lambda pair: (pair[0].st_mtime_ns, pair[1].name), reverse=True)
    total = 0
    for number, (facts, path) in enumerate(found):
        total += facts.st_size
        if number >= MOST_ENTRIES or (number and total > MOST_BYTES):
            path.unlink(missing_ok=True)


def plain(value: Any) -> Any:
    """What JSON is told of a value that it does not know: the fields of ours, a set in order."""
    if isinstance(value, frozenset):
        return sorted(value)
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


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
