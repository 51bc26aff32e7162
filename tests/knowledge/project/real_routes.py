"""Run as a program: imports the modules named on standard input and prints what their applications serve, as JSON.

It runs only on our own fixtures and on FastAPI's documentation examples, never on a user's code.
"""

import contextlib
import importlib
import io
import json
import os
import sys
import warnings

from fastapi import FastAPI, params, routing
from starlette.routing import Mount, Route

SPECIAL = ("request", "websocket", "http_connection", "response", "background_tasks", "security_scopes")
SOURCES = ("path", "query", "header", "cookie")


def body_location(info):
    return "file" if isinstance(info, params.File) else "form" if isinstance(info, params.Form) else "body"


def locations(dependant):
    found = {field.name: source for source in SOURCES for field in getattr(dependant, f"{source}_params")}
    found.update({field.name: body_location(field.field_info) for field in dependant.body_params})
    names = (getattr(dependant, f"{name}_param_name", None) for name in SPECIAL)
    found.update({name: "special" for name in names if name})
    found.update({inner.name: "dependency" for inner in dependant.dependencies if inner.name})
    return found


def last_name(call):
    name = getattr(call, "__qualname__", None) or type(call).__qualname__
    return "partial" if name == "partial" else name.rpartition(".")[2]


def tree(dependant):
    return [[last_name(inner.call), tree(inner)] for inner in dependant.dependencies]


def fields(dependant):
    groups = (*(f"{source}_params" for source in SOURCES), "body_params")
    return [field for group in groups for field in getattr(dependant, group)]


def common(kind, path, dependant):
    in_request = [f for f in fields(dependant) if f not in dependant.body_params]
    return {
        "kind": kind,
        "path": path,
        "locations": locations(dependant),
        "dependencies": tree(dependant),
        "aliases": sorted(field.alias for field in in_request),
        "required": sorted(field.name for field in fields(dependant) if field.field_info.is_required()),
    }


def http(context, prefix):
    return {
        **common("http", prefix + context.path, context.dependant),
        "methods": sorted(context.methods),
        "tags": [str(getattr(tag, "value", tag)) for tag in context.tags],
        "in_schema": context.include_in_schema,
        "deprecated": bool(context.deprecated),
        "status_code": int(context.status_code) if context.status_code else None,
    }


def rows(routes, prefix=""):
    for context in routing.iter_route_contexts(routes) if hasattr(routing, "iter_route_contexts") else routes:
        route = getattr(context, "original_route", context)
        if isinstance(route, routing.APIRoute):
            yield http(context, prefix)
        elif isinstance(route, routing.APIWebSocketRoute):
            inner = getattr(getattr(context, "_effective_route", None), "starlette_route", None) or route
            yield {**common("websocket", prefix + inner.path, inner.dependant), "methods": []}
        elif isinstance(route, Mount):
            path = prefix + (getattr(context, "path", None) or route.path)
            yield {"kind": "mount", "path": path, "methods": []}
            if isinstance(route.app, FastAPI):
                yield from rows(route.app.routes, path)
        elif isinstance(route, Route) and route.endpoint.__module__ != "fastapi.applications":
            yield {"kind": "starlette", "path": prefix + route.path, "methods": []}


def describe(app):
    base = {"HTTPException", "RequestValidationError", "WebSocketRequestValidationError"}
    handlers = {str(getattr(key, "__name__", key)) for key in app.exception_handlers}
    return {
        "routes": list(rows(app.routes)),
        "middleware": [item.cls.__name__ for item in app.user_middleware],
        "exception_handlers": sorted(handlers - base),
        "operations": sorted(
            f"{method.upper()} {path}" for path, item in app.openapi()["paths"].items() for method in item
        ),
    }


def describe_module(path):
    name = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            module = importlib.import_module(name)
            return {key: describe(app) for key, app in vars(module).items() if isinstance(app, FastAPI)}
    except BaseException as error:  # an example that needs what is not installed says so
        return f"{type(error).__name__}: {error}"[:200]


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.path.insert(0, sys.argv[1])
    os.chdir(sys.argv[1])
    print(json.dumps({path: describe_module(path) for path in sys.stdin.read().split()}))
