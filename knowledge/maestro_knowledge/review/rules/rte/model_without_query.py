"""A model parameter of a GET path operation is read from the body."""

from collections.abc import Iterator

from maestro_knowledge.project.annotations import spread
from maestro_knowledge.project.model import ModelClass
from maestro_knowledge.project.shapes import shape_of
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.model import Edit, Rule, Severity
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.rte._marking import mark
from maestro_knowledge.review.rules.rte._parameters import BODYLESS, Taken, taken_in
from maestro_knowledge.review.view import View

RULE = Rule(id="RTE215", name="model-without-query", severity="warning", umbrella=("API004",), fix="unsafe")

_KINDS = frozenset({"pydantic", "sqlmodel", "table", "dataclass", "typeddict"})


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each model that only requests with a body could fill, where none of them should have one."""
    for taken in taken_in(view, module):
        parameter, operation = taken.parameter, taken.operations[0]
        # A marker shows that somebody thought of the body.
        if parameter.location != "body" or parameter.marker is not None:
            continue
        model, severity = _model(view, taken), _severity(taken)
        if model is None or not severity:
            continue
        hops = () if taken.function is operation.function else (_hop(taken),)
        yield Report(
            module,
            taken.node,
            f"`{parameter.name}: {model.cls.name}` is read from the body of a `{operation.methods[0]}`.",
            subject=taken.subject,
            hops=hops,
            severity="info" if severity == "info" else None,
            edits=_edits(view, taken, model) if severity != "info" else (),
        )


def _hop(taken: Taken) -> Hop:
    operation = taken.operations[0]
    return Hop(operation.module, operation.node, f"`{operation.handler}` takes it")


def _model(view: View, taken: Taken) -> ModelClass | None:
    what = taken.parameter.type
    if what is None or what.cls is None:
        return None
    table = view.once("rte.models", lambda: {model.cls: model for model in view.project.models})
    model = table.get(what.cls)
    return model if model is not None and model.kind in _KINDS else None


def _severity(taken: Taken) -> Severity | None:
    """How bad it is for all that take it: DELETE may have a body, which not everything in between keeps."""
    if any(one.kind != "http" or not one.methods for one in taken.operations):
        return None
    methods = {method for one in taken.operations for method in one.methods}
    if methods <= BODYLESS:
        return "warning"
    return "info" if methods <= {*BODYLESS, "DELETE"} else None


def _edits(view: View, taken: Taken, model: ModelClass) -> tuple[Edit, ...]:
    """`Query()`, where every field is something that a URL can say."""
    if model.kind not in {"pydantic", "sqlmodel"}:
        return ()
    for field in model.fields:
        if field.annotation is None:
            return ()
        annotation = spread(view.project, model.cls.module, field.annotation)
        inner = field.type.args if field.type is not None else ()
        is_list = field.type is not None and field.type.name in {"builtins.list", "builtins.set"}
        plain = shape_of(view.project, annotation) == "scalar"
        if not plain and not (is_list and all(one.cls is None for one in inner)):
            return ()
    return mark(view, taken, "fastapi.Query")
