"""Surfaces of real versions, read once for all tests."""

import os
from collections.abc import Callable
from importlib.metadata import version

import pytest

from maestro_knowledge.core.errors import Unreachable
from maestro_knowledge.core.home import Home
from maestro_knowledge.upgrade.finding import find_surface
from maestro_knowledge.upgrade.model import Surface
from maestro_knowledge.upgrade.surfaces import read_surface
from maestro_knowledge.vault.catalog import find_source
from maestro_knowledge.vault.sdist import fetch_sdist

INSTALLED = version("fastapi")


@pytest.fixture(scope="session")
def installed_surface() -> Surface:
    """The public names of the FastAPI that runs these tests."""
    surface = find_surface(INSTALLED)
    assert surface is not None
    return surface


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Surface]:
    """The public names of a released version, from the package index: what it really had can only come from there.

    Without network these tests are skipped.
    """
    home = Home(tmp_path_factory.mktemp("home"))
    read: dict[str, Surface] = {}

    def get(wanted: str) -> Surface:
        if wanted not in read:
            try:
                tree = fetch_sdist(find_source("fastapi"), home, os.environ, version=wanted, seconds=15)
            except Unreachable as error:
                pytest.skip(f"needs the package index: {error.message}")
            read[wanted] = read_surface(tree)
        return read[wanted]

    return get
