"""The environment is read while a request is served."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.calls import callers_of, frame_of
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.cfg._environment import is_settings_module, reads_in
from maestro_knowledge.review.view import View

RULE = Rule(id="CFG501", name="environment-read-in-function", severity="info")

_SERVING = frozenset(
    {"path operation", "websocket", "dependency", "middleware", "exception handler", "background task"}
)
_CACHES = frozenset({"lru_cache", "cache", "cached", "alru_cache"})
_DEPTH = 4


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports reads of environment variables in functions that serve requests, once a variable."""
    reads = reads_in(view, function)
    if not reads or is_settings_module(function.module) or _is_cached(function):
        return
    seen: set[str] = set()
    for node, variable in reads:
        if variable in seen:
            continue
        if not seen and not _serves(view, function, _DEPTH):
            return
        seen.add(variable)
        message = f"`{function.name}` reads the environment variable `{variable}` while it serves a request."
        yield Report(function.module, node, message, subject=variable)


def _serves(view: View, function: Function, depth: int) -> bool:
    """Whether a request leads to the function, by itself or through its callers."""
    frame = frame_of(view.project, function)
    if frame is not None and frame.role in _SERVING:
        return True
    if view.is_handler(function) or view.is_dependency(function):
        return True
    if depth == 0 or _is_cached(function):
        return False
    return any(
        site.caller is not None and site.caller is not function and _serves(view, site.caller, depth - 1)
        for site in callers_of(view.project, function)
    )


def _is_cached(function: Function) -> bool:
    names = (one.func if isinstance(one, ast.Call) else one for one in function.node.decorator_list)
    return any(
        (one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "")) in _CACHES for one in names
    )
