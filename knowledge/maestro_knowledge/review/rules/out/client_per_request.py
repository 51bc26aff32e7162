"""An HTTP client is made anew for each request."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.bgt._requests import request_path, served_by
from maestro_knowledge.review.rules.out._clients import CLIENTS, is_made_once, is_special
from maestro_knowledge.review.view import View

RULE = Rule(id="OUT102", name="client-per-request", severity="info", umbrella=("API006",))
NEEDS = Needs(calls=CLIENTS)


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports each client that is made on the way of a request, in dependencies with `yield` too."""
    for node in view.own_calls_to(function, CLIENTS):
        if is_special(node) or is_made_once(view, function, node):
            continue
        path = request_path(view, function)
        if not path:
            return
        shown = ast.unparse(node.func)
        yield Report(
            function.module,
            node,
            f"`{function.name}` makes a `{shown}` for each request.",
            subject=shown,
            hops=served_by(path),
        )
