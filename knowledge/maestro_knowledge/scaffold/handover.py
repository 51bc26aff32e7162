"""What each partner of a service is handed, and what is asked of it."""

from collections.abc import Sequence

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.scaffold.service_spec import Design


@dataclass(frozen=True, slots=True)
class Note:
    """The notes for one partner."""

    partner: str
    purpose: str
    lines: tuple[str, ...]
    asks: tuple[str, ...]


def write_notes(
    design: Design,
    operations: Sequence[tuple[str, str, str]],
    variables: Sequence[str],
    models: Sequence[str],
) -> tuple[Note, ...]:
    """The notes for all five partners."""
    listed = tuple(f"`{method} {path}`" for method, path, _ in operations)
    unread = () if listed else ("the endpoints: the code could not be imported where it was made",)
    return (
        Note(
            "system-architect",
            "You decided what this service is; this is what became of it.",
            (*listed, *(f"decided: {one.asks} {one.taken} ({one.why})" for one in design.choices)),
            ("whether the boundaries hold: which endpoints belong elsewhere", *unread),
        ),
        Note(
            "python-type-guardian",
            "You own the types; these are the models that came out of them.",
            tuple(f"`{name}`" for name in models) or ("no models of your own were given",),
            (
                "whether what is optional in a request is meant to be",
                "whether a value that is text here has a type of its own",
            ),
        ),
        Note(
            "test-automator",
            "The service has tests; these are the places where more belong.",
            (
                "every router has a test module that serves it alone; fixtures are named `app` and `client`",
                "dependencies are replaced by `app.dependency_overrides`, other services by a mock transport",
                "middleware: preflight from known and unknown origins, 429 with Retry-After, a bug inside",
                "schemathesis can fuzz the service from `openapi.json`",
            ),
            ("tests that run against real dependencies", "a load test of the endpoints that matter"),
        ),
        *_write_running(design, variables),
    )


def _write_running(design: Design, variables: Sequence[str]) -> tuple[Note, ...]:
    """The notes for those who run the service."""
    secrets = [name for name in variables if name.endswith(("_KEY", "_URL", "_TOKEN", "_DIGESTS"))]
    return (
        Note(
            "docker-container-architect",
            "The image is built by `Dockerfile`; it runs one process as a user of its own.",
            (
                "port 8000, `fastapi run` with uvicorn; uvloop where the platform has it",
                "liveness `/health`, readiness `/ready`; give start-up 60 seconds",
                "stop with SIGTERM, and wait longer than the longest request; streams end by themselves",
                *(f"environment: `{name}`" for name in variables),
                *(f"secret: `{name}`" for name in secrets),
            ),
            ("requests and limits of CPU and memory", "where the secrets come from"),
        ),
        Note(
            "observability-engineer",
            "Every request has an id, a line in the log and a place in the metrics.",
            (
                f"stack: {', '.join(design.stack) or 'as decided'}",
                "ids in `X-Request-ID` and in each line of the log",
                "logs are JSON on stderr; no bodies, no query strings, no headers",
                "`/metrics`: `http_request_duration_seconds` by method, route and status",
                "OpenTelemetry is a setting of FastAPI: FASTAPI_OTEL_AUTO_CONFIGURE=true",
            ),
            ("alerts: share of 5xx, p95 of what matters, readiness that flaps",),
        ),
    )
