"""What can be watched: calls, errors, times, queue and the age of the index, for Prometheus."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from maestro_server.team.readiness import State

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_FILES = (1, 3, 10, 30, 100, 300, 1000, 3000)


class Metrics:
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

    def begin(self) -> None:
        """One more call is under way."""
        self._running.inc()

    def end(self, tool: str, outcome: str, seconds: float, result: object, /) -> None:
        """Notes how a call went, and how much a review looked at."""
        self._running.dec()
        self._calls.labels(tool, outcome).inc()
        self._times.labels(tool).observe(seconds)
        # A question to the person behind the client is a result as well, and has no data.
        coverage = (getattr(result, "structured_content", None) or {}).get("coverage")
        if isinstance(coverage, dict):
            self._files.observe(coverage.get("files_read", 0))

    def text(self, state: State) -> bytes:
        """Everything in the form that Prometheus reads."""
        self._is_ready.set(state.is_ready)
        self._age.set(state.age_seconds if state.is_ready else float("nan"))
        return generate_latest(self.registry)
