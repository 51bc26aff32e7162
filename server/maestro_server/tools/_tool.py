"""The decorator that every tool wears: it types the failures and gives each answer its form."""

import functools
import inspect
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from fastmcp.exceptions import ToolError
from fastmcp.tools import ToolResult, tool
from mcp_types import InputRequiredResult, ToolAnnotations

from maestro_knowledge.core.errors import MaestroError
from maestro_server.caller import get_expert, get_shortcut
from maestro_server.expert.answers import Answer

ToolFunction = Callable[..., Any]
"""Makes an `Answer` with an `expert`; one that may ask somebody makes a coroutine of it, or of a question."""

log = logging.getLogger(__name__)

_READS = ToolAnnotations(read_only_hint=True)
_WRITES = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=True)


def maestro_tool(
    title: str,
    *,
    shape: dict[str, Any] | None = None,
    writes: bool = False,
    always_load: bool = False,
    reads: Callable[..., str] | None = None,
) -> Callable[[ToolFunction], Callable[..., Any]]:
    """Registers a function as a tool; with a `shape` (an output schema) it answers data, else text.

    `reads` makes it a short one: what a call with these arguments reads, empty where that may take long.
    """

    def decorate(function: ToolFunction) -> Callable[..., Any]:
        wrapped, returns = _wrap(function, shape, reads)
        # FastMCP serializes by the return annotation, and would look through the wrapper for it.
        wrapped.__annotations__ = {**function.__annotations__, "return": returns}
        signature = inspect.signature(function)
        # FastMCP would inject the Expert as well, but sets up so much for it that a short call notices.
        left = [parameter for name, parameter in signature.parameters.items() if name != "expert"]
        del wrapped.__annotations__["expert"]
        wrapped.__signature__ = signature.replace(parameters=left, return_annotation=returns)
        del wrapped.__wrapped__
        registered: Callable[..., Any] = tool(
            title=title,
            output_schema=shape,
            annotations=_WRITES if writes else _READS,
            meta={"anthropic/alwaysLoad": True} if always_load else None,
        )(wrapped)
        return registered

    return decorate


def _wrap(
    function: ToolFunction, shape: dict[str, Any] | None, reads: Callable[..., str] | None
) -> tuple[Any, Any]:
    """What FastMCP calls, and what that returns; it computes in a thread what is neither short nor asks."""
    returns: Any = str if shape is None else ToolResult

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> str | ToolResult:
        with _typed_failures(function.__name__):
            answer = function(*args, **kwargs, expert=get_expert())
        return _give(answer, shape)

    @functools.wraps(function)
    async def call_short(*args: Any, **kwargs: Any) -> str | ToolResult:
        needs = reads(*args, **kwargs) if reads else ""
        return await get_shortcut().give(partial(call, *args, **kwargs), needs)

    @functools.wraps(function)
    async def call_and_ask(*args: Any, **kwargs: Any) -> str | ToolResult | InputRequiredResult:
        with _typed_failures(function.__name__):
            answer = await function(*args, **kwargs, expert=get_expert())
        return answer if isinstance(answer, InputRequiredResult) else _give(answer, shape)

    if inspect.iscoroutinefunction(function):
        return call_and_ask, returns | InputRequiredResult
    return (call_short if reads else call), returns


@contextmanager
def _typed_failures(name: str) -> Iterator[None]:
    """Lets expected failures through in words, and masks bugs."""
    try:
        yield
    except MaestroError as error:
        raise ToolError(str(error), log_level=logging.INFO) from None
    except Exception:
        log.exception("%s failed", name)
        raise ToolError(
            f"internal: {name} failed on our side. "
            "Try a smaller input; the server's log on stderr has the detail."
        ) from None


def _give(answer: Answer, shape: dict[str, Any] | None) -> str | ToolResult:
    if shape is None:
        return answer.text
    return ToolResult(content=answer.text, structured_content=answer.data)
