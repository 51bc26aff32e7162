"""A route is registered past FastAPI: no validation, no dependencies, no documentation."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.application import Operation
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.project.tree import literal
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.rte._importing import spelled
from maestro_knowledge.review.view import View

RULE = Rule(id="RTE208", name="starlette-route", severity="error", fix="unsafe")

_INSTEAD = {
    "route": "api_route", "add_route": "add_api_route", "websocket_route": "websocket",
    "add_websocket_route": "add_api_websocket_route",
}  # fmt: skip


def check(operation: Operation, view: View) -> Iterator[Report]:
    """Reports each path operation that is made with a method inherited from Starlette."""
    made = operation.node.func
    is_inline = any(isinstance(one, ast.Lambda) for one in operation.node.args)
    if not isinstance(made, ast.Attribute) or made.attr not in _INSTEAD:
        return
    if operation.function is None and not is_inline:
        return  # what other libraries hand over, such as metrics, is made for this
    if literal(operation.keywords.get("include_in_schema")) is False:
        return
    if operation.router.is_assumed and not _imports_framework(operation.module):
        return  # the same words are Flask's and Quart's
    instead = _INSTEAD[made.attr]
    gone = made.attr == "route" and operation.router.is_app and _is_application(view, operation, made)
    effect = "no application has any more" if gone else "bypasses validation, dependencies and documentation"
    name, path = (
        (operation.function.name, operation.function.qualname) if operation.function else ("lambda",) * 2
    )
    yield Report(
        operation.module,
        operation.node,
        f"`{name}` is registered with `{ast.unparse(made)}`, which {effect}.",
        subject=f"{path} {made.attr}",
        severity=None if gone or made.attr in {"route", "websocket_route"} else "warning",
        fix=f"Use `{instead}`, or the decorator of its method.",
        edits=_edits(view, operation, operation.function, made, instead) if operation.function else (),
    )


def _imports_framework(module: Module) -> bool:
    return any(
        name.partition(".")[0] in {"fastapi", "starlette"}
        for node in (*module.nodes.get(ast.Import, ()), *module.nodes.get(ast.ImportFrom, ()))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    )


def _is_application(view: View, operation: Operation, made: ast.Attribute) -> bool:
    return view.is_a(view.type(operation.module, made.value), "fastapi.FastAPI")


def _edits(
    view: View, operation: Operation, function: Function, made: ast.Attribute, instead: str
) -> tuple[Edit, ...]:
    module = operation.module
    if not module.in_scope or any(
        keyword.arg in {"endpoint", "route"} for keyword in operation.node.keywords
    ):
        return ()
    edit = view.replace(module, made, f"{view.source(module, made.value)}.{instead}")
    arguments = [*function.node.args.posonlyargs, *function.node.args.args]
    arguments = arguments[1:] if function.owner is not None else arguments
    # FastAPI hands over the request by its annotation.
    bare = [one for one in arguments if one.annotation is None]
    if not bare:
        return (edit,)
    wanted = "fastapi.WebSocket" if "websocket" in made.attr else "fastapi.Request"
    word = spelled(view, function.module, wanted)
    if word is None or len(bare) > 1 or not function.module.in_scope:
        return ()
    return (*word[1], edit, view.insert_after(function.module, bare[0], f": {word[0]}"))
