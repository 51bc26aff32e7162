"""Asking the person behind the client, in both protocol eras; whoever cannot be asked gets the defaults."""

from functools import partial
from typing import Any

import anyio.to_thread
from fastmcp import Context
from fastmcp.exceptions import McpError, PromptError
from mcp_types import ElicitRequest, ElicitRequestFormParams, InputRequiredResult

from maestro_knowledge.core.errors import MaestroError
from maestro_server.expert.briefing import Brief
from maestro_server.expert.choices import form_of
from maestro_server.expert.facade import Expert

MODERN = "2026-07-28"
KEY = "choices"


async def ask(context: Context, key: str, message: str, schema: dict[str, Any]) -> Any:
    """The answer as a dict; None where nobody can be asked or would not say; else a result to return."""
    capabilities = context.session.client_capabilities
    request = context.request_context
    if capabilities is None or capabilities.elicitation is None or request is None:
        return None
    if request.protocol_version >= MODERN:
        got = (context.input_responses or {}).get(key)
        if got is None:
            form = ElicitRequestFormParams(message=message, requested_schema=schema)
            asked = ElicitRequest(method="elicitation/create", params=form)
            return InputRequiredResult(result_type="input_required", input_requests={key: asked})
    else:
        try:
            got = await context.session.elicit_form(message, schema)
        except McpError:
            return None  # the client said that it can, and cannot
    content = getattr(got, "content", None)
    return dict(content or {}) if getattr(got, "action", "") == "accept" else None


async def brief_of(expert: Expert, task: str, project: str, *, design: bool = False) -> Brief:
    """The state of things, worked out beside the event loop."""
    try:
        return await anyio.to_thread.run_sync(partial(expert.brief, task, project, design=design))
    except MaestroError as error:
        raise PromptError(str(error)) from None


async def ask_open(context: Context, brief: Brief) -> Any:
    """What `ask` gives for the choices that are open; None where there are none."""
    if not brief.open:
        return None
    return await ask(
        context, KEY, "A few choices are open; an empty answer takes the defaults.", form_of(brief.open)
    )
