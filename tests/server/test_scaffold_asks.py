"""`scaffold_route` asks for what is open where somebody can be asked, and answers alike where nobody can."""

from pathlib import Path
from typing import Any

import pytest
from fastmcp import Client
from mcp_types import ElicitRequestFormParams

from maestro_knowledge.core.settings import Settings
from maestro_server.app.build import build_server

TODO = {"name": "todo", "fields": ["title:string(max_length=80)"], "operations": ["list"]}
BARE = {"tests": False}


class Person:
    """Whoever sits at the client and answers a form."""

    def __init__(self, action: str, **content: Any) -> None:
        self.action: Any = action
        self.content = content
        self.asked: list[ElicitRequestFormParams] = []

    async def __call__(self, message: str, response_type: Any, params: Any, context: Any) -> Any:
        from fastmcp.client.elicitation import ElicitResult

        del message, response_type, context
        self.asked.append(params)
        return ElicitResult(action=self.action, content=self.content if self.action == "accept" else None)


async def scaffold(settings: Settings, mode: str, person: Person | None, **options: Any) -> dict[str, Any]:
    client = (
        Client(build_server(settings), mode=mode)
        if person is None
        else Client(build_server(settings), mode=mode, elicitation_handler=person)
    )
    async with client:
        arguments = {**TODO, "options": {**BARE, **options}}
        answer = await client.call_tool("scaffold_route", arguments)
        return dict(answer.structured_content or {})


def taken(made: dict[str, Any]) -> dict[str, str]:
    return {one["option"]: one["taken"] for one in made["questions"]}


@pytest.mark.anyio
@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_what_is_open_is_asked_and_the_answer_is_what_is_made(
    mode: str, settings: Settings, root: Path
) -> None:
    person = Person("accept", storage="sqlmodel", auth="api_key", pagination="cursor", id_type="integer")
    made = await scaffold(settings, mode, person)
    assert len(person.asked) == 1
    asked = person.asked[0].requested_schema["properties"]
    assert asked["storage"]["enum"] == ["memory", "sqlmodel", "sqlalchemy", "asyncpg"]
    assert asked["pagination"]["enum"] == ["offset", "cursor", "none"]
    assert asked["auth"]["default"] == "none"
    files = {file["path"]: file["content"] for file in made["files"]}
    assert "SQLModel" in files["app/todos/models.py"]
    assert "dependencies=[Depends(get_caller)]" in files["app/todos/router.py"]
    assert "next_cursor" in files["app/todos/schemas.py"]
    assert not {"options.storage", "options.auth", "options.pagination"} & set(taken(made))
    told = made["next_steps"][0]
    assert '"storage": "sqlmodel"' in told
    assert not any(root.iterdir())


@pytest.mark.anyio
@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize("action", ["decline", "cancel"])
async def test_whoever_would_not_say_gets_what_a_client_gets_that_cannot_ask(
    mode: str, action: str, settings: Settings
) -> None:
    person = Person(action)
    made = await scaffold(settings, mode, person)
    assert len(person.asked) == 1
    assert made == await scaffold(settings, mode, None)
    assert taken(made)["options.storage"] == "memory"


@pytest.mark.anyio
async def test_an_answer_that_is_none_of_the_values_takes_the_default(settings: Settings) -> None:
    made = await scaffold(settings, "auto", Person("accept", storage="`rm -rf`"))
    assert "rm -rf" not in str(made)
    assert '"storage": "memory"' in made["next_steps"][0]


@pytest.mark.anyio
async def test_nothing_is_asked_that_the_request_says(settings: Settings) -> None:
    person = Person("accept")
    said = {"storage": "memory", "auth": "none", "pagination": "none", "id_type": "uuid"}
    made = await scaffold(settings, "auto", person, **said)
    assert person.asked == []
    assert made["files"]


@pytest.mark.anyio
async def test_a_request_that_is_wrong_is_refused_before_anything_is_asked(settings: Settings) -> None:
    person = Person("accept")
    async with Client(build_server(settings), elicitation_handler=person) as client:
        answer = await client.call_tool("scaffold_route", {"name": "a;b"}, raise_on_error=False)
    assert answer.is_error
    assert "is not a name" in answer.content[0].text
    assert person.asked == []
