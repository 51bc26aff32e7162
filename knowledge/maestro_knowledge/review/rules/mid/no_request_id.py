"""No request logging with a correlation id was found."""

from collections.abc import Iterator

from maestro_knowledge.project.model import Project
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Ask
from maestro_knowledge.review.rules.mid._searching import Wanted, ask_unless_there
from maestro_knowledge.review.view import View

RULE = Rule(id="MID810", name="no-request-id", severity="question", umbrella=("API008",))

_WANTED = Wanted(
    packages=frozenset(
        {"asgi_correlation_id", "opentelemetry", "ddtrace", "logfire", "starlette_context", "elasticapm"}
        | {"fastapi_structlog", "newrelic", "opentelemetry_api", "opentelemetry_sdk"}
        | {"opentelemetry_instrumentation_fastapi", "elastic_apm"}
    ),
    identifiers=(
        *("request_id", "requestid", "correlation_id", "correlationid", "trace_id", "traceid"),
        *("bind_contextvars", "traceparent"),
    ),
    texts=("x-request-id", "x-correlation-id", "traceparent", "x-trace-id", "$request_id"),
)


def check(_: Project, view: View) -> Iterator[Ask]:
    """Asks once how the lines of one request are told apart in the log, if nothing in the project says."""
    yield from ask_unless_there(
        view,
        _WANTED,
        "I found no request or correlation id in the logs: how are the lines of one request found?",
        "asgi-correlation-id, starlette-context, OpenTelemetry, structlog contextvars, X-Request-ID, "
        "X-Correlation-ID, own request ids",
    )
