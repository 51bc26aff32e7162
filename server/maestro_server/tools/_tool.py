"""The decorator that every tool wears: it types the failures and gives each answer its form."""

import functools
import inspect
import logging
from collections.abc import Callable
from typing import Any

from fastmcp.exceptions import ToolError
from fastmcp.tools import ToolResult, tool
from mcp_types import ToolAnnotations

from maestro_knowledge.core.errors import MaestroError
from maestro_server.expert.answers import Answer

ToolFunction = Callable[..., Answer]

log = logging.getLogger(__name__)

_READS = ToolAnnotations(read_only_hint=True)
_WRITES = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=True)


def maestro_tool(
    title: str,
    *,
    shape: dict[str, Any] | None = None,
    writes: bool = False,
    always_load: bool = False,
) -> Callable[[ToolFunction], Callable[..., Any]]:
    """Registers a function as a tool; with a `shape` (an output schema) it answers data, else text."""

    def decorate(function: ToolFunction) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> str | ToolResult:
            try:
                answer = function(*args, **kwargs)
            except MaestroError as error:
                raise ToolError(str(error), log_level=logging.INFO) from None
            except Exception:
                log.exception("%s failed", function.__name__)
                raise ToolError(
                    f"internal: {function.__name__} failed on our side. "
                    "Try a smaller input; the server's log on stderr has the detail."
                ) from None
            if shape is None:
                return answer.text
            return ToolResult(content=answer.text, structured_content=answer.data)

        # FastMCP serializes by the return annotation, and would look through the wrapper for it.
        returns = str if shape is None else ToolResult
        call.__annotations__ = {**function.__annotations__, "return": returns}
        signature = inspect.signature(function).replace(return_annotation=returns)
        call.__signature__ = signature  # type: ignore[attr-defined]
        del call.__wrapped__
        return tool(
            title=title,
            output_schema=shape,
            annotations=_WRITES if writes else _READS,
            meta={"anthropic/alwaysLoad": True} if always_load else None,
        )(call)

    return decorate
