"""How a module spells status codes: by number, or by the names of `fastapi.status` or `http.HTTPStatus`."""

import ast
from http import HTTPStatus

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.view import View

_STYLES = {"fastapi.status.HTTP_": "{owner}.HTTP_{number}_{name}", "http.HTTPStatus.": "{owner}.{name}"}
# Called otherwise by newer versions of Python and Starlette, so that either name may not be there.
_RENAMED = frozenset({413, 414, 416, 422})


def spelled(view: View, module: Module, number: int, at: ast.AST) -> str:
    """The status code as the module spells others: by its name, else as a number."""
    return status_name(view, module, number, at) or str(number)


def status_name(view: View, module: Module, number: int, at: ast.AST) -> str:
    """The name of the status code, as the module spells others; "" where it does not, or cannot."""
    if number in _RENAMED or number not in HTTPStatus._value2member_map_:
        return ""
    owner, style = view.once(("rsp.spelling", module.path), lambda: _style(view, module))
    if not _is_known_at(view, module, owner.partition(".")[0], at):
        return ""
    return style.format(owner=owner, number=number, name=HTTPStatus(number).name)


def _is_known_at(view: View, module: Module, name: str, at: ast.AST) -> bool:
    """Whether the module has bound the name above, and the function around has no other meaning for it."""
    function = view.around(module, at)
    if function is not None and name in function.scope.bindings:
        return False  # a parameter that is called `status`
    line = getattr(at, "lineno", 0)
    return any(getattr(one.node, "lineno", line) < line for one in module.scope.bindings.get(name, ()))


def _style(view: View, module: Module) -> tuple[str, str]:
    """The expression that the names are attributes of, and how they are made; empty without names."""
    for node in module.nodes.get(ast.Attribute, ()):
        name = view.name(module, node) if isinstance(node, ast.Attribute) else ""
        for start, style in _STYLES.items():
            if name.startswith(start) and isinstance(node, ast.Attribute):
                return ast.unparse(node.value), style
    return "", ""
