"""What was read from a source, kept beside its index so that the next refresh reads only what changed."""

import gzip
import json
import types
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from maestro_indexer.manifests import READING
from maestro_knowledge.core.errors import IndexMissing
from maestro_knowledge.vault.model import Contents, PageContents

Decode = Callable[[Any], Any]


def save_reading(folder: Path, contents: Contents) -> None:
    """Keeps what was read in the snapshot's folder, as JSON: each object the list of its fields."""
    getters: dict[type, Callable[[Any], Any]] = {}
    names: dict[str, list[str]] = {}

    def pack(value: Any) -> Any:
        kind = type(value)
        if kind not in getters:
            names[kind.__name__] = [field.name for field in fields(kind)]
            getters[kind] = attrgetter(*names[kind.__name__])
        return getters[kind](value)

    text = json.dumps(contents, default=pack, ensure_ascii=False, separators=(",", ":"))
    # With the names, which are known last, an older reading is understood when fields were added since.
    packed = gzip.compress(f"[{text},{json.dumps(names)}]".encode(), compresslevel=1, mtime=0)
    (folder / READING).write_bytes(packed)


def load_reading(folder: Path) -> Contents:
    """What was read for the snapshot in `folder`: pages, releases and symbols, or `IndexMissing`."""
    try:
        contents, names = json.loads(gzip.decompress((folder / READING).read_bytes()))
        return cast("Contents", _Decoders(names).of(Contents)(contents))
    except (OSError, EOFError, zlib.error, ValueError, TypeError, LookupError, AttributeError) as error:
        raise IndexMissing(
            f"{folder.name}/{READING} cannot be read ({type(error).__name__}).",
            "Run `indexer refresh --force`.",
        ) from None


def by_file(contents: Contents) -> Mapping[str, PageContents]:
    """The pages of a reading by their file, as reading the next version wants them."""
    return {page.file: page for page in contents.pages}


class _Decoders:
    """Makes objects of lists again; fields that were not written get their defaults."""

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        self._names = names
        self._made: dict[Any, Decode | None] = {}

    def of(self, kind: type) -> Decode:
        """What makes an object of this dataclass."""
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
