"""The public names of a version, from wherever they can be had: read before, installed, or from the index."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.core.home import Home
from maestro_knowledge.upgrade.model import Surface
from maestro_knowledge.upgrade.surfaces import read_surface, surface_of
from maestro_knowledge.vault.catalog import find_source
from maestro_knowledge.vault.installed import own_site_packages, read_installed
from maestro_knowledge.vault.model import Contents


def find_surface(
    version: str,
    *,
    known: Iterable[Contents] = (),
    folders: Iterable[Path] = (),
    home: Home | None = None,
    environment: Mapping[str, str] | None = None,
) -> Surface | None:
    """The public names of FastAPI at exactly this version, or None where they cannot be had.

    `known` are contents read before, `folders` site-packages to look into besides our own. With a `home`
    and an `environment` (where pip and uv have their settings) the package index is asked last.
    """
    for contents in known:
        if contents.snapshot.is_fastapi and contents.snapshot.version == version and contents.symbols:
            return surface_of(contents)
    source = find_source("fastapi")
    for folder in (*folders, *own_site_packages()):
        try:
            tree = read_installed(source, (folder,))
        except MaestroError:
            continue
        if tree.snapshot.version == version:
            return read_surface(tree)
    if home is None or environment is None:
        return None
    # Its client takes a moment to import, and most comparisons never ask the index.
    from maestro_knowledge.vault.sdist import fetch_sdist  # noqa: PLC0415

    try:
        return read_surface(fetch_sdist(source, home, environment, version=version))
    except MaestroError:
        return None
