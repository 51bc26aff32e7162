"""A JSON body is declared beside form fields or files."""

from collections.abc import Iterator

from maestro_knowledge.project.application import Operation, Parameter
from maestro_knowledge.project.model import ModelClass
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.rte._parameters import dependencies_of, parameters_below, written_at
from maestro_knowledge.review.view import View

RULE = Rule(id="RTE216", name="json-beside-form", severity="error", umbrella=("API004",), fix="suggest")

_OBJECTS = frozenset({"builtins.dict", "collections.abc.Mapping", "collections.abc.MutableMapping"})
_MODELS = frozenset({"pydantic", "sqlmodel", "table", "dataclass", "typeddict"})


def check(operation: Operation, view: View) -> Iterator[Report]:
    """Reports each object that would have to arrive as JSON in a request whose body is a form."""
    if operation.kind != "http" or operation.function is None:
        return
    listed = (one for part in dependencies_of(view, operation) for one in part.parameters)
    parameters = list(parameters_below([*operation.parameters, *listed]))
    form = next((one for one in parameters if one.location in {"form", "file"}), None)
    if form is None:
        return
    for parameter in parameters:
        if parameter.location != "body" or not _is_object(view, parameter):
            continue
        kind = "file" if form.location == "file" else "form field"
        shown = parameter.type.name.rpartition(".")[2] if parameter.type else ""
        yield Report(
            parameter.module,
            written_at(view, parameter),
            f"`{parameter.name}: {shown}` cannot be sent as JSON in the same request as the {kind} "
            f"`{form.name}`: every call is answered 422.",
            subject=f"{operation.handler}.{parameter.name}",
            hops=(Hop(form.module, written_at(view, form), f"makes the body a {_kind_of_body(form)}"),),
        )


def _kind_of_body(form: Parameter) -> str:
    return "multipart form" if form.location == "file" else "form"


def _is_object(view: View, parameter: Parameter) -> bool:
    """Whether a form cannot carry it: text can be, and so can JSON that a validator takes apart."""
    what = parameter.type
    if what is None:
        return False
    if what.name in _OBJECTS:
        return True
    table = view.once("rte.models", lambda: {model.cls: model for model in view.project.models})
    model = table.get(what.cls) if what.cls is not None else None
    return model is not None and model.kind in _MODELS and not _reads_text(model)


def _reads_text(model: ModelClass) -> bool:
    methods = model.cls.methods
    return "__get_validators__" in methods or any(
        (one.kind == "model_validator" and one.mode in {"before", "wrap"}) or one.kind == "root_validator"
        for one in model.validators
    )
