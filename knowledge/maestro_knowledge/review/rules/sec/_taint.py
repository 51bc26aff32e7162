"""Where request data stands inside one function: its parameters, and names assigned from them once.

It goes one hop and no further: `path = BASE / name` is followed, a second assignment from `path` is not,
and neither is any call of the project's own functions.
"""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.view import View

_REQUEST = frozenset({"path", "query", "header", "cookie", "body", "form", "file"})
# Values of these cannot carry text that means something elsewhere.
_TEXT = frozenset({"builtins.str", "builtins.bytes", "str", "bytes", "fastapi.UploadFile"})


def text_parameters(function: Function, view: View) -> frozenset[str]:
    """The parameters of a path operation that hold text a client chose."""
    return frozenset(
        parameter.name
        for operation in view.operations(function)
        for parameter in operation.parameters
        if parameter.location in _REQUEST
        and parameter.type is not None
        and parameter.type.name in _TEXT
        and "pattern" not in _keywords(parameter.marker)
        and "regex" not in _keywords(parameter.marker)
    )


def _keywords(marker: ast.Call | None) -> set[str]:
    return {keyword.arg for keyword in marker.keywords if keyword.arg} if marker else set()


def assigned(function: Function, name: str) -> ast.expr | None:
    """The value of a local name that is given exactly one."""
    bindings = function.scope.bindings.get(name, [])
    if len(bindings) == 1 and bindings[0].kind == "assign":
        return bindings[0].value
    return None


def parts_of(node: ast.expr) -> Iterator[ast.expr]:
    """The expressions that text is put together from by f-string, `%`, `+`, `/`, or `.format`; else none."""
    if isinstance(node, ast.JoinedStr):
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                yield value.value
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod | ast.Div):
        for side in (node.left, node.right):
            yield from parts_of(side) if isinstance(side, ast.BinOp | ast.JoinedStr) else _items(side)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        yield from node.args
        yield from (keyword.value for keyword in node.keywords)


def _items(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


def is_checked(function: Function, name: str, view: View) -> bool:
    """Whether the function compares, tests or converts the name: then something may have been ruled out."""
    if len(function.scope.bindings.get(name, ())) > 1:
        return True
    for node in function.scope.nodes:
        if not isinstance(node, ast.Name) or node.id != name:
            continue
        above = view.parent(node)
        while isinstance(above, ast.Attribute | ast.Call):
            above = view.parent(above)
        if isinstance(above, ast.Compare | ast.If | ast.IfExp | ast.BoolOp | ast.UnaryOp | ast.Assert):
            return True
    return False
