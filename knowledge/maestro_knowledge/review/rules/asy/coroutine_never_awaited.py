"""A coroutine is created and never awaited."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.asy._coroutines import gives_coroutine
from maestro_knowledge.review.view import View

RULE = Rule(id="ASY110", name="coroutine-never-awaited", severity="error", fix="unsafe")

# What reads a value itself and cannot wait for it.
_READERS = frozenset(
    {
        f"builtins.{name}"
        for name in ("str", "len", "list", "dict", "int", "float", "bool", "print", "sorted", "set")
    }
    | {"json.dumps", "json.loads", "fastapi.encoders.jsonable_encoder"}
    | {
        f"fastapi.responses.{name}"
        for name in ("JSONResponse", "Response", "HTMLResponse", "PlainTextResponse")
    }
)


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each call whose coroutine is dropped, or taken for the value."""
    for node in module.nodes.get(ast.Call, ()):
        if not isinstance(node, ast.Call) or isinstance(view.parent(node), ast.Await):
            continue
        use = _wrong_use(view, module, node) if gives_coroutine(view, module, node) else None
        if use is not None:
            what = ast.unparse(node.func)
            hops = (Hop(module, use, "used as if it were the value"),) if use is not node else ()
            yield Report(
                module,
                node,
                f"`{what}(…)` gives a coroutine that is never awaited.",
                subject=what,
                hops=hops,
                edits=_edits(view, module, node, use),
            )


def _wrong_use(view: View, module: Module, node: ast.Call) -> ast.AST | None:
    """Where the call's value is dropped or taken for a plain value; None where somebody may await it."""
    parent = view.parent(node)
    match parent:
        case ast.Expr():
            return node
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            function = view.around(module, node)
            return _wrong_use_of_name(view, module, function, name, parent) if function else None
        case ast.Assign(targets=[ast.Tuple() | ast.List()]):
            return parent  # unpacking iterates it
        case _:
            return parent if _takes_the_value(view, module, node, parent) else None


def _wrong_use_of_name(
    view: View, module: Module, function: Function, name: str, statement: ast.stmt
) -> ast.AST | None:
    """Where a variable that holds the coroutine is taken for the value, if that is all it is used for."""
    if len(function.scope.bindings.get(name, ())) != 1 or _is_read_in_nested(module, function, name):
        return None
    uses = [
        node
        for node in function.scope.nodes
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    ]
    if not uses:
        return statement
    wrong = [parent for use in uses if _takes_the_value(view, module, use, parent := view.parent(use))]
    fatal = [
        parent for parent in wrong if isinstance(parent, ast.Attribute | ast.Subscript | ast.BinOp | ast.For)
    ]
    if fatal:
        return fatal[0]  # a coroutine has nothing of this, whatever else is done with it
    return wrong[0] if len(wrong) == len(uses) else None


def _is_read_in_nested(module: Module, function: Function, name: str) -> bool:
    return any(
        other is not function
        and other.qualname.startswith(f"{function.qualname}.")
        and any(isinstance(node, ast.Name) and node.id == name for node in other.scope.nodes)
        for other in module.functions
    )


def _takes_the_value(view: View, module: Module, node: ast.expr, parent: ast.AST | None) -> bool:
    """Whether `node` is used where only the awaited value would do."""
    match parent:
        case ast.Attribute():
            # A coroutine has methods of its own.
            own = {"send", "throw", "close"}
            return parent.attr not in own and not parent.attr.startswith(("__", "cr_"))
        case ast.Subscript(value=value):
            return value is node
        case ast.BinOp() | ast.UnaryOp() | ast.FormattedValue() | ast.Starred():
            return True
        case ast.Compare():
            return not any(isinstance(one, ast.Is | ast.IsNot) for one in parent.ops)
        case ast.For(iter=iterated) | ast.comprehension(iter=iterated, is_async=0):
            return iterated is node
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
            return test is node
        case ast.BoolOp():
            return parent.values[-1] is not node or _takes_the_value(
                view, module, parent, view.parent(parent)
            )
        case ast.Return():
            return _answers_with(view, module, parent)
        case ast.Dict() | ast.List() | ast.Tuple():
            outer = view.parent(parent)
            return isinstance(outer, ast.Return) and _answers_with(view, module, outer)
        case ast.Call():
            return parent.func is node or _reads_arguments(view, module, parent)
        case ast.keyword():
            call = view.parent(parent)
            return isinstance(call, ast.Call) and _reads_arguments(view, module, call)
        case _:
            return False


def _answers_with(view: View, module: Module, statement: ast.Return) -> bool:
    """Whether what is returned should be the value: FastAPI answers with it, or injects it."""
    function = view.around(module, statement)
    if view.is_handler(function):
        return True
    return function is not None and function.is_async and view.is_dependency(function)


def _reads_arguments(view: View, module: Module, call: ast.Call) -> bool:
    target = view.target(module, call.func)
    if target is None:
        return False
    return target.name in _READERS or (
        target.cls is not None and view.is_a(view.type(module, call), "pydantic.BaseModel")
    )


def _edits(view: View, module: Module, node: ast.Call, use: ast.AST | None) -> tuple[Edit, ...]:
    """`await` in front of the call, in brackets where something of its value is read at once."""
    function = view.around(module, node)
    if function is None or not function.is_async:
        return ()
    if isinstance(use, ast.Attribute | ast.Subscript | ast.Call | ast.BinOp) and view.parent(node) is use:
        if isinstance(use, ast.Call) and use.func is not node:
            return (view.insert_before(module, node, "await "),)
        return (view.insert_before(module, node, "(await "), view.insert_after(module, node, ")"))
    return (view.insert_before(module, node, "await "),)
