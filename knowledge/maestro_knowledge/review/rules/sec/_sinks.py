"""Calls that something is done with: which argument they take, and the text that it begins with."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.offloading import handed_over
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.report import Hop
from maestro_knowledge.review.rules.sec._taint import Flow, Origin, flow_of
from maestro_knowledge.review.view import View

_HOST = Pattern(r"(?:[a-z][a-z0-9+.-]*:)?//[^/?#]+[/?#]", re.IGNORECASE)


def uses_of(view: View, module: Module) -> tuple[tuple[ast.Call, str, ast.Call], ...]:
    """Every call with the name of what runs, and the call that this comes to: `to_thread(f, x)` is `f(x)`."""
    return view.once(("sec.uses", module.path), lambda: tuple(_uses(view, module)))


def _uses(view: View, module: Module) -> Iterator[tuple[ast.Call, str, ast.Call]]:
    named = set()
    for call, name in view.calls(module):
        named.add(call)
        yield _use(view, module, call, name)
    for node in module.nodes.get(ast.Call, ()):
        if isinstance(node, ast.Call) and node not in named:
            yield _use(view, module, node, "")


def _use(view: View, module: Module, call: ast.Call, name: str) -> tuple[ast.Call, str, ast.Call]:
    handed = handed_over(view.project, module, call)
    if handed is None:
        return call, name, call
    # `partial(f, x)` in its place brings arguments of its own.
    holder = next((one for one in call.args if isinstance(one, ast.Call) and handed[1] in one.args), call)
    if handed[1] not in holder.args:
        return call, name, call
    rest = holder.args[holder.args.index(handed[1]) + 1 :]
    return call, view.name(module, handed[1]), ast.Call(handed[1], rest, holder.keywords)


def arrivals(
    view: View,
    function: Function,
    nodes: Iterable[ast.AST],
    sink: Callable[[View, Module, ast.AST], ast.expr | None],
    source: Callable[[Flow, Module, ast.expr], Origin | None],
) -> Iterator[tuple[ast.AST, ast.expr, Origin]]:
    """Each of the function's nodes that does something with a value of the request: with what, where from."""
    for node in nodes:
        given = sink(view, function.module, node)
        flow = flow_of(view)
        origin = source(flow, function.module, given) if given is not None else None
        if given is not None and origin is not None and flow.is_reached(function):
            yield node, given, origin


def argument(call: ast.Call, position: int, *keywords: str) -> ast.expr | None:
    """The argument at the position or under one of the keywords."""
    for keyword in call.keywords:
        if keyword.arg in keywords:
            return keyword.value
    if len(call.args) > position and not any(
        isinstance(one, ast.Starred) for one in call.args[: position + 1]
    ):
        return call.args[position]
    return None


def keyword_of(call: ast.Call, name: str) -> ast.expr | None:
    """The value of a keyword argument."""
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def is_true(node: ast.expr | None) -> bool:
    """Whether the expression is the constant True."""
    return isinstance(node, ast.Constant) and node.value is True


def is_false(node: ast.expr | None) -> bool:
    """Whether the expression is the constant False."""
    return isinstance(node, ast.Constant) and node.value is False


def built(view: View, module: Module, node: ast.expr) -> ast.expr:
    """The value of a name that is given exactly one; else the expression itself."""
    if isinstance(node, ast.Await):
        return built(view, module, node.value)
    if not isinstance(node, ast.Name):
        return node
    function = view.around(module, node)
    if function is not None:
        bindings = function.scope.bindings.get(node.id, [])
        if len(bindings) == 1 and bindings[0].kind == "assign" and bindings[0].value is not None:
            return bindings[0].value
    return node


def hops_to(view: View, module: Module, node: ast.expr, note: str) -> tuple[Hop, ...]:
    """The place where the value of a name was made, if that is not where it is used."""
    made = built(view, module, node)
    return (Hop(module, made, note),) if made is not node else ()


def leading_text(view: View, module: Module, node: ast.expr, depth: int = 4) -> str:
    """The constant text that the value begins with, "" if it begins with something else."""
    node = built(view, module, node)
    if isinstance(node, ast.Constant):
        return str(node.value) if isinstance(node.value, str) else ""
    if depth == 0:
        return ""
    if isinstance(node, ast.JoinedStr) and node.values:
        first = node.values[0]
        if isinstance(first, ast.Constant):
            return str(first.value)
        return (
            leading_text(view, module, first.value, depth - 1)
            if isinstance(first, ast.FormattedValue)
            else ""
        )
    if isinstance(node, ast.BinOp):
        return leading_text(view, module, node.left, depth - 1)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        text = leading_text(view, module, node.func.value, depth - 1)
        return text.partition("{")[0]
    if isinstance(node, ast.Name | ast.Attribute):
        return _constant_text(view, module, node, depth)
    return ""


def _constant_text(view: View, module: Module, node: ast.expr, depth: int) -> str:
    """The text of a name that a module gives one."""
    target = view.target(module, node)
    if target is not None and target.kind == "value" and isinstance(target.node, ast.expr) and target.module:
        return leading_text(view, target.module, target.node, depth - 1)
    return ""


def chooses_host(view: View, flow: Flow, module: Module, node: ast.expr) -> Origin | None:
    """What of the request decides which host an address names; None where that is fixed before it."""
    origin = flow.carried(module, node)
    if origin is None:
        return None
    made = built(view, module, node)
    parts = _parts(view, module, made)
    if not parts:
        # A path parameter has no slash: alone it is no address.
        return None if origin.is_segment else origin
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
            continue
        found = flow.carried(module, part)
        known = leading_text(view, module, part) if found is None else ""
        if found is None:
            # Whatever it is (settings, a constant), the server chose it, and the host with it.
            text += known or "https://fixed/"
            continue
        if _HOST.match(text) or (text.startswith("/") and not text.startswith("//")):
            return None
        return None if found.is_segment and not text else found
    return None


def _parts(view: View, module: Module, node: ast.expr) -> list[str | ast.expr]:
    """Text and values that an address is put together from, in order; nothing for one value."""
    if isinstance(node, ast.JoinedStr):
        return [
            str(one.value) if isinstance(one, ast.Constant) else one.value
            for one in node.values
            if isinstance(one, ast.Constant | ast.FormattedValue)
        ]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [
            *(_parts(view, module, node.left) or [_part(node.left)]),
            *(_parts(view, module, node.right) or [_part(node.right)]),
        ]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant):
        given = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
        return _interleaved(str(node.left.value).split("%s"), given)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        text = node.func.value
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            return _interleaved(re.split(r"\{[^{}]*\}", text.value), given)
    return []


def _part(node: ast.expr) -> str | ast.expr:
    return str(node.value) if isinstance(node, ast.Constant) else node


def _interleaved(texts: list[str], given: list[ast.expr]) -> list[str | ast.expr]:
    parts: list[str | ast.expr] = []
    for number, text in enumerate(texts):
        parts.append(text)
        if number < len(given):
            parts.append(given[number])
    return parts
