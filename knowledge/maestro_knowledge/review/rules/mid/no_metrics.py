"""No metrics or tracing were found."""

from collections.abc import Iterator

from maestro_knowledge.project.model import Project
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Ask
from maestro_knowledge.review.rules.mid._searching import Wanted, ask_unless_there
from maestro_knowledge.review.view import View

RULE = Rule(id="MID811", name="no-metrics", severity="question", umbrella=("API008",))

_WANTED = Wanted(
    packages=frozenset(
        {"prometheus_client", "prometheus_fastapi_instrumentator", "starlette_prometheus", "aioprometheus"}
        | {
            "starlette_exporter",
            "opentelemetry",
            "opentelemetry_api",
            "opentelemetry_sdk",
            "statsd",
            "datadog",
        }
        | {"ddtrace", "sentry_sdk", "newrelic", "elasticapm", "elastic_apm", "logfire", "influxdb_client"}
        | {"opentelemetry_instrumentation_fastapi", "aws_embedded_metrics", "aws_xray_sdk", "scout_apm"}
        | {"opencensus", "applicationinsights", "honeycomb", "pyinstrument", "apitally", "azure_monitor"}
    ),
    identifiers=("prometheus", "statsd", "opentelemetry", "instrumentator"),
    texts=("/metrics", "prometheus"),
)


def check(_: Project, view: View) -> Iterator[Ask]:
    """Asks once where latency and errors are measured, if nothing in the project does."""
    yield from ask_unless_there(
        view,
        _WANTED,
        "I found no metrics and no tracing: where are latency and errors measured?",
        "Prometheus, OpenTelemetry, statsd, Datadog, Sentry, New Relic, Elastic APM, Logfire, "
        "a /metrics route",
    )
