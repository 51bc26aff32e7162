"""What happens around every tool call: a request id in the log, and arguments refused in our own words."""

import logging
import time
import uuid
from typing import Any

import pydantic
from fastmcp.exceptions import NotFoundError, ToolError, ValidationError
from fastmcp.server.dependencies import get_access_token
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools import ToolResult

from maestro_knowledge.core.text import quote
from maestro_server.app.logs import request_id
from maestro_server.expert.nearby import nearest
from maestro_server.tools import TOOLS

_NAMES = frozenset(tool.__name__ for tools in TOOLS.values() for tool in tools)

log = logging.getLogger(__name__)


class CallLog(Middleware):
    """Logs each tool call with its own id, duration and outcome; never its arguments."""

    async def on_call_tool(
        self, context: MiddlewareContext[Any], call_next: CallNext[Any, ToolResult]
    ) -> ToolResult:
        """Runs the call between two log lines."""
        request_id.set(uuid.uuid4().hex[:12])
        began = time.perf_counter()
        outcome = "error"
        try:
            result = await call_next(context)
        except ToolError as error:
            outcome = str(error).partition(":")[0]
            raise
        else:
            outcome = "ok"
            return result
        finally:
            took = round((time.perf_counter() - began) * 1000, 1)
            name = str(context.message.name)
            tool = name if name in _NAMES else "unknown"  # what callers make up may be anything, a token too
            facts = {"tool": tool, "ms": took, "outcome": outcome}
            if access := get_access_token():
                facts["caller"] = access.client_id
            log.info("tool call", extra={"facts": facts})


class TidyErrors(Middleware):
    """Words refused arguments and unknown tools as typed errors that name the next step."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names

    async def on_call_tool(
        self, context: MiddlewareContext[Any], call_next: CallNext[Any, ToolResult]
    ) -> ToolResult:
        """Runs the call and rewords what FastMCP says of its arguments."""
        try:
            return await call_next(context)
        except ValidationError as error:
            cause = error.__cause__
            if not isinstance(cause, pydantic.ValidationError):
                raise
            raise _refused(cause) from None
        except pydantic.ValidationError as error:
            raise _refused(error) from None
        except NotFoundError:
            name = str(context.message.name)
            near = nearest(name, self.names)
            raise ToolError(
                f"not_found: there is no tool {quote(name)}. "
                f"{'Nearest: ' + ', '.join(near) + '. ' if near else ''}tools/list names them all."
            ) from None


def _refused(error: pydantic.ValidationError) -> ToolError:
    rows = error.errors(include_url=False, include_input=False, include_context=False)
    shown = "; ".join(
        f"{'.'.join(map(str, row['loc']))[:80] or 'arguments'}: {row['msg'][:300]}" for row in rows[:5]
    )
    more = f" (and {len(rows) - 5} more)" if len(rows) > 5 else ""
    return ToolError(
        f"bad_argument: {shown}{more}. Correct this and call again; tools/list has the schema.",
        log_level=logging.INFO,
    )
