"""`uvicorn.run` gets an application object together with `reload` or `workers`."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.view import View

RULE = Rule(id="CFG503", name="reload-of-application-object", severity="warning", fix="safe")

_RUNNERS = frozenset({"uvicorn.run", "uvicorn.main.run"})
NEEDS = Needs(calls=_RUNNERS)


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports an application object where only an import string works."""
    for call, _ in view.calls_to(module, _RUNNERS):
        given = next((one.value for one in call.keywords if one.arg == "app"), None)
        given = given or (call.args[0] if call.args else None)
        if given is None or isinstance(given, ast.Starred) or not _is_object(view, module, given):
            continue
        wanted = next((one.arg for one in call.keywords if _needs_import(one)), None)
        if wanted is None:
            continue
        shown = ast.unparse(given)
        message = f"`uvicorn.run` gets the object `{shown}` with `{wanted}`, which needs an import string."
        yield Report(module, given, message, subject=wanted, edits=_edits(view, module, given))


def _needs_import(keyword: ast.keyword) -> bool:
    value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
    if keyword.arg == "reload":
        return value is True
    return keyword.arg == "workers" and isinstance(value, int) and not isinstance(value, bool) and value > 1


def _is_object(view: View, module: Module, node: ast.expr) -> bool:
    """Whether the argument is an application rather than a text."""
    if isinstance(node, ast.Constant | ast.JoinedStr):
        return False
    what = view.type(module, node)
    if view.is_a(what, "fastapi.FastAPI", "starlette.applications.Starlette"):
        return True
    target = view.target(module, node)
    return target is not None and any(app.node is target.node for app in view.project.apps)


def _edits(view: View, module: Module, given: ast.expr) -> tuple[Edit, ...]:
    """The import string, where the name it is defined under can be imported however the file is started."""
    target = view.target(module, given)
    if not isinstance(given, ast.Name) or target is None or target.module is None or target.kind != "value":
        return ()
    name = target.module.name
    parts = name.split(".")
    top = parts[0]
    # A file inside a package finds the package only if it imports from it by its full name already.
    imports = [one for one in module.tree.body if isinstance(one, ast.Import | ast.ImportFrom)]
    is_importable = len(parts) == 1 or any(
        (isinstance(one, ast.ImportFrom) and not one.level and (one.module or "").split(".")[0] == top)
        or (isinstance(one, ast.Import) and any(alias.name.split(".")[0] == top for alias in one.names))
        for one in imports
    )
    variable = target.name.removeprefix(f"{name}.")
    if not is_importable or "." in variable or not variable.isidentifier():
        return ()
    return (view.replace(module, given, f'"{name}:{variable}"'),)
