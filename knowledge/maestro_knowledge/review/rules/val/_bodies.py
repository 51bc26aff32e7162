"""Bodies that nothing describes: parameters of any shape, and JSON that is read by hand."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.annotations import Annotation, spread
from maestro_knowledge.project.application import Parameter
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.rules.rte._parameters import annotation_of
from maestro_knowledge.review.view import View

_ANY = frozenset({"typing.Any", "builtins.object"})
_MAPPINGS = frozenset(
    {"builtins.dict", "collections.OrderedDict", "collections.defaultdict"}
    | {"collections.abc.Mapping", "collections.abc.MutableMapping"}
)
_SEQUENCES = frozenset({"builtins.list", "builtins.tuple", "builtins.set", "collections.abc.Sequence"})
PARSERS = frozenset(
    {
        "json.loads",
        "orjson.loads",
        "ujson.loads",
        "simplejson.loads",
        "rapidjson.loads",
        "msgspec.json.decode",
    }
    | {"pydantic_core.from_json", "yaml.safe_load", "yaml.load"}
)


def is_shapeless(view: View, parameter: Parameter) -> bool:
    """Whether the body is read into this parameter whatever its keys and values are."""
    if parameter.location != "body":
        return False
    annotation = annotation_of(view, parameter)
    if annotation is None:
        return parameter.marker is not None
    return _says_nothing(view, annotation)


def _says_nothing(view: View, annotation: Annotation, depth: int = 5) -> bool:
    if depth == 0:
        return False
    if annotation.members:
        return any(_says_nothing(view, member, depth - 1) for member in annotation.members)
    name = annotation.target.name if annotation.target is not None else ""
    if name in _ANY:
        return True
    parts = _arguments(annotation.core)
    if name in _MAPPINGS:
        return not parts or _part_says_nothing(view, annotation, parts[-1], depth)
    if name in _SEQUENCES:
        return bool(parts) and any(_part_says_nothing(view, annotation, part, depth) for part in parts)
    return False


def _part_says_nothing(view: View, annotation: Annotation, part: ast.expr, depth: int) -> bool:
    return _says_nothing(view, spread(view.project, annotation.module, part), depth - 1)


def _arguments(core: ast.expr | None) -> list[ast.expr]:
    if not isinstance(core, ast.Subscript):
        return []
    return core.slice.elts if isinstance(core.slice, ast.Tuple) else [core.slice]


def request_reads(view: View, function: Function) -> Iterator[tuple[ast.Call, str]]:
    """Every awaited `request.json()`, `.body()` or `.form()` of the function, with the method's name."""
    for node in view.own(function, ast.Call):
        if not isinstance(node.func, ast.Attribute) or node.func.attr not in {"json", "body", "form"}:
            continue
        above = view.parent(node)
        if not isinstance(above, ast.Await | ast.withitem):
            continue
        if view.is_a(view.type(function.module, node.func.value), "fastapi.Request"):
            yield node, node.func.attr


def name_of_value(view: View, node: ast.AST) -> str:
    """The name that the awaited value is assigned to, directly or by way of calls; "" if none."""
    above = view.parent(node)
    while isinstance(above, ast.Await | ast.Call | ast.Attribute):
        above = view.parent(above)
    if isinstance(above, ast.withitem):
        return above.optional_vars.id if isinstance(above.optional_vars, ast.Name) else ""
    if isinstance(above, ast.Assign) and len(above.targets) == 1 and isinstance(above.targets[0], ast.Name):
        return above.targets[0].id
    if isinstance(above, ast.AnnAssign | ast.NamedExpr) and isinstance(above.target, ast.Name):
        return above.target.id
    return ""


def uses_of(function: Function, name: str) -> Iterator[ast.Name]:
    """Where the function reads the name."""
    for node in function.scope.nodes:
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            yield node


def is_taken_apart(view: View, function: Function, name: str, depth: int = 1) -> bool:
    """Whether the function looks into the value, instead of only storing it or handing it on."""
    return any(_looks_into(view, function, use, depth) for use in uses_of(function, name))


def _looks_into(view: View, function: Function, use: ast.Name, depth: int) -> bool:
    above = view.parent(use)
    if isinstance(above, ast.Subscript | ast.Attribute):
        return above.value is use
    if isinstance(above, ast.For | ast.comprehension):
        return above.iter is use
    if isinstance(above, ast.Dict):
        return any(key is None and value is use for key, value in zip(above.keys, above.values, strict=True))
    if isinstance(above, ast.keyword):
        return above.arg is None
    if isinstance(above, ast.Compare):
        return use in above.comparators and any(isinstance(one, ast.In | ast.NotIn) for one in above.ops)
    if isinstance(above, ast.Call) and use in above.args and depth:
        target = view.target(function.module, above.func)
        inner = target.function if target is not None else None
        position = above.args.index(use)
        if inner is None or any(isinstance(one, ast.Starred) for one in above.args):
            return False
        names = [argument.arg for argument in inner.node.args.args]
        names = names[1:] if inner.owner is not None and isinstance(above.func, ast.Attribute) else names
        return position < len(names) and is_taken_apart(view, inner, names[position], depth - 1)
    return False
