"""A file path is made from a name that the client chose."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.sec._taint import assigned, is_checked, parts_of, text_parameters
from maestro_knowledge.review.view import View

RULE = Rule(id="SEC606", name="path-from-request", severity="error")

_OPENERS = frozenset(
    {"builtins.open", "io.open", "aiofiles.open", "anyio.open_file", "os.remove", "os.unlink"}
    | {"fastapi.responses.FileResponse"}
)
_JOINERS = frozenset({"os.path.join", "pathlib.Path"})
_METHODS = frozenset({"open", "read_text", "read_bytes", "write_text", "write_bytes", "unlink"})


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports files that are opened, sent or removed under a name from the request."""
    tainted = text_parameters(function, view) - _without_slashes(function, view)
    if not tainted:
        return
    for call in function.scope.nodes:
        given = _path(function, call, view) if isinstance(call, ast.Call) else None
        built = assigned(function, given.id) if isinstance(given, ast.Name) else None
        # A path that is looked at (`path.resolve().is_relative_to(…)`) may have been ruled out.
        if given is None or (
            isinstance(given, ast.Name) and built and _is_examined(function, given.id, view)
        ):
            continue
        for part in _joined(function, built or given, view):
            name = _source(part)
            if name not in tainted or is_checked(function, name, view):
                continue
            hops = (Hop(function.module, built, "the path is made here"),) if built else ()
            message = f"`{function.name}` uses a file whose path contains the request's `{name}`."
            yield Report(function.module, call, message, subject=name, hops=hops)
            break


def _without_slashes(function: Function, view: View) -> set[str]:
    """The path parameters that cannot leave the folder: only `{name:path}` takes a slash."""
    return {
        parameter.name
        for operation in view.operations(function)
        for parameter in operation.parameters
        if parameter.location == "path" and f"{{{parameter.alias}:path}}" not in (operation.path or "")
    }


def _path(function: Function, call: ast.Call, view: View) -> ast.expr | None:
    """The path of the file that the call uses."""
    if view.name(function.module, call.func) in _OPENERS:
        named = next((one.value for one in call.keywords if one.arg in ("path", "file")), None)
        return call.args[0] if call.args else named
    if isinstance(call.func, ast.Attribute) and call.func.attr in _METHODS:
        is_path = view.is_a(view.type(function.module, call.func.value), "pathlib.Path", "pathlib.PurePath")
        return call.func.value if is_path else None
    return None


def _joined(function: Function, node: ast.expr, view: View) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call) and view.name(function.module, node.func) in _JOINERS:
        yield from node.args
        for one in node.args:
            yield from parts_of(one)
    elif isinstance(node, ast.Name | ast.Attribute):
        yield node
    else:
        yield from parts_of(node)


def _source(node: ast.expr) -> str:
    """The parameter that the part is, or whose `filename` it is."""
    if isinstance(node, ast.Attribute) and node.attr == "filename":
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _is_examined(function: Function, name: str, view: View) -> bool:
    loads = [one for one in function.scope.nodes if isinstance(one, ast.Name) and one.id == name]
    attributes = (view.parent(one) for one in loads)
    return any(
        isinstance(one, ast.Attribute) and one.attr not in _METHODS for one in attributes
    ) or is_checked(function, name, view)
