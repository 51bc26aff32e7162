"""What was read from a source, kept beside its index so that the next refresh reads only what changed."""

import gzip
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from maestro_indexer.manifests import READING
from maestro_knowledge.core.errors import IndexMissing
from maestro_knowledge.vault.model import Contents, PageContents

if TYPE_CHECKING:
    from pydantic import TypeAdapter


@cache
def _adapter() -> "TypeAdapter[Contents]":
    from pydantic import TypeAdapter  # noqa: PLC0415 - a refresh that finds nothing new reads nothing

    return TypeAdapter(Contents)


def save_reading(folder: Path, contents: Contents) -> None:
    """Keeps what was read in the snapshot's folder."""
    packed = gzip.compress(_adapter().dump_json(contents), compresslevel=1, mtime=0)
    (folder / READING).write_bytes(packed)


def load_reading(folder: Path) -> Contents:
    """What was read for the snapshot in `folder`: pages, releases and symbols, or `IndexMissing`."""
    try:
        return _adapter().validate_json(gzip.decompress((folder / READING).read_bytes()))
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise IndexMissing(
            f"{folder.name}/{READING} cannot be read ({type(error).__name__}).",
            "Run `indexer refresh --force`.",
        ) from None


def by_file(contents: Contents) -> Mapping[str, PageContents]:
    """The pages of a reading by their file, as reading the next version wants them."""
    return {page.file: page for page in contents.pages}
