"""An asynchronous HTTP client is made and never closed."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.out._clients import ASYNC_CLIENTS
from maestro_knowledge.review.view import View

RULE = Rule(id="OUT103", name="client-never-closed", severity="warning", umbrella=("API006",))

_CLOSING = frozenset({"aclose", "close", "__aexit__"})


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each client that nothing closes: dropped at once, local, of a module, or in an attribute."""
    for node, _ in view.calls_to(module, ASYNC_CLIENTS):
        how = _left_open(view, module, node)
        if not how:
            continue
        shown = ast.unparse(node.func)
        yield Report(module, node, f"The `{shown}` {how} is never closed.", subject=f"{shown} {how}")


def _left_open(view: View, module: Module, node: ast.Call) -> str:
    """What the client is kept in, in words; empty where it is closed, or somebody else may close it."""
    around = view.parent(node)
    function = view.around(module, node)
    match around:
        case ast.Attribute() if isinstance(view.parent(around), ast.Call):
            # `await AsyncClient().get(…)`: after the call nobody has it any more.
            return "that is used once" if around.attr not in {"__aenter__", *_CLOSING} else ""
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            if function is None:
                return (
                    ""
                    if _is_closed_anywhere(view, name) or _is_in_class(view, around)
                    else f"`{name}` of the module"
                )
            if function.scope.outer_names.get(name):
                return "" if _is_closed_anywhere(view, name) else f"`{name}` of the module"
            return f"`{name}`" if _is_local_and_open(view, module, function, name, around) else ""
        case ast.Assign(targets=[ast.Attribute(attr=name) as target]):
            return "" if _is_closed_anywhere(view, name) else f"`{ast.unparse(target)}`"
        case _:
            return ""


def _is_in_class(view: View, node: ast.AST) -> bool:
    return isinstance(view.parent(node), ast.ClassDef)


def _is_closed_anywhere(view: View, name: str) -> bool:
    """Whether something of this name is closed, entered, or handed to what may do so, in the project."""
    closed = view.once("out.client_never_closed", lambda: _closed_names(view))
    return name in closed


def _closed_names(view: View) -> frozenset[str]:
    found: set[str] = set()
    for module in view.project.modules:
        for node in module.nodes.get(ast.Attribute, ()):
            if isinstance(node, ast.Attribute) and node.attr in _CLOSING:
                found.add(_last(node.value))
        for node in module.nodes.get(ast.withitem, ()):
            if isinstance(node, ast.withitem):
                entered = node.context_expr
                found |= {
                    _last(one) for one in (entered.args if isinstance(entered, ast.Call) else [entered])
                }
        for node in module.nodes.get(ast.Call, ()):
            if isinstance(node, ast.Call) and _last(node.func) in {
                "enter_async_context",
                "push_async_callback",
                "aclosing",
            }:
                found |= {_last(one) for one in node.args}
    # `for client in (a, b): await client.aclose()` closes what it runs over.
    for module in view.project.modules:
        for node in (*module.nodes.get(ast.For, ()), *module.nodes.get(ast.AsyncFor, ())):
            if isinstance(node, ast.For | ast.AsyncFor) and _last(node.target) in found:
                found |= {
                    _last(one) for one in ast.walk(node.iter) if isinstance(one, ast.Name | ast.Attribute)
                }
    return frozenset(found - {""})


def _is_local_and_open(view: View, module: Module, function: Function, name: str, made: ast.AST) -> bool:
    """Whether every use of the local variable is a call of its methods, none of them closing it."""
    last = function.node.end_lineno or function.node.lineno
    for node in module.nodes.get(ast.Name, ()):
        if not isinstance(node, ast.Name) or node.id != name or not isinstance(node.ctx, ast.Load):
            continue
        if not function.node.lineno <= node.lineno <= last:
            continue
        around = view.parent(node)
        if not isinstance(around, ast.Attribute) or around.attr in _CLOSING:
            return False
    return isinstance(made, ast.Assign | ast.AnnAssign)


def _last(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
