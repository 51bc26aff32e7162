"""Where our profiles and the agent skill that FastAPI ships speak of the same thing, they say the same."""

import re
from dataclasses import dataclass

import pytest

from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.profiles.load import load_profiles
from maestro_server.expert.choices import decided
from maestro_server.expert.facade import Expert

PAGES = (
    "agent-skill",
    "agent-skill/dependencies",
    "agent-skill/other-tools",
    "agent-skill/path-operations",
    "agent-skill/pydantic",
    "agent-skill/responses",
    "agent-skill/streaming",
)


@dataclass(frozen=True)
class Point:
    """One subject: what the skill says of it, what ours say, and what would contradict it."""

    subject: str
    theirs: str
    ours: str = ""
    never: str = ""


MEETING = (
    Point("in doubt a plain def", "in case of doubt.{0,40}regular `def`", "in doubt, `def`", r"always (use )?`?async def"),
    Point("nothing blocks in async", "blocking code is not run inside of `async`", "never block an async function"),
    Point("the thread pool", "run in a threadpool", "runs in a thread pool"),
    Point("Annotated", "always prefer the `annotated`", "with\\s+`annotated`", r"= Depends\("),
    Point("a return type", "include a return type", "a return type on each handler"),
    Point(
        "another schema for the public",
        "return.{0,40}is not the same as the (public schema|type that you want)",
        "separate one where input and output differ",
    ),
    Point(
        "prefix and tags on the router",
        "add router-level parameters like prefix, tags",
        "routers with prefix and tags of their own",
        r"include_router\([^)]*prefix",
    ),
    Point("one operation a function", "don't mix http operations", "one function for one http operation", "api_route"),
    Point("no special JSON responses", "do not use `orjsonresponse`", never="(orjson|ujson)response"),
    Point("no RootModel", "do not use pydantic `rootmodel`", never="rootmodel"),
    Point("no ellipsis", "do not use `...` as a default", never=r"Field\(\.\.\."),
    Point("events from the server", "use `response_class=eventsourceresponse`", "docs:tutorial/server-sent-events", "sse[-_]starlette"),
    Point("streams by yield", "`streamingresponse`.{0,60}`yield`", "streamed with `yield`", "return a? ?streamingresponse"),
    Point("cleanup by yield", "cleanup.{0,60}`yield`", "sessions are dependencies with yield"),
    Point("functions as dependencies", "avoid creating class dependencies", never="class dependenc"),
    Point("dependencies when shared or external", "depends on external resources", "dependencies injected"),
    Point("HTTPX before Requests", "prefer it over requests", "never `requests` in an async handler", r"import requests"),
    Point("SQLModel before SQLAlchemy", "sqlmodel.{0,200}prefer it over sqlalchemy", never="prefer (using )?sqlalchemy"),
    Point("telemetry", "opentelemetry", "prometheus or opentelemetry"),
    Point("limits on bodies", "`max_body_size`", never="content-length"),
)  # fmt: skip


@pytest.fixture(scope="module")
def skill(home) -> str:
    from maestro_knowledge.core.settings import load_settings

    expert = Expert(load_settings(home=home, auto_refresh=False))
    try:
        texts = [
            expert.read(f"docs:{page}", version="", project="", max_tokens=0, cursor="").text
            for page in PAGES
        ]
    except MaestroError as error:
        pytest.skip(f"this FastAPI ships no agent skill: {error}")
    return plain("\n".join(texts))


@pytest.fixture(scope="module")
def profiles() -> dict[str, str]:
    return {profile.name: plain(profile.text) for profile in load_profiles()}


def plain(text: str) -> str:
    return " ".join(text.casefold().split())


@pytest.mark.parametrize("point", MEETING, ids=lambda point: point.subject)
def test_a_point_where_they_meet(point: Point, skill: str, profiles: dict[str, str]) -> None:
    assert re.search(point.theirs, skill), (
        f"FastAPI says something else now; read it, then us: {point.theirs}"
    )
    assert not point.ours or any(re.search(point.ours, text) for text in profiles.values())
    if point.never:
        against = [name for name, text in profiles.items() if re.search(point.never.casefold(), text)]
        assert against == []


def test_a_database_that_nobody_chose_is_reached_as_the_skill_prefers(skill: str) -> None:
    assert "prefer it over sqlalchemy" in skill
    assert decided("fetch rows from a database", None)["storage"][0] == "sqlmodel"
