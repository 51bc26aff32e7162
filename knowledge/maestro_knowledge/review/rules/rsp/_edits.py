"""Arguments put into calls and taken out of them."""

import ast

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.model import Edit
from maestro_knowledge.review.view import View


def add_argument(view: View, module: Module, call: ast.Call, text: str) -> Edit:
    """The edit that gives the call one more keyword argument, behind the others."""
    lines = view.lines(module)
    parts: list[ast.AST] = [*call.args, *call.keywords]
    if parts:
        last = max(parts, key=lambda one: lines.offsets(one)[1])
        return view.insert_after(module, last, f", {text}")
    _, end = lines.offsets(call)
    return Edit(module.path, end - 1, end - 1, text)


def remove_keyword(view: View, module: Module, call: ast.Call, keyword: ast.keyword) -> Edit:
    """The edit that takes a keyword argument out, with the comma that belongs to it."""
    lines = view.lines(module)
    parts: list[ast.AST] = [*call.args, *call.keywords]
    places = sorted(lines.offsets(one) for one in parts)
    start, end = lines.offsets(keyword)
    before = [place for place in places if place[1] <= start]
    after = [place for place in places if place[0] >= end]
    if before:
        return Edit(module.path, before[-1][1], end, "")
    return Edit(module.path, start, after[0][0] if after else end, "")
