"""Asking the person behind the client, in both protocol eras; whoever cannot be asked gets the defaults."""

from typing import Any

from fastmcp import Context
from fastmcp.exceptions import McpError
from mcp_types import ElicitRequest, ElicitRequestFormParams, InputRequiredResult

MODERN = "2026-07-28"


def can_ask(context: Context) -> bool:
    """Whether the client says that it can put a question to somebody."""
    capabilities = context.session.client_capabilities
    return capabilities is not None and capabilities.elicitation is not None


async def ask(context: Context, key: str, message: str, schema: dict[str, Any]) -> Any:
    """The answer as a dict; None where nobody can be asked or would not say; else a result to return."""
    request = context.request_context
    if request is None or not can_ask(context):
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
