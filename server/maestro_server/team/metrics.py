"""What can be watched: calls, errors, times, queue and the age of the index, for Prometheus."""

import time
from collections.abc import Callable
from typing import Any

from fastmcp.exceptions import ToolError
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools import ToolResult
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from maestro_server.team.readiness import State
from maestro_server.tools import TOOLS

NAMES = frozenset(tool.__name__ for tools in TOOLS.values() for tool in tools)
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_FILES = (1, 3, 10, 30, 100, 300, 1000, 3000)


class Metrics(Middleware):
    """Counts every tool call; a registry of its own, so that two servers in one process stay apart."""

    def __init__(self, waiting: Callable[[], float] = lambda: 0) -> None:
        self.registry = CollectorRegistry()
        self._calls = Counter(
            "maestro_tool_calls", "Tool calls by outcome.", ["tool", "outcome"], registry=self.registry
        )
        self._times = Histogram(
            "maestro_tool_seconds",
            "Duration of tool calls.",
            ["tool"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._files = Histogram(
            "maestro_review_files", "Files of one review.", buckets=_FILES, registry=self.registry
        )
        self._running = Gauge("maestro_tool_calls_running", "Tool calls under way.", registry=self.registry)
        queue = Gauge(
            "maestro_tool_calls_waiting", "Long calls that wait for their turn.", registry=self.registry
        )
        queue.set_function(waiting)
        self._age = Gauge(
            "maestro_index_age_seconds", "Age of the generation that is served.", registry=self.registry
        )
        self._is_ready = Gauge("maestro_index_ready", "1 while an index can be read.", registry=self.registry)

    async def on_call_tool(
        self, context: MiddlewareContext[Any], call_next: CallNext[Any, ToolResult]
    ) -> ToolResult:
        """Runs the call and notes how it went."""
        name = str(context.message.name)
        tool = name if name in NAMES else "unknown"  # what callers make up is no label
        began = time.perf_counter()
        outcome = "internal"
        self._running.inc()
        try:
            result = await call_next(context)
        except ToolError as error:
            outcome = _code(str(error))
            raise
        else:
            outcome = "ok"
            coverage = (result.structured_content or {}).get("coverage")
            if isinstance(coverage, dict):
                self._files.observe(coverage.get("files_read", 0))
            return result
        finally:
            self._running.dec()
            self._calls.labels(tool, outcome).inc()
            self._times.labels(tool).observe(time.perf_counter() - began)

    def text(self, state: State) -> bytes:
        """Everything in the form that Prometheus reads."""
        self._is_ready.set(state.is_ready)
        self._age.set(state.age_seconds if state.is_ready else float("nan"))
        return generate_latest(self.registry)


def _code(message: str) -> str:
    """The code that a typed error begins with."""
    code = message.partition(":")[0]
    return code if code.isidentifier() and len(code) < 30 else "internal"
