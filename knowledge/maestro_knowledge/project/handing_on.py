"""Calls that hand on what they are given: the next of an iterator, a copy, what a manager enters."""

import ast

from maestro_knowledge.core.records import replace
from maestro_knowledge.project.lookup import ancestors_of
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.results import Infer, certain, element, entered
from maestro_knowledge.project.symbols import Module, Type

_NEXT = frozenset({"builtins.next", "builtins.anext"})
_SAME = frozenset({"builtins.iter", "builtins.aiter", "copy.copy", "copy.deepcopy", "weakref.proxy"})
_CLOSING = frozenset({"contextlib.closing", "contextlib.aclosing"})
_ENTERING = frozenset({"enter_context", "enter_async_context"})
_LISTS = frozenset(
    {"builtins.sorted", "builtins.list", "builtins.reversed", "builtins.set", "builtins.tuple"}
)
_MAPPINGS = frozenset({"dict", "Mapping", "MutableMapping", "defaultdict", "OrderedDict"})
_OF_CLASS = frozenset(
    {
        "model_validate",
        "model_validate_json",
        "model_construct",
        "parse_obj",
        "parse_raw",
        "from_orm",
        "construct",
    }
)
_OF_INSTANCE = frozenset({"model_copy", "copy"})
_NEXT_METHODS = frozenset({"__next__", "__anext__", "asend", "send"})
_OF_VALUES = _OF_CLASS | _OF_INSTANCE | {"get", "pop", "setdefault", "keys", "values", "items"}


def handed_on(project: Project, module: Module, node: ast.Call, name: str, infer: Infer) -> Type | None:
    """The type of such a call's value; `name` is what is called, "" where that is not known."""
    if isinstance(node.func, ast.Attribute) and (method := node.func.attr) in _NEXT_METHODS | _ENTERING:
        return _by_method(project, module, node, method, infer)
    if isinstance(node.func, ast.Attribute) and node.func.attr in _OF_VALUES:
        return _of_value(project, infer(project, module, node.func.value), node.func.attr)
    if not node.args or name not in _NEXT | _SAME | _CLOSING | _LISTS:
        return None
    given = infer(project, module, node.args[0])
    if given is None or given.is_coroutine:
        return None
    if name in _SAME:
        return given
    if name in _LISTS:
        inner = element(given)
        return Type("builtins.list", (inner,)) if inner is not None else None
    if name in _CLOSING:
        return Type("contextlib.AbstractContextManager", (given,))
    return _awaited(element(given), is_awaited=name == "builtins.anext")


def _by_method(project: Project, module: Module, node: ast.Call, method: str, infer: Infer) -> Type | None:
    if method in _ENTERING:
        owner = infer(project, module, node.func.value) if isinstance(node.func, ast.Attribute) else None
        is_stack = owner is not None and owner.name in {"contextlib.ExitStack", "contextlib.AsyncExitStack"}
        found = entered(project, module, node.args[0], infer) if is_stack and node.args else None
        return _awaited(found, is_awaited=method == "enter_async_context")
    owner = infer(project, module, node.func.value) if isinstance(node.func, ast.Attribute) else None
    return _awaited(element(owner), is_awaited=method in {"__anext__", "asend"})


def _of_value(project: Project, owner: Type | None, method: str) -> Type | None:
    """What methods of mappings, lists and Pydantic models give."""
    if owner is None or owner.is_coroutine:
        return None
    if owner.cls is not None:
        is_model = "pydantic.BaseModel" in ancestors_of(project, owner.cls)[1]
        fits = method in (_OF_CLASS if owner.is_class else _OF_INSTANCE)
        return Type(owner.name, owner.args, owner.cls) if is_model and fits else None
    if owner.is_class:
        return None
    if owner.name == "builtins.list" and owner.args and method in {"pop", "copy"}:
        return owner if method == "copy" else certain(owner.args[0])
    if owner.name.rpartition(".")[2] not in _MAPPINGS or len(owner.args) != 2:
        return None
    key, value = owner.args
    if method in {"get", "pop", "setdefault"}:
        found = certain(value)
        return replace(found, is_optional=method == "get") if found is not None else None
    inner = {"keys": key, "values": value, "items": Type("builtins.tuple", (key, value))}.get(method)
    return Type("collections.abc.Iterable", (inner,)) if inner is not None else owner


def _awaited(type_: Type | None, *, is_awaited: bool) -> Type | None:
    return replace(type_, is_coroutine=True) if type_ is not None and is_awaited else type_
