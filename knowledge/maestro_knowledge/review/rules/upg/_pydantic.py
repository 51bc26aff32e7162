"""What the rules about Pydantic 1 leftovers share: when they may speak, and what a model is."""

import ast

from maestro_knowledge.project.lookup import ancestors_of
from maestro_knowledge.project.symbols import Class, Module, Type
from maestro_knowledge.project.versions import at_least
from maestro_knowledge.review.rules.aut._tokens import value_of
from maestro_knowledge.review.view import View

_BASES = frozenset({"pydantic.BaseModel", "pydantic.BaseSettings", "pydantic_settings.BaseSettings"})
_LONGEST_CHAIN = 4
_MAKING = frozenset(
    {"parse_obj", "parse_raw", "parse_file", "from_orm", "construct", "validate"}
    | {"model_validate", "model_validate_json", "model_construct"}
)
_COPYING = frozenset({"copy", "model_copy"})


def has_pydantic_2(view: View) -> bool:
    """Whether the project may run on Pydantic 2; one that says nothing does."""
    return at_least(view.project.versions, "pydantic", "2.0") is not False


def is_model(view: View, what: Type | Class | None) -> bool:
    """Whether it is a model of Pydantic 2, or an instance of one; those of `pydantic.v1` are others."""
    cls = what if isinstance(what, Class) else what.cls if what is not None else None
    if cls is not None:
        foreign = ancestors_of(view.project, cls)[1]
        return bool(_BASES & set(foreign)) and not any(name.startswith("pydantic.v1.") for name in foreign)
    return isinstance(what, Type) and what.name in _BASES


def model_type(view: View, module: Module, node: ast.expr, depth: int = _LONGEST_CHAIN) -> Type | None:
    """The type of a value; for one annotated with a type variable, what that is bound to."""
    known = view.type(module, node)
    if known is not None and known.name not in {"typing.TypeVar", "?"}:
        return known
    if depth and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return _made(view, module, node.func, depth) or known
    if depth and isinstance(node, ast.Subscript):
        return _element(view, module, node, depth) or known
    if not isinstance(node, ast.Name):
        return known
    value = value_of(view, module, node)
    if depth and value is not None and value is not node:
        return model_type(view, module, value, depth - 1)
    return _by_annotation(view, module, node) or known


def _made(view: View, module: Module, method: ast.Attribute, depth: int) -> Type | None:
    """The model that one of its own class methods, or a copy, gives."""
    if method.attr not in _MAKING and method.attr not in _COPYING:
        return None
    owner = model_type(view, module, method.value, depth - 1)
    if owner is None or not is_model(view, owner):
        return None
    return Type(owner.name, cls=owner.cls) if owner.is_class or method.attr in _COPYING else None


def _element(view: View, module: Module, node: ast.Subscript, depth: int) -> Type | None:
    """What is in a list that is written out, or made by a comprehension."""
    value = value_of(view, module, node.value)
    is_one = isinstance(value, ast.ListComp) and not isinstance(node.slice, ast.Slice)
    return model_type(view, module, value.elt, depth - 1) if is_one else None  # type: ignore[union-attr]


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


def is_shim(view: View, node: ast.AST) -> bool:
    """Whether it stands in a branch that is there for another version: `try … except ImportError`, `if`."""
    current: ast.AST | None = node
    while (current := view.parent(current) if current is not None else None) is not None:
        if isinstance(current, ast.Try):
            return any(_is_import_error(handler.type) for handler in current.handlers)
        if isinstance(current, ast.If) and _is_about_versions(current.test):
            return True
    return False


def _is_import_error(node: ast.expr | None) -> bool:
    names = node.elts if isinstance(node, ast.Tuple) else [node]
    wanted = {"ImportError", "ModuleNotFoundError", "AttributeError"}
    return node is None or any(isinstance(one, ast.Name) and one.id in wanted for one in names)


def _is_about_versions(test: ast.expr) -> bool:
    """Whether a condition looks at a version, as `PYDANTIC_V2` and `pydantic.VERSION` do, or at a member."""
    for node in ast.walk(test):  # a condition is small
        name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
        lowered = name.lower()
        if "version" in lowered or lowered.endswith(("v1", "v2")) or name == "hasattr":
            return True
    return False
