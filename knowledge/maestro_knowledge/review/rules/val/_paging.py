"""The numbers that ask for a page of a list, where they are declared, and what bounds them."""

import ast
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.project.annotations import Annotation, spread
from maestro_knowledge.project.model import Field, ModelClass
from maestro_knowledge.project.symbols import Class, Function, Module, Type
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.rules.rte._parameters import Taken, annotation_of, taken_in, taken_parameters
from maestro_knowledge.review.rules.val._models import model_of
from maestro_knowledge.review.view import View

SIZES = frozenset(
    {"limit", "size", "per_page", "page_size", "pagesize", "page_limit", "max_results", "max_items", "take"}
    | {"results_per_page", "items_per_page", "num_items", "num_results"}
)
STARTS = frozenset({"skip", "offset", "page", "page_number", "page_num", "page_no", "pagenumber"})
_NAMES = SIZES | STARTS
_HUMP = Pattern(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True, eq=False)
class Number:
    """An integer named like a page size or a page start, with everything that may bound it."""

    name: str
    module: Module
    node: ast.AST
    calls: tuple[tuple[ast.Call, Module], ...]  # the markers, `Field(…)` and metadata
    default: ast.expr | None
    taken: Taken | None = None
    model: ModelClass | None = None
    field: Field | None = None
    alias: str = ""  # what clients call it

    @property
    def is_size(self) -> bool:
        """Whether it says how many, not from where."""
        return _plain(self.name) in SIZES or _plain(self.alias) in SIZES

    @property
    def words(self) -> frozenset[str]:
        """The keywords of everything that may bound it."""
        return frozenset(keyword.arg or "**" for call, _ in self.calls for keyword in call.keywords)


def numbers_in(view: View, module: Module) -> Iterator[Number]:
    """The numbers that are written in the module."""
    for taken in taken_in(view, module):
        parameter = taken.parameter
        if parameter.location != "query" or not any(map(_is_named, {parameter.name, parameter.alias})):
            continue
        annotation = annotation_of(view, parameter)
        if annotation is None or not _is_integer(parameter.type):
            continue
        calls = _calls(annotation)
        if parameter.marker is not None and parameter.marker_module is not None:
            calls = (*calls, (parameter.marker, parameter.marker_module))
        field = taken.node if isinstance(taken.node, ast.AnnAssign) else None
        if field is not None and isinstance(field.value, ast.Call):
            calls = (*calls, (field.value, taken.module))
        yield Number(
            parameter.name,
            taken.module,
            taken.node,
            calls,
            parameter.default,
            taken,
            _holder(view, field),
            alias=parameter.alias,
        )
    table = view.once("val._paging.fields", lambda: _fields_by_module(view))
    for model, one in table.get(module.path, ()):
        yield from _of_field(view, model, one)


def _fields_by_module(view: View) -> dict[str, list[tuple[ModelClass, Field]]]:
    """The fields with such names of the models that are read from the query, where they are written."""
    table: dict[str, list[tuple[ModelClass, Field]]] = {}
    for model in _query_models(view):
        for one in model.fields:
            if view.parent(one.node) is model.cls.node and _is_named(one.name):
                table.setdefault(model.cls.module.path, []).append((model, one))
    return table


def _of_field(view: View, model: ModelClass, field: Field) -> Iterator[Number]:
    if field.annotation is None or not _is_integer(field.type):
        return
    module = model.cls.module
    calls = _calls(spread(view.project, module, field.annotation))
    if isinstance(field.node.value, ast.Call):
        calls = (*calls, (field.node.value, module))
    yield Number(field.name, module, field.node, calls, field.default, None, model, field)


def _query_models(view: View) -> tuple[ModelClass, ...]:
    """The models that are read from the query as a whole, with the project's classes they inherit from."""
    found: dict[ModelClass, None] = {}
    for taken in taken_parameters(view):
        model = model_of(view, taken.parameter.type.cls if taken.parameter.type else None)
        if taken.parameter.location == "query" and model is not None:
            found.setdefault(model)
            for field in model.fields:
                holder = _holder(view, field.node)
                if holder is not None:
                    found.setdefault(holder)
    return tuple(found)


def _holder(view: View, node: ast.AST | None) -> ModelClass | None:
    """The model whose body holds the field."""
    above = view.parent(node) if node is not None else None
    definition = getattr(above, "definition", None)
    return model_of(view, definition if isinstance(definition, Class) else None)


def _calls(annotation: Annotation) -> tuple[tuple[ast.Call, Module], ...]:
    """The calls in the metadata, and the annotation itself where it is one, as `conint(le=5)` is."""
    found = [(extra, where) for extra, where in annotation.metadata if isinstance(extra, ast.Call)]
    if isinstance(annotation.core, ast.Call):
        found.append((annotation.core, annotation.module))
    return tuple(found)


def _is_integer(what: Type | None) -> bool:
    return what is not None and what.name in {
        "builtins.int", "pydantic.PositiveInt", "pydantic.NonNegativeInt", "pydantic.StrictInt",
    }  # fmt: skip


def _plain(name: str) -> str:
    return _HUMP.sub("_", name).lower()


def _is_named(name: str) -> bool:
    return _plain(name) in _NAMES


def is_limited(view: View, function: Function, name: str, depth: int = 2) -> bool:
    """Whether the function compares the name, or gives it to `min`, `max` or something that does."""
    for node in walk(function.node):  # what is defined inside may bound it, too
        if isinstance(node, ast.Compare):
            if _is_bounding(node, name):
                return True
        elif isinstance(node, ast.Call) and any(_names(part, name) for part in node.args):
            called = view.name(function.module, node.func)
            if called in {"builtins.min", "builtins.max"}:
                return True
            target = view.target(function.module, node.func)
            if depth and target is not None and target.function is not None:
                inner = [argument.arg for argument in target.function.node.args.args]
                if any(is_limited(view, target.function, one, depth - 1) for one in inner):
                    return True
    return False


def _is_bounding(node: ast.Compare, name: str) -> bool:
    """Whether the name is held against something fixed: `len(found) >= limit` bounds nothing."""
    sides = [node.left, *node.comparators]
    others = [side for side in sides if not _names(side, name)]
    ordered = any(isinstance(one, ast.Lt | ast.LtE | ast.Gt | ast.GtE | ast.In) for one in node.ops)
    return ordered and len(others) < len(sides) and not any(isinstance(one, ast.Call) for one in others)


def _names(node: ast.expr, name: str) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == name
    if isinstance(node, ast.BoolOp):
        return any(_names(part, name) for part in node.values)
    return isinstance(node, ast.Name) and node.id == name
