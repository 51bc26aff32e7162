"""Edits of keywords, calls and imports that several of these rules make."""

import ast

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.model import Edit
from maestro_knowledge.review.view import View


def renamed_keyword(view: View, module: Module, keyword: ast.keyword, name: str) -> Edit:
    """`old=value` becomes `name=value`."""
    start, _ = view.lines(module).offsets(keyword)
    return Edit(module.path, start, start + len(keyword.arg or ""), name)


def renamed_member(view: View, module: Module, node: ast.Attribute, name: str) -> Edit:
    """`value.old` becomes `value.name`."""
    _, end = view.lines(module).offsets(node)
    return Edit(module.path, end - len(node.attr), end, name)


def without_argument(
    view: View, module: Module, call: ast.Call, argument: ast.keyword | ast.expr
) -> Edit | None:
    """The call without one of its arguments, and without the comma that belonged to it."""
    lines = view.lines(module)
    parts = sorted([*call.args, *call.keywords], key=lines.offsets)
    if argument not in parts:
        return None
    place = parts.index(argument)
    start, end = lines.offsets(argument)
    if place + 1 < len(parts):
        return Edit(module.path, start, lines.offsets(parts[place + 1])[0], "")
    if place:
        return Edit(module.path, lines.offsets(parts[place - 1])[1], end, "")
    after = module.text[end:].lstrip()
    if after.startswith(","):
        end += module.text[end:].index(",") + 1
    return Edit(module.path, start, end, "")


def without_alias(
    view: View, module: Module, statement: ast.Import | ast.ImportFrom, alias: ast.alias, instead: str
) -> tuple[Edit, ...]:
    """The import without one of its names, and the line `instead` in its place."""
    lines = view.lines(module)
    names = statement.names
    if len(names) == 1:
        return (view.replace(module, statement, instead),)
    place = names.index(alias)
    start, end = lines.offsets(alias)
    if place + 1 < len(names):
        gone = Edit(module.path, start, lines.offsets(names[place + 1])[0], "")
    else:
        gone = Edit(module.path, lines.offsets(names[place - 1])[1], end, "")
    begin, _ = lines.offsets(statement)
    return (Edit(module.path, begin, begin, f"{instead}\n{' ' * statement.col_offset}"), gone)
