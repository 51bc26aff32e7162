"""A streamed body blocks the event loop between its pieces."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.flow import Chain
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.asy._blocking import hops_of, ways_on_loop
from maestro_knowledge.review.view import View

RULE = Rule(
    id="ASY108",
    name="blocking-stream",
    severity="warning",
    confidence="medium",
    umbrella=("API001",),
    preview=True,
)

_STREAMS = (
    "fastapi.responses.StreamingResponse",
    "sse_starlette.EventSourceResponse",
    "sse_starlette.sse.EventSourceResponse",
    "fastapi.sse.EventSourceResponse",
)
_NOT_IO = frozenset({"lock", "run"})
NEEDS = Needs(calls=frozenset(_STREAMS))


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each response whose asynchronous generator reaches something blocking."""
    for node, name in view.calls_to(module, _STREAMS):
        given = _made(view, module, node)
        target = view.target(module, given.func) if given is not None else None
        if target is None or target.function is None or not target.function.is_generator:
            continue
        chain = _worst(view, target.function)
        if chain is not None:
            first = chain.sites[0]
            response = name.rpartition(".")[2]
            yield Report(
                module,
                node,
                f"`{response}` is fed by `{target.function.name}`, which blocks the event loop.",
                subject=target.function.qualname,
                hops=(Hop(first.module, first.node, f"reaches `{chain.blocking.name}`"), *hops_of(chain)),
            )


def _made(view: View, module: Module, response: ast.Call) -> ast.Call | None:
    """The call that makes what the response sends, be it by way of a name that is given once."""
    named = (keyword.value for keyword in response.keywords if keyword.arg == "content")
    given = next(iter(response.args), None) or next(named, None)
    function = view.around(module, response)
    if isinstance(given, ast.Name) and function is not None:
        bindings = function.scope.bindings.get(given.id, ())
        given = bindings[0].value if len(bindings) == 1 and bindings[0].kind == "assign" else None
    return given if isinstance(given, ast.Call) else None


def _worst(view: View, function: Function) -> Chain | None:
    return next((way for way in ways_on_loop(view, function) if way.blocking.kind not in _NOT_IO), None)
