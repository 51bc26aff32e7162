"""A list parameter of a GET path operation is read from the body."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.annotations import Annotation, spread
from maestro_knowledge.project.shapes import shape_of
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.project.tree import source_of
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.rte._marking import mark
from maestro_knowledge.review.rules.rte._parameters import BODYLESS, Taken, annotation_of, taken_in
from maestro_knowledge.review.view import View

RULE = Rule(id="RTE214", name="list-without-query", severity="error", umbrella=("API004",), fix="safe")

_SEQUENCES = frozenset(
    {f"builtins.{name}" for name in ("list", "set", "frozenset", "tuple")}
    | {"collections.deque", "collections.abc.Sequence", "collections.abc.MutableSequence"}
)


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each parameter that only requests with a body could fill, where none of them has one."""
    for taken in taken_in(view, module):
        if not _is_misread(view, taken):
            continue
        name, operation = taken.parameter.name, taken.operations[0]
        shown = source_of(module, taken.parameter.annotation, 60) if taken.parameter.annotation else ""
        effect = (
            "every call without one is answered 422" if taken.parameter.required else "it keeps its default"
        )
        yield Report(
            module,
            taken.node,
            f"`{name}: {shown}` is taken from the body of a `{operation.methods[0]}` request: {effect}.",
            subject=taken.subject,
            hops=_hops(taken),
            edits=mark(view, taken, "fastapi.Query"),
        )


def _hops(taken: Taken) -> tuple[Hop, ...]:
    operation = taken.operations[0]
    if taken.function is operation.function:
        return ()
    return (Hop(operation.module, operation.node, f"`{operation.handler}` takes it"),)


def _is_misread(view: View, taken: Taken) -> bool:
    parameter = taken.parameter
    # A bare `list` counts as a form of uploads to FastAPI, and is as absent.
    if parameter.marker is not None or parameter.location not in {"body", "file"}:
        return False
    if any(
        one.kind != "http" or not one.methods or not set(one.methods) <= BODYLESS for one in taken.operations
    ):
        return False
    annotation = annotation_of(view, parameter)
    return annotation is not None and _is_sequence_of_scalars(view, annotation)


def _is_sequence_of_scalars(view: View, annotation: Annotation) -> bool:
    target = annotation.target
    if annotation.members or target is None or target.name not in _SEQUENCES:
        return False
    inner = (spread(view.project, annotation.module, part) for part in _parts(annotation.core))
    return all(shape_of(view.project, one) == "scalar" for one in inner)


def _parts(core: ast.expr | None) -> list[ast.expr]:
    """What stands between the brackets, without `...`."""
    if not isinstance(core, ast.Subscript):
        return []
    parts = core.slice.elts if isinstance(core.slice, ast.Tuple) else [core.slice]
    return [part for part in parts if not (isinstance(part, ast.Constant) and part.value is ...)]
