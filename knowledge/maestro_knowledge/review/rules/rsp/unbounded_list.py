"""A list endpoint answers with every row of a table."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.application import Operation
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.rsp._answers import is_response, reaches_return, returns_of
from maestro_knowledge.review.rules.rsp._queries import Fetch, fetches
from maestro_knowledge.review.view import View

RULE = Rule(id="RSP415", name="unbounded-list", severity="warning")

_DEPTH = 3
_PAGING = Pattern(
    r"(?:limit|page|per_page|page_size|pagesize|size|offset|skip|cursor|take|top|first|last|after|before"
    r"|max_results|paging|pagination|params|page_params|page_number|count|start|end|n)"
)
# Tables that stay small by their nature.
_SMALL = Pattern(
    r"(?:country|countries|currency|currencies|language|locale|role|permission|plan|unit|region|timezone|time_zone"
    r"|category|categories|setting|feature_?flag|\w*(?:type|kind|status|enum|lookup|option|level))s?",
    re.IGNORECASE,
)


def check(operation: Operation, view: View) -> Iterator[Report]:
    """Reports each query that a GET operation answers with whole, itself or by a function it calls."""
    function = operation.function
    if function is None or operation.kind != "http" or "GET" not in operation.methods:
        return
    found = [one for one in _found(view, function) if not _SMALL.fullmatch(one[1].table)]
    if not found or _is_paged(operation, function):
        return
    if any(is_response(view, function.module, one.value) for one in returns_of(view, function) if one.value):
        return  # an export or a page is made of all of it on purpose
    for node, fetch, hops in found:
        rows = f"every `{fetch.table}`" if fetch.table else "every row"
        of_it = " that belongs to what is asked for" if fetch.is_narrowed else ""
        yield Report(
            function.module,
            node,
            f"`{function.name}` answers with {rows}{of_it}, however many there are.",
            subject=fetch.table or "rows",
            hops=hops,
            severity="info" if fetch.is_narrowed else None,
        )


def _names(operation: Operation) -> Iterator[str]:
    """The names of what the request can say, in dependencies too."""
    waiting = list(operation.parameters)
    for parameter in waiting:
        yield parameter.name
        yield parameter.alias
        if parameter.dependency is not None:
            waiting += parameter.dependency.parameters


def _is_paged(operation: Operation, function: Function) -> bool:
    """Whether the request can say which part is wanted, or what goes out is declared to be a page."""
    if any(_PAGING.fullmatch(name.lower()) for name in _names(operation)):
        return True
    nodes = [operation.keywords.get("response_model"), function.node.returns]
    return any("page" in ast.unparse(node).lower() for node in nodes if node is not None)


def _found(view: View, function: Function) -> Iterator[tuple[ast.expr, Fetch, tuple[Hop, ...]]]:
    for fetch in fetches(view, function):
        if reaches_return(view, function, fetch.node):
            yield fetch.node, fetch, ()
    for node in view.own(function, ast.Call):
        first = next(_behind(view, function, node, _DEPTH), None)
        # What belongs to one owner is seldom much, and a helper's query says less of the endpoint.
        if first is not None and not first[0].is_narrowed and reaches_return(view, function, node):
            yield node, *first


def _behind(
    view: View, function: Function, call: ast.Call, depth: int
) -> Iterator[tuple[Fetch, tuple[Hop, ...]]]:
    """The unlimited queries whose rows a function of the project gives back."""
    target = view.target(function.module, call.func)
    helper = target.function if target else None
    if helper is None or helper is function or depth == 0:
        return
    arguments = helper.node.args
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    if any(_PAGING.fullmatch(name) for name in names) or arguments.kwarg or arguments.vararg:
        return
    for fetch in fetches(view, helper):
        if reaches_return(view, helper, fetch.node):
            yield fetch, (Hop(helper.module, fetch.node, f"`{helper.name}` fetches all rows"),)
            return
    for node in view.own(helper, ast.Call):
        if reaches_return(view, helper, node):
            for fetch, hops in _behind(view, helper, node, depth - 1):
                yield fetch, (Hop(helper.module, node), *hops)
                return
