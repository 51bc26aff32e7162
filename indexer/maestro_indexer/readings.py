"""What was read from a source, kept beside its index so that the next refresh reads only what changed.

The file is a line of lengths, then that many compressed blocks of JSON: one with the names of the fields, the
snapshot, its problems and the site's configuration, and one for each page. The next reading copies the pages
that did not change.
"""

import json
import types
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import accumulate, pairwise
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from maestro_indexer.manifests import READING
from maestro_knowledge.core.errors import IndexMissing
from maestro_knowledge.core.records import dataclass, field, fields, is_dataclass
from maestro_knowledge.vault.model import (
    Configuration,
    Contents,
    PageContents,
    Problem,
    Snapshot,
    SourceRef,
)

Decode = Callable[[Any], Any]

# The snapshot says of which version and commit all of its pages are, so that a page can stay as it is.
STAMP = ("name", "layer", "version", "commit")
READING_FORMAT = "3"
_LEVEL = 1
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read for a snapshot; `blocks` holds each page by its file, as it is and as it is stored."""

    contents: Contents
    blocks: Mapping[str, tuple[PageContents, bytes]] = field(
        default_factory=lambda: MappingProxyType({}), repr=False
    )


def save_reading(folder: Path, contents: Contents, last: Reading | None = None) -> None:
    """Keeps what was read in the snapshot's folder; the very pages that `last` holds are not written anew."""
    known = last.blocks if last else {}
    stamp = attrgetter(*STAMP)(contents.snapshot)

    def block(page: PageContents) -> bytes:
        same, stored = known.get(page.file, (None, b""))
        return stored if same is page else _pack(page, stamp)

    head = _pack([_names(), contents.snapshot, contents.problems, contents.configuration], stamp)
    blocks = [head, *map(block, contents.pages)]
    with (folder / READING).open("wb") as file:
        file.write(json.dumps([len(block) for block in blocks]).encode() + b"\n")
        file.writelines(blocks)


def load_reading(folder: Path) -> Contents:
    """What was read for the snapshot in `folder`: pages, releases and symbols, or `IndexMissing`."""
    return open_reading(folder).contents


def open_reading(folder: Path, snapshot: Snapshot | None = None) -> Reading:
    """The same, and how each page is stored; with a `snapshot`, as if all of it were of that one."""
    try:
        head, *blocks = _blocks((folder / READING).read_bytes())
        names, written, told, site = _unpack(head)
        plain = _Decoders(names)
        stamped = snapshot or cast("Snapshot", plain.of(Snapshot)(written))
        page = _Decoders(names, attrgetter(*STAMP)(stamped)).of(PageContents)
        read = tuple([page(_unpack(block)) for block in blocks])
        problems = tuple(map(plain.of(Problem), told))
        configuration = plain.of(Configuration)(site)
    except (OSError, EOFError, zlib.error, ValueError, TypeError, LookupError, AttributeError) as error:
        raise IndexMissing(
            f"{folder.name}/{READING} cannot be read ({type(error).__name__}).",
            "Run `indexer refresh --force`.",
        ) from None
    kept = zip(read, blocks, strict=True) if names == _names() else ()
    contents = Contents(stamped, read, problems, configuration)
    return Reading(contents, {page.file: (page, block) for page, block in kept})


def by_file(contents: Contents) -> Mapping[str, PageContents]:
    """The pages of a reading by their file, as reading the next version wants them."""
    return {page.file: page for page in contents.pages}


def _pack(value: Any, stamp: tuple[str, ...]) -> bytes:
    """The value as compressed JSON, each object the list of its fields."""
    getters: dict[type, Callable[[Any], Any]] = {}

    def pack(value: Any) -> Any:
        kind = type(value)
        if kind not in getters:
            getters[kind] = attrgetter(*_written(kind))
        values = getters[kind](value)
        return values[: -len(stamp)] if kind is SourceRef and values[-len(stamp) :] == stamp else values

    text = json.dumps(value, default=pack, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode(), _LEVEL)


def _unpack(block: bytes) -> Any:
    # As text it takes half as long as from bytes; what `loads` does besides is a fifth of its time.
    text = zlib.decompress(block).decode()
    value, end = _DECODER.raw_decode(text)
    if end != len(text):
        raise ValueError(f"{len(text) - end} characters too many")
    return value


def _blocks(content: bytes) -> Iterator[bytes]:
    line, _, rest = content.partition(b"\n")
    ends = [0, *accumulate(json.loads(line))]
    if ends[-1] != len(rest):
        raise ValueError(f"{len(rest)} of {ends[-1]} bytes")
    return (rest[start:end] for start, end in pairwise(ends))


def _names() -> dict[str, list[str]]:
    """The fields of every kind of object as they are written; with them an older reading is understood."""
    kinds: dict[str, list[str]] = {}

    def visit(hint: Any) -> None:
        if isinstance(hint, type) and is_dataclass(hint) and hint.__name__ not in kinds:
            kinds[hint.__name__] = _written(hint)
            for inner in get_type_hints(hint).values():
                visit(inner)
        for inner in get_args(hint):
            visit(inner)

    visit(Contents)
    return kinds


def _written(kind: type) -> list[str]:
    """The fields of a kind in the order in which they are written: last those that the snapshot knows."""
    names = [one.name for one in fields(kind)]
    return [name for name in names if name not in STAMP] + list(STAMP) if kind is SourceRef else names


class _Decoders:
    """Makes objects of lists again; fields that were not written get their defaults, or the stamp."""

    def __init__(self, names: Mapping[str, Sequence[str]], stamp: Sequence[Any] = ()) -> None:
        self._names = names
        self._stamp = tuple(stamp)
        self._made: dict[Any, Decode | None] = {}

    def of(self, kind: type) -> Decode:
        """What makes an object of this dataclass."""
        if kind is SourceRef:
            return self._sources()
        hints = get_type_hints(kind)
        current = [field.name for field in fields(kind)]
        written = self._names.get(kind.__name__, current)  # a kind without names does not occur
        steps = [self._decode(hints[name]) if name in hints else None for name in written]
        nested = [(place, step) for place, step in enumerate(steps) if step is not None]

        def decode(values: list[Any]) -> Any:
            for place, step in nested:
                values[place] = step(values[place])
            return kind(*values)

        def decode_by_name(values: list[Any]) -> Any:
            for place, step in nested:
                values[place] = step(values[place])
            found = dict(zip(written, values, strict=True))
            return kind(**{name: found[name] for name in current if name in found})

        return decode if written == current else decode_by_name

    def _sources(self) -> Decode:
        """What makes a place in a source, of the snapshot's version and commit unless it says otherwise."""
        current, written, stamp = _written(SourceRef), self._names.get(SourceRef.__name__, ()), self._stamp
        own = len(current) - len(STAMP)

        def decode(values: list[Any]) -> SourceRef:
            return SourceRef(*(values[own:] or stamp), *values[:own])

        def decode_by_name(values: list[Any]) -> SourceRef:
            found = dict(zip((*STAMP, *written), (*stamp, *values), strict=False))
            given: dict[str, Any] = {name: found[name] for name in current if name in found}
            return SourceRef(**given)

        return decode if written == current else decode_by_name

    def _decode(self, hint: Any) -> Decode | None:
        """What makes a value of this type of the JSON; None where that is the value itself."""
        if hint not in self._made:
            self._made[hint] = self._make(hint)
        return self._made[hint]

    def _make(self, hint: Any) -> Decode | None:
        if isinstance(hint, type) and is_dataclass(hint):
            return self.of(hint)
        if get_origin(hint) is tuple:
            inner = self._decode(get_args(hint)[0])
            return tuple if inner is None else partial(_decode_all, inner)
        if get_origin(hint) in {Union, types.UnionType}:
            (inner,) = (self._decode(arg) for arg in get_args(hint) if arg is not type(None))
            return None if inner is None else partial(_decode_given, inner)
        return None


def _decode_all(inner: Decode, values: Sequence[Any]) -> tuple[Any, ...]:
    return tuple([inner(value) for value in values])


def _decode_given(inner: Decode, value: Any) -> Any:
    return None if value is None else inner(value)
