"""What is written beside an index: the manifest of a snapshot and of a generation, as JSON."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

from maestro_indexer.model import Counts, Generation, IndexedSnapshot
from maestro_knowledge.core.errors import IndexMissing
from maestro_knowledge.core.files import replace_text
from maestro_knowledge.core.records import dataclass, fields
from maestro_knowledge.vault.model import Layer

MANIFEST = "snapshot.json"
READING = "contents.json.z"
MAX_MANIFEST = 4 * 1024 * 1024
_CHUNK = 64 * 1024  # in pieces of a megabyte it takes a quarter longer


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Size and SHA-256 of one file of a snapshot."""

    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class SnapshotManifest:
    """What a snapshot's folder holds; `format` names the code that can read it."""

    format: str
    info: IndexedSnapshot
    files: Mapping[str, StoredFile]


def describe_file(path: Path) -> StoredFile:
    """Size and checksum of the file at `path`."""
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return StoredFile(size, digest.hexdigest())


def write_snapshot_manifest(folder: Path, manifest: SnapshotManifest) -> None:
    """Writes the manifest into the folder; a folder without one is not a snapshot."""
    _write(folder / MANIFEST, asdict(manifest))


def read_snapshot_manifest(folder: Path) -> SnapshotManifest:
    """The manifest of the snapshot in `folder`, or `IndexMissing`."""
    data = _read(folder / MANIFEST)
    try:
        files = {str(name): StoredFile(int(f["size"]), str(f["digest"])) for name, f in data["files"].items()}
        return SnapshotManifest(str(data["format"]), read_snapshot(data["info"]), files)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _unreadable(folder / MANIFEST, "it has another form") from None


def write_generation(path: Path, generation: Generation) -> None:
    """Writes the generation's manifest at `path`."""
    _write(path, asdict(generation))


def read_generation(path: Path) -> Generation:
    """The generation whose manifest is at `path`, or `IndexMissing`."""
    data = _read(path)
    try:
        return Generation(
            id=str(data["id"]),
            schema_version=str(data["schema_version"]),
            built_at=str(data["built_at"]),
            snapshots=tuple(read_snapshot(item) for item in data["snapshots"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _unreadable(path, "it has another form") from None


def read_snapshot(data: Mapping[str, Any]) -> IndexedSnapshot:
    """What a manifest says of a snapshot, or the error that whoever reads one tells in its own words."""
    counts = Counts(**{field.name: int(data["counts"][field.name]) for field in fields(Counts)})
    texts = {field.name: str(data[field.name]) for field in fields(IndexedSnapshot) if field.name != "counts"}
    asked = texts.pop("layer")
    layer: Layer | None = next((layer for layer in get_args(Layer) if layer == asked), None)
    key = texts["key"]
    if (
        layer is None
        or not key
        or not all(letter.isalnum() or letter in "._-+~" for letter in key)
        or key.startswith(".")
    ):
        raise ValueError(key)
    return IndexedSnapshot(counts=counts, layer=layer, **texts)


def _write(path: Path, data: dict[str, Any]) -> None:
    replace_text(path, json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_MANIFEST + 1)
        data = json.loads(content) if len(content) <= MAX_MANIFEST else None
    except OSError as error:
        raise _unreadable(path, error.strerror or type(error).__name__) from None
    except (ValueError, RecursionError):
        raise _unreadable(path, "it is not JSON") from None
    if not isinstance(data, dict):
        raise _unreadable(path, "it has another form")
    return data


def _unreadable(path: Path, why: str) -> IndexMissing:
    return IndexMissing(
        f"{path.parent.name}/{path.name} cannot be read: {why}.", "Run `indexer refresh --force`."
    )
