"""`scaffold_route`."""

from functools import partial
from typing import Any, Literal

from anyio import to_thread
from fastmcp import Context
from mcp_types import InputRequiredResult

from maestro_server.asking import ask, can_ask
from maestro_server.caller import CALLER, CONTEXT
from maestro_server.expert.answers import Answer
from maestro_server.expert.facade import Expert
from maestro_server.tools._shapes import SCAFFOLD
from maestro_server.tools._tool import maestro_tool

KEY = "choices"
MESSAGE = "A few choices are open; an empty answer takes the defaults."
Pattern = Literal[
    "crud",
    "health",
    "middleware",
    "jwt_auth",
    "api_key_auth",
    "external_jwt",
    "background_task",
    "external_apis",
    "llm_gateway",
    "agent_workflow",
    "http_actions_store",
    "websocket",
    "sse",
    "json_lines",
    "file_upload",
    "settings",
    "tests",
]


@maestro_tool("Scaffold a route", shape=SCAFFOLD, writes=True)
async def scaffold_route(
    name: str,
    pattern: Pattern = "crud",
    fields: list[dict[str, Any] | str] = [],  # noqa: B006 - never mutated
    operations: list[str] = [],  # noqa: B006 - never mutated
    options: dict[str, Any] = {},  # noqa: B006 - never mutated
    project: str = "",
    write: bool = False,
    expert: Expert = CALLER,
    context: Context = CONTEXT,
) -> Answer | InputRequiredResult:
    """Generate a resource or feature with tests; checked before it is returned, written only on request.

    `checks` says what ran; `questions` what was chosen for you.

    Args:
        name: The resource, singular, e.g. "order item".
        fields: For crud: {"name", "type", "nullable", "default", "constraints", "values"} each.
        operations: list, create, get, update, replace, delete; default all but replace.
        options: storage, database, auth, pagination, id_type, prefix, tags, filters, sort, ...
        write: All or nothing, never over a file.
    """
    request = {
        "name": name,
        "pattern": pattern,
        "fields": fields,
        "operations": operations,
        "options": options,
    }
    answer: Any = None
    if can_ask(context):
        form = await to_thread.run_sync(partial(expert.ask_route, request, project=project))
        answer = await ask(context, KEY, MESSAGE, form) if form else None
    if isinstance(answer, InputRequiredResult):
        return answer
    return await to_thread.run_sync(
        partial(expert.scaffold_route, request, project=project, write=write, answer=answer)
    )
