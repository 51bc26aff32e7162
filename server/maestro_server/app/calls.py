"""What happens around every tool call: who watches it is told, and arguments are refused in our own words."""

import logging
import time
import uuid
from collections.abc import Sequence
from typing import Any, Protocol

import pydantic
from fastmcp.exceptions import NotFoundError, ToolError, ValidationError
from fastmcp.server.dependencies import get_access_token
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools import ToolResult
from mcp_types import CallToolRequestParams

from maestro_knowledge.core.text import quote
from maestro_server.app.logs import request_id
from maestro_server.expert.nearby import nearest
from maestro_server.tools import TOOLS

_NAMES = frozenset(tool.__name__ for tools in TOOLS.values() for tool in tools)

log = logging.getLogger(__name__)


class AroundCalls(Middleware):
    """A middleware of tool calls alone.

    FastMCP leads every message through three hooks of each middleware; with several of them that was a tenth
    of what the processor does for a short call.
    """

    async def __call__(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        """Passes everything on that is no call; one with malformed parameters is not typed as one."""
        if isinstance(context.message, CallToolRequestParams):
            return await self.on_call_tool(context, call_next)
        return await call_next(context)


class Watcher(Protocol):
    """Is told of every tool call."""

    def begin(self) -> None:
        """A call has begun."""
        ...

    def end(self, tool: str, outcome: str, seconds: float, result: object, /) -> None:
        """A call has ended: `ok` with its result, or the code of its error."""
        ...


class WatchedCalls(AroundCalls):
    """Gives each tool call an id, and tells the log and the watchers how it went; never its arguments."""

    def __init__(self, watchers: Sequence[Watcher] = ()) -> None:
        self._watchers = tuple(watchers)

    async def on_call_tool(
        self, context: MiddlewareContext[Any], call_next: CallNext[Any, ToolResult]
    ) -> ToolResult:
        """Runs the call, and says how it went."""
        request_id.set(uuid.uuid4().hex[:12])
        for watcher in self._watchers:
            watcher.begin()
        began = time.perf_counter()
        outcome, result = "internal", None
        try:
            result = await call_next(context)
        except ToolError as error:
            outcome = _code(str(error))
            raise
        else:
            outcome = "ok"
            return result
        finally:
            seconds = time.perf_counter() - began
            name = str(context.message.name)
            tool = name if name in _NAMES else "unknown"  # what callers make up may be anything, a token too
            for watcher in self._watchers:
                watcher.end(tool, outcome, seconds, result)
            if log.isEnabledFor(logging.INFO):
                _write(tool, outcome, seconds)


def _write(tool: str, outcome: str, seconds: float) -> None:
    facts = {"tool": tool, "ms": round(seconds * 1000, 1), "outcome": outcome}
    if access := get_access_token():
        facts["caller"] = access.client_id
    log.info("tool call", extra={"facts": facts})


def _code(message: str) -> str:
    """The code that a typed error begins with."""
    code = message.partition(":")[0]
    return code if code.isidentifier() and len(code) < 30 else "internal"


class TidyErrors(AroundCalls):
    """Words refused arguments and unknown tools as typed errors that name the next step."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)

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
