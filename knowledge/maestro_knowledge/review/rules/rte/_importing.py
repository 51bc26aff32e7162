"""How a module can spell a name of another library, and the edit that imports it where it cannot yet."""

import ast

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.model import Edit
from maestro_knowledge.review.view import View

_ALSO = {"typing_extensions.Annotated": "typing.Annotated"}


def spelled(view: View, module: Module, name: str) -> tuple[str, tuple[Edit, ...]] | None:
    """The module's way to write the dotted name, with the import that it still needs; None if it is taken."""
    owner, _, last = name.rpartition(".")
    for statement in module.tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            found = _imported(module, statement, name)
            if found:
                return found, ()
    if module.scope.bindings.get(last) or _is_used(module, last):
        return None
    for statement in module.tree.body:
        if _can_take(statement, owner):
            return last, (view.insert_after(module, statement.names[-1], f", {last}"),)  # type: ignore[attr-defined]
    return last, (_new_import(view, module, f"from {owner} import {last}"),)


def _imported(module: Module, statement: ast.Import | ast.ImportFrom, name: str) -> str:
    """What the statement lets the module write for the name; "" if nothing."""
    owner, _, last = name.rpartition(".")
    for alias in statement.names:
        local = alias.asname or alias.name
        if len(module.scope.bindings.get(local.partition(".")[0], ())) != 1:
            continue
        if isinstance(statement, ast.Import):
            if alias.name == owner:
                return f"{local}.{last}"
        elif not statement.level:
            dotted = f"{statement.module}.{alias.name}"
            if _ALSO.get(dotted, dotted) == name:
                return local
    return ""


def _can_take(statement: ast.stmt, owner: str) -> bool:
    return (
        isinstance(statement, ast.ImportFrom)
        and statement.module == owner
        and not statement.level
        and statement.names[0].name != "*"
    )


def _is_used(module: Module, name: str) -> bool:
    """Whether the bare name means something in the module already, in whatever scope."""
    return any(name in scope.bindings for scope in module.scopes.values())


def _new_import(view: View, module: Module, line: str) -> Edit:
    """A line of its own above the first import, below docstring and `__future__`."""
    last_future: ast.stmt | None = None
    for statement in module.tree.body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            last_future = statement
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            return view.insert_before(module, statement, f"{line}\n")
    if last_future is not None:
        return view.insert_after(module, last_future, f"\n\n{line}")
    return Edit(module.path, 0, 0, f"{line}\n")
