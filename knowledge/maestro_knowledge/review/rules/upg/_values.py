"""The model behind a value, further than plain inference goes: what models and stores of them give."""

import ast

from maestro_knowledge.project.lookup import find_bindings
from maestro_knowledge.project.symbols import Binding, Module, Type
from maestro_knowledge.project.tree import scope_around
from maestro_knowledge.review.rules.aut._tokens import value_of
from maestro_knowledge.review.rules.upg._pydantic import is_model
from maestro_knowledge.review.view import View

_LONGEST_CHAIN = 6
_MAKING = frozenset(
    {"parse_obj", "parse_raw", "parse_file", "from_orm", "construct", "validate"}
    | {"model_validate", "model_validate_json", "model_construct"}
)
_COPYING = frozenset({"copy", "model_copy"})
_TAKING = frozenset({"get", "pop", "setdefault"})
_ORDERING = frozenset(f"builtins.{name}" for name in ("list", "sorted", "reversed", "tuple", "iter"))
_KEYED = ("builtins.dict", "collections.defaultdict", "collections.OrderedDict", "collections.abc.Mapping")


def model_type(view: View, module: Module, node: ast.expr, depth: int = _LONGEST_CHAIN) -> Type | None:
    """The type of a value; for one annotated with a type variable, what that is bound to."""
    known = view.type(module, node)
    if depth == 0 or (known is not None and known.name not in {"typing.TypeVar", "?"}):
        return known
    found: Type | None = None
    match node:
        case ast.Call(func=ast.Attribute() as method):
            found = _made(view, module, method, depth) or _taken(view, module, method, depth)
        case ast.Call(args=[ast.expr() as first, *_]) if view.name(module, node.func) == "builtins.next":
            found = _element(view, module, first, depth)
        case ast.Subscript(slice=ast.expr() as place) if not isinstance(place, ast.Slice):
            found = _element(view, module, node.value, depth)
        case ast.BoolOp(values=[*_, last]):
            found = model_type(view, module, last, depth - 1)
        case ast.Name():
            found = _named(view, module, node, depth)
    return found or known


def _named(view: View, module: Module, node: ast.Name, depth: int) -> Type | None:
    value = value_of(view, module, node)
    if value is not None and value is not node:
        return model_type(view, module, value, depth - 1)
    held = find_bindings(scope_around(module, node), node.id)
    bindings = held[1] if held is not None else []
    if len(bindings) == 1 and bindings[0].kind in {"for", "comprehension"}:
        return _looped(view, module, bindings[0], depth)
    return _by_annotation(view, module, node)


def _looped(view: View, module: Module, binding: Binding, depth: int) -> Type | None:
    """What a loop over a list, or over the values or items of a mapping, gives its name."""
    iterated = binding.value
    if iterated is None:
        return None
    method = iterated.func if isinstance(iterated, ast.Call) else None
    if isinstance(method, ast.Attribute) and method.attr == "items":
        is_value = binding.position == 2
        return _held_in(view, module, method.value, depth) if is_value else None
    return _element(view, module, iterated, depth) if binding.position == 0 else None


def _element(view: View, module: Module, node: ast.expr, depth: int) -> Type | None:
    """What stands in a list, a comprehension, or among the values of a mapping."""
    if depth == 0:
        return None
    match node:
        case ast.ListComp(elt=elt) | ast.GeneratorExp(elt=elt) | ast.SetComp(elt=elt):
            return model_type(view, module, elt, depth - 1)
        case ast.Call(func=ast.Attribute(attr="values") as method):
            return _held_in(view, module, method.value, depth)
        case ast.Call(args=[ast.expr() as first, *_]) if view.name(module, node.func) in _ORDERING:
            return _element(view, module, first, depth - 1)
        case ast.Subscript(value=inner, slice=ast.Slice()):
            return _element(view, module, inner, depth - 1)
        case ast.Name():
            value = value_of(view, module, node)
            known = view.type(module, node)
            if value is not None and value is not node and not (known is not None and known.args):
                return _element(view, module, value, depth - 1)
    known = view.type(module, node)
    is_list = known is not None and known.name in {"builtins.list", "builtins.set", "builtins.tuple"}
    return known.args[0] if known is not None and is_list and known.args else None


def _held_in(view: View, module: Module, node: ast.expr, depth: int) -> Type | None:
    """What a mapping holds, by its annotation."""
    known = model_type(view, module, node, depth - 1)
    if known is not None and known.name in _KEYED and len(known.args) == 2:
        return known.args[1]
    return None


def _taken(view: View, module: Module, method: ast.Attribute, depth: int) -> Type | None:
    """What `get` or `pop` takes out of a mapping."""
    return _held_in(view, module, method.value, depth) if method.attr in _TAKING else None


def _made(view: View, module: Module, method: ast.Attribute, depth: int) -> Type | None:
    """The model that one of its own class methods, or a copy, gives."""
    if method.attr not in _MAKING and method.attr not in _COPYING:
        return None
    owner = model_type(view, module, method.value, depth - 1)
    if owner is None or not is_model(view, owner):
        return None
    return Type(owner.name, cls=owner.cls) if owner.is_class or method.attr in _COPYING else None


def _by_annotation(view: View, module: Module, node: ast.Name) -> Type | None:
    function = view.around(module, node)
    arguments = function.node.args if function is not None else None
    for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs] if arguments else []:
        if argument.arg == node.id and argument.annotation is not None:
            return _bound(view, module, argument.annotation)
    return None


def _bound(view: View, module: Module, annotation: ast.expr) -> Type | None:
    """What a type variable is bound to, where every value of the annotation is of that type."""
    target = view.target(module, annotation)
    if target is None or target.module is None or not isinstance(target.node, ast.Call):
        return None
    if view.name(target.module, target.node.func) != "typing.TypeVar":
        return None
    bound = next((one.value for one in target.node.keywords if one.arg == "bound"), None)
    if bound is None:
        return None
    meant = view.target(target.module, bound)
    if meant is None:
        return None
    return Type(meant.name, cls=meant.cls)
