"""“Here is my endpoint: review it.” (async patterns, blocking calls, dependency injection, types)

The artefact is a passing review of the mended endpoint, and before it findings with evidence, each with a page to read.
"""

from scenarios.agent import Agent

MINE = """\
import time

import requests
from fastapi import FastAPI, HTTPException

app = FastAPI()


@app.get("/weather/{city}")
async def weather(city: str):
    time.sleep(0.1)
    answer = requests.get(f"https://weather.example.com/{city}")
    if answer.status_code == 404:
        return HTTPException(404, "No such city")
    return answer.json()
"""
MENDED = '''\
"""Weather of a city, asked from a service outside."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, TypedDict

import httpx
from fastapi import Depends, FastAPI, HTTPException, Path, Request
from pydantic import BaseModel, Field


class State(TypedDict):
    """What requests share."""

    client: httpx.AsyncClient


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[State]:
    """One client for the life of the application."""
    async with httpx.AsyncClient(base_url="https://weather.example.com", timeout=5) as client:
        yield {"client": client}


app = FastAPI(lifespan=lifespan)


class Weather(BaseModel):
    """The weather of one city."""

    city: str = Field(max_length=80, description="The city.", examples=["Oslo"])
    celsius: float = Field(ge=-100, le=100, description="Degrees.", examples=[4.5])


def get_client(request: Request) -> httpx.AsyncClient:
    """The client that the lifespan opened."""
    client: httpx.AsyncClient = request.state.client
    return client


ClientDep = Annotated[httpx.AsyncClient, Depends(get_client)]


@app.get("/weather/{city}", summary="Weather of a city", responses={404: {"description": "No such city"}})
async def weather(city: Annotated[str, Path(max_length=80)], client: ClientDep) -> Weather:
    """The weather of a city."""
    answer = await client.get(f"/{city}")
    if answer.status_code == httpx.codes.NOT_FOUND:
        raise HTTPException(404, "No such city")
    answer.raise_for_status()
    return Weather.model_validate(answer.json())
'''


def test_review_my_endpoint(agent: Agent) -> None:
    told = agent.prompt("review", code=MINE, focus="async")
    assert told.tools[0] == "review_endpoint"
    assert "import requests" in told.text

    found = agent.make(told.the("review_endpoint"), code=MINE)
    codes = {each["code"]: each for each in found.data["findings"]}
    assert {"ASY101", "ASY102", "RSP408"} <= set(codes)
    assert all(each["evidence"] and each["refs"] for each in codes.values())
    assert [each["module"] for each in found.data["blocking_imports"] if each["used_in_async"]] == [
        "requests",
        "time",
    ]
    assert found.verdict("Nothing blocks in an async context") == "fail"

    focused = agent.make(told.the("review_endpoint", select="API001,API003,API006"), code=MINE)
    assert {each["code"] for each in focused.data["findings"]} <= set(codes)

    page = agent.make(told.the("read_docs", ref=told.calls[2].arguments["ref"]), **_ref(codes["ASY101"]))
    assert page.text

    mended = agent.call("review_endpoint", code=MENDED)
    assert [each for each in mended.data["findings"] if each["severity"] != "info"] == []
    assert mended.verdict("Nothing blocks in an async context") == "pass"
    assert mended.verdict("Every async operation is awaited") == "pass"


def _ref(finding: dict) -> dict[str, str]:
    return {"first ref of the finding": finding["refs"][0]}
