"""A client can set every attribute of a record, or one that is not for clients to set."""

import ast
from collections.abc import Iterator, Sequence
from functools import partial

from maestro_knowledge.project.application import Operation, Parameter
from maestro_knowledge.project.model import Field, ModelClass
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.project.tree import literal, walk
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.val._assigning import written
from maestro_knowledge.review.rules.val._bodies import PARSERS, is_shapeless, name_of_value, request_reads
from maestro_knowledge.review.rules.val._models import model_of
from maestro_knowledge.review.rules.val._privileges import (
    is_for_those_in_charge,
    is_overruled,
    is_privileged,
)
from maestro_knowledge.review.view import View

RULE = Rule(id="VAL305", name="mass-assignment", severity="error", umbrella=("API004",))

_DUMPS = frozenset({"model_dump", "dict", "copy", "model_copy"})
_FROM = frozenset({"model_validate", "from_orm", "parse_obj"})
_WRITES = frozenset({"POST", "PUT", "PATCH"})
_Read = tuple[ast.Call, str]  # of the request's body, with the method


def check(operation: Operation, view: View) -> Iterator[Report]:
    """Reports raw bodies that are written into records, and input models that take more than they should."""
    function = operation.function
    if function is None or view.operations(function)[0] is not operation:
        return
    reads = list(request_reads(view, function))
    raw = _raw_names(view, operation, function, reads)
    is_raw = partial(_is_raw, view, function, raw, reads)
    for node, into in written(view, function, is_raw) if raw or reads else ():
        yield Report(
            function.module,
            node,
            f"`{function.name}` writes whatever the body holds into `{into}`.",
            subject=into,
        )
    if not _WRITES & set(operation.methods):
        return
    for parameter in operation.parameters:
        model = model_of(view, parameter.type.cls if parameter.type else None)
        if parameter.location in {"body", "form"} and model is not None:
            yield from _of_model(view, operation, function, parameter, model)


def _raw_names(
    view: View, operation: Operation, function: Function, reads: Sequence[_Read]
) -> frozenset[str]:
    """The names in the function that hold a body nobody has validated."""
    names = {one.name for one in operation.parameters if is_shapeless(view, one)}
    for node, method in reads:
        name = name_of_value(view, node)
        if name and method != "body":
            names.add(name)
        elif name:
            names.update(_parsed_from(view, function, name))
    names.update(_each_of(function, names))
    return frozenset(names)


def _each_of(function: Function, names: set[str]) -> Iterator[str]:
    """What a loop calls each part of such a body: `for row in rows`."""
    for node in walk(function.node) if names else ():
        if (
            isinstance(node, ast.For | ast.comprehension)
            and isinstance(node.target, ast.Name)
            and any(_names(node.iter, name) for name in names)
        ):
            yield node.target.id


def _parsed_from(view: View, function: Function, name: str) -> Iterator[str]:
    for node in function.scope.nodes:
        parses = isinstance(node, ast.Call) and view.name(function.module, node.func) in PARSERS
        if parses and any(_names(one, name) for one in walk(node)):
            yield name_of_value(view, node)


def _is_raw(
    view: View, function: Function, names: frozenset[str], reads: Sequence[_Read], node: ast.expr | None
) -> bool:
    if isinstance(node, ast.Name):
        return node.id in names
    if isinstance(node, ast.Await):
        return any(read is node.value for read, method in reads if method != "body")
    if isinstance(node, ast.Call) and view.name(function.module, node.func) == "builtins.dict":
        return bool(node.args) and _is_raw(view, function, names, reads, node.args[0])
    return False


def _of_model(
    view: View, operation: Operation, function: Function, parameter: Parameter, model: ModelClass
) -> Iterator[Report]:
    given = model.config.get("extra")
    extra = given if given is not None and _allows(given) else None
    open_to_all = [one for one in model.fields if _is_open(view, operation, function, model, one)]
    if open_to_all and is_for_those_in_charge(view, operation, function):
        open_to_all = []
    if extra is None and not open_to_all:
        return
    flow = _first_flow(view, function, parameter.name)
    if extra is not None:
        yield Report(
            model.cls.module,
            extra,
            f"`{model.cls.name}` takes any further field from the client of `{function.name}`.",
            subject=f"{model.cls.name}.extra",
            hops=(Hop(function.module, flow, "all of it is used here"),) if flow is not None else (),
            severity=None if flow is not None else "info",
        )
    for field in open_to_all:
        used = flow if flow is not None else _use_of(function, parameter.name, field.name)
        if used is not None:
            yield Report(
                model.cls.module,
                field.node,
                f"Whoever calls `{function.name}` can set `{model.cls.name}.{field.name}`.",
                subject=f"{model.cls.name}.{field.name}",
                hops=(Hop(function.module, used, "taken over from the body"),),
            )


def _is_open(view: View, operation: Operation, function: Function, model: ModelClass, field: Field) -> bool:
    if not is_privileged(view, operation, field) or is_overruled(function, field.name):
        return False
    return not any(field.name in validator.fields for validator in model.validators)


def _allows(node: ast.expr) -> bool:
    return literal(node) == "allow" or (isinstance(node, ast.Attribute) and node.attr == "allow")


def _first_flow(view: View, function: Function, name: str) -> ast.AST | None:
    """Where all fields of the model go into a record at once."""
    dumps = {name_of_value(view, node) for node in function.scope.nodes if _is_dump(node, name)} - {""}

    def is_whole(node: ast.expr | None) -> bool:
        if isinstance(node, ast.Name):
            return node.id in dumps
        return _is_dump(node, name) or (
            isinstance(node, ast.Attribute)
            and node.attr in {"__dict__", "model_extra"}
            and _names(node.value, name)
        )

    for node in function.scope.nodes:
        spread = next((part for part in _spread(node) if is_whole(part)), None)
        if spread is not None and not _is_only_answered(view, node):
            return spread
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            whole = any(_names(argument, name) for argument in node.args)
            if whole and node.func.attr in {*_FROM, "add", "sqlmodel_update"}:
                return node
    return next((node for node, _ in written(view, function, is_whole)), None)


def _spread(node: ast.AST) -> list[ast.expr]:
    """What stands behind `**`."""
    if isinstance(node, ast.keyword) and node.arg is None:
        return [node.value]
    if isinstance(node, ast.Dict):
        return [value for key, value in zip(node.keys, node.values, strict=True) if key is None]
    return []


def _is_only_answered(view: View, node: ast.AST) -> bool:
    """Whether what is made of it goes back to the client and nowhere else."""
    above = view.parent(node) if isinstance(node, ast.keyword) else node
    return isinstance(view.parent(above) if above is not None else None, ast.Return)


def _is_dump(node: ast.AST | None, name: str) -> bool:
    """Whether it is all of the model's fields as a dictionary, none of them taken out."""
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id in {"jsonable_encoder", "vars", "dict"} and any(
            _names(one, name) for one in node.args
        )
    if not isinstance(node.func, ast.Attribute) or node.func.attr not in _DUMPS:
        return False
    narrowed = any(keyword.arg == "include" for keyword in node.keywords)
    return _names(node.func.value, name) and not narrowed


def _use_of(function: Function, name: str, field: str) -> ast.AST | None:
    """Where the one field is given to something by its own name: `User(is_admin=data.is_admin)`."""
    for node in function.scope.nodes:
        value = node.value if isinstance(node, ast.keyword) and node.arg == field else None
        if isinstance(value, ast.Attribute) and value.attr == field and _names(value.value, name):
            return value
    return None


def _names(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
