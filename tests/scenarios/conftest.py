"""One server for all scenarios, with a folder that holds a project for each."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import COMMAND
from scenarios.agent import Agent


@pytest.fixture(scope="session")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the server may read and write."""
    return tmp_path_factory.mktemp("workplace")


@pytest.fixture(scope="session")
def agent(home: Path, workplace: Path) -> Iterator[Agent]:
    """A client of a server that knows the example platform."""
    agent = Agent(
        [str(COMMAND), "serve", "--root", str(workplace)],
        FASTAPI_MAESTRO_HOME=str(home),
        FASTAPI_MAESTRO_PLATFORM="hana-x",
        FASTAPI_MAESTRO_AUTO_REFRESH="0",
        PATH=os.environ["PATH"],
    )
    yield agent
    agent.close()
    if sizes := os.environ.get("MAESTRO_ANSWER_SIZES"):
        with Path(sizes).open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(answered) + "\n" for answered in agent.answered)


@pytest.fixture
def project(workplace: Path, request: pytest.FixtureRequest) -> Path:
    """An empty project of the scenario's own."""
    folder = workplace / request.node.name.removeprefix("test_")[:60]
    folder.mkdir()
    return folder
