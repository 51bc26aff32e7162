"""What many tests stand on: a home of their own, an Expert over it, real clients in both protocol eras."""

import os
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from fastmcp import Client

from maestro_knowledge.core.settings import Settings, load_settings
from maestro_server.app.build import build_server
from maestro_server.expert.facade import Expert

COMMAND = Path(sys.executable).parent / "fastapi-maestro"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def _own_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test sees the developer's settings or home, and none fetches a vault in the background."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("FASTAPI_MAESTRO_", "FASTMCP_"))]:
            patch.delenv(name)
        patch.setenv("FASTAPI_MAESTRO_HOME", str(tmp_path_factory.mktemp("unused-home")))
        patch.setenv("FASTAPI_MAESTRO_AUTO_REFRESH", "0")
        yield


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the embedded layer only, built by whoever asks first."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty project folder that may be read and written."""
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(home: Path, root: Path) -> Settings:
    return load_settings(home=home, roots=str(root), auto_refresh=False)


@pytest.fixture
def expert(settings: Settings) -> Iterator[Expert]:
    with Expert(settings) as opened:
        yield opened


@pytest.fixture(params=["auto", "legacy"])
async def client(request: pytest.FixtureRequest, settings: Settings) -> AsyncIterator[Client]:
    """A real client in memory, once in each protocol era."""
    async with Client(build_server(settings), mode=request.param) as connected:
        yield connected
