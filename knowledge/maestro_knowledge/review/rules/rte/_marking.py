"""Edits that give a parameter its `Query(…)`, in the style that the file keeps."""

import ast

from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.model import Edit
from maestro_knowledge.review.rules.rte._importing import spelled
from maestro_knowledge.review.rules.rte._parameters import Taken, taken_in
from maestro_knowledge.review.view import View


def mark(view: View, taken: Taken, marker: str, arguments: str = "") -> tuple[Edit, ...]:
    """`x: T = d` becomes `x: Annotated[T, Marker()] = d`, or `x: T = Marker(d)` where that is the style."""
    annotation, module = taken.parameter.annotation, taken.module
    if taken.function is None or not isinstance(taken.node, ast.arg) or annotation is None:
        return ()
    # The text of a quoted annotation cannot be wrapped, and a foreign one does not stand here.
    if isinstance(annotation, ast.Constant) or view.parent(annotation) is not taken.node:
        return ()
    word = spelled(view, module, marker)
    if word is None:
        return ()
    if keeps_defaults(view, module):
        return _as_default(view, taken, word, arguments)
    wrapper = spelled(view, module, "typing.Annotated")
    if wrapper is None:
        return ()
    inner = view.source(module, annotation)
    text = f"{wrapper[0]}[{inner}, {word[0]}({arguments})]"
    return (*word[1], *wrapper[1], view.replace(module, annotation, text))


def keeps_defaults(view: View, module: Module) -> bool:
    """Whether the file writes its markers as default values and none in `Annotated`."""
    marked = [taken.parameter for taken in taken_in(view, module) if taken.parameter.marker is not None]
    return bool(marked) and not any(parameter.is_annotated for parameter in marked)


def can_have_default(function: Function, argument: ast.arg) -> bool:
    """Whether nothing behind the argument stands without a default."""
    arguments = function.node.args
    if argument in arguments.kwonlyargs:
        return True
    positional = [*arguments.posonlyargs, *arguments.args]
    first = len(positional) - len(arguments.defaults)
    return argument in positional and positional.index(argument) >= first - 1


def _as_default(
    view: View, taken: Taken, word: tuple[str, tuple[Edit, ...]], arguments: str
) -> tuple[Edit, ...]:
    module, annotation, default = taken.module, taken.parameter.annotation, taken.parameter.default
    if annotation is None or taken.function is None or not isinstance(taken.node, ast.arg):
        return ()
    if default is not None:
        given = ", ".join(part for part in (view.source(module, default), arguments) if part)
        return (*word[1], view.replace(module, default, f"{word[0]}({given})"))
    if not can_have_default(taken.function, taken.node):
        return ()
    return (*word[1], view.insert_after(module, annotation, f" = {word[0]}({arguments})"))
