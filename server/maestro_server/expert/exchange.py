"""The parts of the exchange format, each filled from a project: what is there, as plain data."""

import ast
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from maestro_server.expert.project_facts import DATABASES, Facts
from maestro_server.expert.quoting import one_line

if TYPE_CHECKING:
    from maestro_knowledge.project.application import Parameter
    from maestro_knowledge.project.model import ModelClass

# The project model loads when a project is named.
# ruff: noqa: PLC0415

# The settings that a hand-off always speaks of, with the defaults that are usual.
USUAL_SETTINGS = {
    "database_pool_size": 20,
    "database_max_overflow": 30,
    "http_client_timeout": 30,
    "http_client_pool_connections": 100,
    "background_task_max_workers": 4,
}
_STACK = {
    "CORSMiddleware": "cors",
    "GZipMiddleware": "gzip",
    "CorrelationIdMiddleware": "request_id",
    "SlowAPIMiddleware": "rate_limit",
    "AuthenticationMiddleware": "auth",
}
_HEALTH = ("health", "ready", "readyz", "healthz", "livez", "live", "ping")
_TELLING = ("log", "request_id", "correlation", "trace", "timing", "metric", "stamp", "prometheus", "otel")
_LOGS = ("structlog", "loguru", "prometheus_client", "prometheus_fastapi_instrumentator", "opentelemetry")


def design(facts: Facts) -> dict[str, Any]:
    """The architecture specification as the code suggests it, to be confirmed."""
    stores = [name for name in DATABASES if name in facts.packages]
    return {
        "system_design": {
            "service_name": service_name(facts),
            "external_dependencies": [{"name": name} for name in stores],
            "middleware_stack": [
                _STACK.get(_last(row["name"]), _last(row["name"])) for row in facts.middleware
            ],
            "health_checks": [route["path"] for route in facts.routes if is_health(route["path"])],
        }
    }


def endpoints(facts: Facts) -> list[dict[str, Any]]:
    """Every path operation with where it is, what comes in, what goes out, who may call."""
    from maestro_knowledge.project.app_map import route_rows, routes_in_scope

    return [
        _plain(
            {
                "endpoint": f"{row['method']} {row['path']}",
                "handler": row["handler"],
                "at": f"{row['file']}:{row['line']}",
                "async": row["is_async"],
                "takes": [_parameter(each) for each in route.parameters if each.location not in _NOT_SENT],
                "returns": row["response_model"],
                "status": row["status_code"],
                "security": row["security"],
                "depends_on": row["dependencies"],
                "deprecated": row["deprecated"] or None,
            }
        )
        for route in routes_in_scope(facts.project)
        for row in route_rows(route)
    ]


def middleware(facts: Facts) -> list[dict[str, Any]]:
    """The middleware in the order in which a request meets it."""
    return [
        {
            "name": _line(row["name"]),
            "at": f"{row['file']}:{row['line']}",
            **_if(conditional=row["conditional"]),
        }
        for row in facts.middleware
    ]


def settings(facts: Facts) -> dict[str, Any]:
    """The settings classes with their fields; usual ones that are not among them are named."""
    from maestro_knowledge.review.secrets import mask_secrets

    classes = [
        model for model in facts.project.models if model.kind == "settings" and model.cls.module.in_scope
    ]
    rows = {row["name"]: row for row in facts.settings}
    shown = [
        _plain(
            {
                "class": model.cls.id,
                "at": f"{model.cls.module.path}:{model.cls.node.lineno}",
                "env_prefix": rows[model.cls.id]["env_prefix"],
                "env_file": rows[model.cls.id]["env_file"],
                "fields": [mask_secrets(line) for line in _setting_lines(model)],
            }
        )
        for model in classes
        if model.cls.id in rows
    ]
    named = {field.name for model in classes for field in model.fields}
    missing = {name: value for name, value in USUAL_SETTINGS.items() if name not in named}
    return _plain({"classes": shown, "not_found_usual_default": missing})


def openapi(facts: Facts) -> dict[str, Any]:
    """An excerpt of what the OpenAPI document will say, read from the code without running it."""
    paths: dict[str, dict[str, Any]] = {}
    for row in facts.routes:
        if row["method"] in {"WEBSOCKET", "MOUNT", "?"}:
            continue
        answers = {str(row["status_code"] or 200): _line(row["response_model"] or "not declared")}
        operation = {"operationId": _line(row["handler"]), "tags": row["tags"], "responses": answers}
        paths.setdefault(_line(row["path"]), {})[row["method"].lower()] = _plain(operation)
    return {
        "paths": paths,
        "whole": "the running application serves it at openapi_url, by default /openapi.json",
    }


def models(facts: Facts) -> list[dict[str, Any]]:
    """The data models with their fields."""
    return [
        {
            "model": _line(row["name"]),
            "kind": row["kind"],
            "at": f"{row['file']}:{row['line']}",
            "fields": [
                f"{field['name']}: {_line(field['type'] or '?')}{'' if field['required'] else ' (optional)'}"
                for field in row["fields"]
            ],
        }
        for row in facts.models
    ]


def fixtures(facts: Facts) -> dict[str, Any]:
    """The fixtures that there are, where tests lie, which dependencies tests replace."""
    tests = [module for module in facts.project.modules if module.is_test or "test" in module.path]
    found = [
        f"{function.name} ({module.path}:{function.node.lineno})"
        for module in tests
        for function in module.functions
        if any("fixture" in ast.unparse(each)[:80] for each in function.node.decorator_list)
    ]
    overrides = sorted({module.path for module in tests if "dependency_overrides" in module.text})
    replaceable = sorted({name for row in facts.routes for name in row["dependencies"]})
    return {
        "tests": [module.path for module in tests] or "none found",
        "fixtures": found or "none found",
        "overriding": overrides or "none found",
        "dependencies_to_override": [_line(name) for name in replaceable],
    }


def containers(facts: Facts) -> dict[str, Any]:
    """What has to run, where it is asked whether it is well, what it needs around it."""
    prefixed = [
        (row["env_prefix"], field["name"], field["required"])
        for row in facts.settings
        for field in row["fields"]
    ]
    python = facts.project.versions.get("python")
    return _plain(
        {
            "applications": [_line(app["id"]) for app in facts.apps],
            "start": "fastapi run, or uvicorn with the application above",
            "python": _line((python.version or python.specifier or "") if python else ""),
            "health": [row["path"] for row in facts.routes if is_health(row["path"])] or "none found",
            "startup_and_shutdown": [
                f"{row['handler']} ({row['file']}:{row['line']})" for row in facts.lifespan
            ],
            "environment": [
                f"{prefix}{name}".upper() + (" (required)" if required else "")
                for prefix, name, required in prefixed
            ],
            "reaches": [name for name in DATABASES if name in facts.packages],
        }
    )


def observability(facts: Facts) -> dict[str, Any]:
    """Where requests are seen: middleware, handlers, packages."""
    telling = [
        f"{_line(row['name'])} ({row['file']}:{row['line']})"
        for row in facts.middleware
        if any(word in row["name"].casefold() for word in _TELLING)
    ]
    return {
        "correlation_and_timing": telling or "no middleware by such a name was found",
        "error_handlers": [f"{row['exception']} ({row['file']}:{row['line']})" for row in facts.handlers]
        or "none found",
        "packages": [name for name in _LOGS if name in facts.packages] or "none imported",
    }


def service_name(facts: Facts) -> str:
    """What the service calls itself, else the folder that it lies in."""
    title = next((app["title"] for app in facts.apps if app["title"]), "")
    name = one_line(title, 60) or facts.project.root.name
    return "-".join("".join(c if c.isalnum() else " " for c in name.casefold()).split()) or "service"


def is_health(path: str) -> bool:
    """Whether a path is by its name one that probes ask."""
    return path.rstrip("/").rpartition("/")[2].casefold() in _HEALTH


_NOT_SENT = frozenset({"dependency", "special", "unknown"})


def _parameter(parameter: "Parameter") -> str:
    from maestro_knowledge.project.tree import source_of

    annotation = source_of(parameter.module, parameter.annotation, 60) if parameter.annotation else "?"
    optional = "" if parameter.required else " (optional)"
    return f"{parameter.location} {_line(parameter.alias)}: {_line(annotation)}{optional}"


def _setting_lines(model: "ModelClass") -> Iterator[str]:
    from maestro_knowledge.project.tree import source_of

    module = model.cls.module
    for field in model.fields:
        kind = source_of(module, field.annotation, 60) if field.annotation is not None else "?"
        default = f" = {source_of(module, field.default, 60)}" if field.default is not None else ""
        yield _line(f"{field.name}: {kind}{default}")


def _last(name: str) -> str:
    return _line(name).rpartition(".")[2]


def _line(text: str) -> str:
    return one_line(str(text), 120)


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row without what is not known, its texts on one line."""
    kept = {key: value for key, value in row.items() if value not in (None, "", [], {})}
    return {key: _line(value) if isinstance(value, str) else value for key, value in kept.items()}


def _if(**flags: bool) -> dict[str, bool]:
    return {name: True for name, value in flags.items() if value}
