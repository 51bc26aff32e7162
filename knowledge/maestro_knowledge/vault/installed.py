"""Packages as they are installed, in our own environment or a user's: read as files, never imported."""

import sysconfig
from collections.abc import Sequence
from email.parser import BytesHeaderParser
from itertools import takewhile
from pathlib import Path

from maestro_knowledge.core.errors import NotFound
from maestro_knowledge.core.text import quote
from maestro_knowledge.vault.catalog import Source
from maestro_knowledge.vault.model import Snapshot
from maestro_knowledge.vault.trees import FolderTree

MAX_METADATA = 512 * 1024
# What a package re-exports is read with it, so that its public names can be told in full.
STANDS_ON = {"fastapi": ("starlette",), "sqlmodel": ("pydantic",)}


def own_site_packages() -> tuple[Path, ...]:
    """The folders that hold the packages of the Python that runs this."""
    return tuple(dict.fromkeys(Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")))


def installed_version(name: str, folders: Sequence[Path]) -> str:
    """The version of a distribution in the first of these site-packages folders that has it; else empty."""
    return next((found[0] for folder in folders if (found := _metadata(folder, name))), "")


def read_installed(source: Source, folders: Sequence[Path]) -> FolderTree:
    """The files of an installed package, from the first of these site-packages folders that has it."""
    for folder in folders:
        metadata = _metadata(folder, source.name)
        packages = [name for name in source.packages if (folder / name).is_dir()]
        if metadata and packages:
            version, location = metadata
            beside = [name for name in STANDS_ON.get(source.name, ()) if (folder / name).is_dir()]
            snapshot = Snapshot(name=source.name, layer="installed", version=version, location=location)
            return FolderTree(snapshot, folder, (*packages, *beside), suffixes=(".py", ".pyi", ".md"))
    where = ", ".join(quote(str(folder), 200) for folder in folders) or "no folder"
    raise NotFound(
        f"{source.title} is not installed in {where}.",
        f"Install {source.name} there, or name another environment.",
    )


def _metadata(folder: Path, name: str) -> tuple[str, str] | None:
    """The version that an installed distribution states, and where it does."""
    for path in sorted(folder.glob(f"{name.replace('-', '_')}-*.dist-info/METADATA")):
        try:
            with path.open("rb") as file:
                content = file.read(MAX_METADATA)
        except OSError:
            continue
        # What follows the empty line is the package's whole description.
        head = takewhile(lambda line: line.strip(), content.splitlines(keepends=True))
        headers = BytesHeaderParser().parsebytes(b"".join(head))
        stated, version = str(headers.get("Name", "")), str(headers.get("Version", "")).strip()
        if stated.lower().replace("_", "-") == name and version.isprintable() and version:
            return version, str(folder)
    return None
