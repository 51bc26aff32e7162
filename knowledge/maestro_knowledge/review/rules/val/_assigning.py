"""Where values are written into records as they come: constructors, updates, `setattr` loops."""

import ast
from collections.abc import Callable, Iterator

from maestro_knowledge.project.lookup import ancestors_of
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.rules.val._models import model_of
from maestro_knowledge.review.view import View

_RECORDS = frozenset({"table", "sqlalchemy", "dataclass"})
# Classes of other mappers, whose instances are rows or documents.
_MAPPED = frozenset(
    {"beanie.Document", "tortoise.models.Model", "tortoise.Model", "ormar.Model", "mongoengine.Document"}
    | {"odmantic.Model", "peewee.Model", "aredis_om.HashModel", "aredis_om.JsonModel"}
)
_STATEMENTS = frozenset({"sqlalchemy.update", "sqlalchemy.insert", "sqlmodel.update", "sqlmodel.insert"})
_QUERY_STEPS = frozenset({"query", "filter", "filter_by", "where", "objects"})
_DOCUMENTS = frozenset(
    {"insert_one", "insert_many", "update_one", "update_many", "find_one_and_update", "replace_one"}
)
_SAVED_BY = frozenset({"add", "merge", "add_all"})
Is = Callable[[ast.expr | None], bool]


def written(view: View, function: Function, is_raw: Is) -> Iterator[tuple[ast.AST, str]]:
    """Each place of the function where such a value is written into a record, and into which."""
    for node in function.scope.nodes:
        if isinstance(node, ast.Call):
            into = _into(view, function, node, is_raw)
            if into:
                yield node, into
        elif isinstance(node, ast.For | ast.AsyncFor):
            into = _loop_into(view, function, node, is_raw)
            if into:
                yield node, into


def _into(view: View, function: Function, node: ast.Call, is_raw: Is) -> str:
    spread = any(keyword.arg is None and is_raw(keyword.value) for keyword in node.keywords)
    if spread and _makes_record(view, function, node):
        return ast.unparse(node.func)
    if not isinstance(node.func, ast.Attribute):
        return ""
    given = spread or any(is_raw(argument) for argument in node.args)
    attribute, receiver = node.func.attr, node.func.value
    if attribute in {"values", "update", "create"} and given and _is_statement(view, function, receiver):
        return f"{attribute}()"
    if attribute in {"update", "create"} and spread and _is_class(view, function, receiver):
        return ast.unparse(node.func)
    if attribute == "update" and given and _is_stored(view, function, receiver):
        return ast.unparse(receiver)
    if attribute == "sqlmodel_update" and given:
        return ast.unparse(receiver)
    if attribute in _DOCUMENTS and any(_holds(argument, is_raw) for argument in node.args):
        return ast.unparse(node.func)
    return ""


def _makes_record(view: View, function: Function, node: ast.Call) -> bool:
    """Whether the call makes a record of a table, or something that is then saved."""
    target = view.target(function.module, node.func)
    if target is None:
        return False
    if target.cls is not None:
        if _MAPPED & set(ancestors_of(view.project, target.cls)[1]):
            return True
        model = model_of(view, target.cls)
        if model is not None:
            return model.kind in _RECORDS
    elif target.kind != "external" or not target.name.rpartition(".")[2][:1].isupper():
        return False
    return _is_saved(view, function, node)


def _is_saved(view: View, function: Function, node: ast.Call) -> bool:
    """Whether the object goes into a session, itself or by its name."""
    above = view.parent(node)
    if isinstance(above, ast.Call):
        return getattr(above.func, "attr", "") in _SAVED_BY
    if not isinstance(above, ast.Assign) or not isinstance(above.targets[0], ast.Name):
        return False
    name = above.targets[0].id
    for other in function.scope.nodes:
        if isinstance(other, ast.Call) and isinstance(other.func, ast.Attribute):
            saved = other.func.attr in _SAVED_BY and any(_is_name(one, name) for one in other.args)
            if saved or (other.func.attr in {"save", "insert"} and _is_name(other.func.value, name)):
                return True
    return False


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_statement(view: View, function: Function, node: ast.expr) -> bool:
    """Whether it is an SQL statement or query in the making."""
    while isinstance(node, ast.Call | ast.Attribute):
        if isinstance(node, ast.Call):
            if view.name(function.module, node.func) in _STATEMENTS:
                return True
            if getattr(node.func, "attr", "") in _QUERY_STEPS:
                return True
            node = node.func
        elif node.attr in _QUERY_STEPS:
            return True
        else:
            node = node.value
    return False


def _is_class(view: View, function: Function, node: ast.expr) -> bool:
    target = view.target(function.module, node)
    if target is None or not isinstance(node, ast.Name | ast.Attribute):
        return False
    if target.cls is not None:
        return True
    return target.kind == "external" and target.name.rpartition(".")[2][:1].isupper()


def _is_stored(view: View, function: Function, node: ast.expr) -> bool:
    """Whether it is a record in a store: `ITEMS[key]`, a name for that, `record.__dict__`, `vars(record)`."""
    if isinstance(node, ast.Attribute):
        return node.attr == "__dict__"
    if isinstance(node, ast.Call):
        if view.name(function.module, node.func) == "builtins.vars":
            return True
        return getattr(node.func, "attr", "") == "get" and _is_global(view, function, node.func)
    if isinstance(node, ast.Subscript):
        return _is_global(view, function, node)
    if isinstance(node, ast.Name):
        bindings = function.scope.bindings.get(node.id, [])
        values = [one.value for one in bindings if one.kind == "assign"]
        return any(
            isinstance(value, ast.Subscript | ast.Call) and _is_stored(view, function, value)
            for value in values
        )
    return False


def _is_global(view: View, function: Function, node: ast.expr) -> bool:
    """Whether it is taken from a name of a module."""
    owner = node.value if isinstance(node, ast.Subscript | ast.Attribute) else None
    if not isinstance(owner, ast.Name) or owner.id in function.scope.bindings:
        return False
    target = view.target(function.module, owner)
    return target is not None and target.kind == "value"


def _holds(node: ast.expr, is_raw: Is) -> bool:
    """Whether the value is it, or a dictionary with it: `{"$set": data}`."""
    if isinstance(node, ast.Dict):
        return any(_holds(value, is_raw) for value in node.values)
    return is_raw(node)


def _loop_into(view: View, function: Function, node: ast.For | ast.AsyncFor, is_raw: Is) -> str:
    """What a loop over all items sets attributes of, unless it compares the key."""
    source = node.iter
    if (
        isinstance(source, ast.Call)
        and isinstance(source.func, ast.Attribute)
        and source.func.attr == "items"
    ):
        source = source.func.value
    if not is_raw(source):
        return ""
    key = node.target.elts[0] if isinstance(node.target, ast.Tuple) and node.target.elts else node.target
    if not isinstance(key, ast.Name):
        return ""
    found = ""
    for inner in walk(node):
        if isinstance(inner, ast.Compare) and any(
            _is_name(side, key.id) for side in [inner.left, *inner.comparators]
        ):
            return ""
        if isinstance(inner, ast.Call) and view.name(function.module, inner.func) == "builtins.setattr":
            sets = len(inner.args) == 3 and _is_name(inner.args[1], key.id)
            found = ast.unparse(inner.args[0]) if sets else found
    return found
