"""Methods of Pydantic 1 on models of Pydantic 2."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.lookup import ancestors_of
from maestro_knowledge.project.symbols import Class, Module, Type
from maestro_knowledge.project.tree import has_star_arguments
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.upg._editing import renamed_member
from maestro_knowledge.review.rules.upg._pydantic import has_pydantic_2, is_model, is_shim
from maestro_knowledge.review.rules.upg._values import model_type
from maestro_knowledge.review.view import View

RULE = Rule(id="UPG605", name="pydantic-1-methods", severity="warning", fix="safe")

_NOW = {
    "dict": "model_dump",
    "json": "model_dump_json",
    "copy": "model_copy",
    "parse_obj": "model_validate",
    "parse_raw": "model_validate_json",
    "parse_file": "model_validate_json",
    "from_orm": "model_validate",
    "validate": "model_validate",
    "construct": "model_construct",
    "schema": "model_json_schema",
    "schema_json": "model_json_schema",
    "update_forward_refs": "model_rebuild",
    "__fields__": "model_fields",
    "__fields_set__": "model_fields_set",
}
_DUMPING = frozenset({"include", "exclude", "by_alias", "exclude_unset", "exclude_defaults", "exclude_none"})
# Keywords that the new method takes with the same meaning; with any other the call is not merely renamed.
_KEPT: dict[str, frozenset[str]] = {
    "dict": _DUMPING,
    "json": _DUMPING | {"indent"},  # which `json()` itself refuses by now
    "copy": frozenset({"update", "deep"}),
    "parse_obj": frozenset(),
    "parse_raw": frozenset(),
    "from_orm": frozenset(),
    "validate": frozenset(),
    "schema": frozenset({"by_alias", "ref_template"}),
    "update_forward_refs": frozenset(),
}
_ON_CLASSES = frozenset(
    {"parse_obj", "parse_raw", "parse_file", "from_orm", "construct", "validate", "schema"}
)
# With these keywords a `dict()` or `json()` is Pydantic's, whatever object it is called on.
_TELLING = frozenset({"exclude_unset", "exclude_none", "exclude_defaults", "by_alias"})
NEEDS = Needs(words=frozenset(_NOW))


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each use of a method that Pydantic 2 keeps only for a while, on a value known as a model."""
    if not has_pydantic_2(view):
        return
    for node in module.nodes.get(ast.Attribute, ()):
        if not isinstance(node, ast.Attribute) or node.attr not in _NOW or is_shim(view, node):
            continue
        call = view.parent(node)
        called = call if isinstance(call, ast.Call) and call.func is node else None
        if called is None and not node.attr.startswith("__"):
            continue  # a method that is handed on is seldom Pydantic's: `key=item.dict`
        owner = model_type(view, module, node.value)
        members = owner.args if owner is not None and owner.name == "typing.Union" else (owner,)
        if all(one is not None and _has_it_from_pydantic(view, one, node.attr) for one in members):
            first = next((one for one in members if one is not None), None)
            if first is not None:
                yield _report(view, module, node, called, first)
        elif called is not None and _is_telling(view, module, node, called, owner):
            yield _guessed(module, node)


def _report(view: View, module: Module, node: ast.Attribute, call: ast.Call | None, owner: Type) -> Report:
    name = owner.name.rpartition(".")[2]
    new = _NOW[node.attr]
    shown = node.attr if node.attr.startswith("__") else f"{node.attr}()"
    return Report(
        module,
        node,
        f"`{shown}` of the model `{name}` is deprecated: it is `{new}` now.",
        subject=f"{name}.{node.attr}",
        edits=_edits(view, module, node, call, owner),
    )


def _guessed(module: Module, node: ast.Attribute) -> Report:
    return Report(
        module,
        node,
        f"`{node.attr}()` is called as on a model of Pydantic 1: it is `{_NOW[node.attr]}` now.",
        subject=f"?.{node.attr}",
        confidence="medium",
    )


def _has_it_from_pydantic(view: View, owner: Type, name: str) -> bool:
    return is_model(view, owner) and not _is_own(view, owner, name)


def _is_own(view: View, owner: Type, name: str) -> bool:
    """Whether a class of the project defines it itself, as a method or as a field."""
    if owner.cls is None:
        return False
    holders, _, _ = ancestors_of(view.project, owner.cls)
    return any(name in holder.methods or name in holder.scope.bindings for holder in holders)


def _is_telling(view: View, module: Module, node: ast.Attribute, call: ast.Call, owner: Type | None) -> bool:
    """Whether an unknown object is dumped with keywords that only Pydantic has."""
    if node.attr not in {"dict", "json"} or (owner is not None and owner.cls is not None):
        return False
    if owner is not None and owner.name not in {"?", "typing.TypeVar", "typing.Any", "typing.Union"}:
        return False
    target = view.target(module, node)
    is_elsewhere = target is not None and target.kind in {"function", "class"}
    return not is_elsewhere and any(keyword.arg in _TELLING for keyword in call.keywords)


def _edits(
    view: View, module: Module, node: ast.Attribute, call: ast.Call | None, owner: Type
) -> tuple[Edit, ...]:
    """The new name, where the call means the same under it."""
    old = node.attr
    renamed = (renamed_member(view, module, node, _NOW[old]),)
    if old == "__fields_set__" or (old == "__fields__" and owner.is_class):
        return renamed
    if call is None or (has_star_arguments(call) and old != "construct"):
        return ()
    if old in _ON_CLASSES and not owner.is_class:
        return ()
    if old == "construct":
        return renamed
    kept = _KEPT.get(old)
    if kept is None or len(call.args) > _positional(old):
        return ()
    if any(keyword.arg not in kept for keyword in call.keywords):
        return ()
    if old in {"parse_obj", "parse_raw", "from_orm", "validate"} and not call.args:
        return ()
    if old == "from_orm" and not _reads_attributes(view, owner.cls):
        return (*renamed, view.insert_after(module, call.args[0], ", from_attributes=True"))
    return renamed


def _positional(old: str) -> int:
    return 1 if old in {"parse_obj", "parse_raw", "from_orm", "validate"} else 0


def _reads_attributes(view: View, cls: Class | None) -> bool:
    """Whether the model's configuration lets it read objects, so that nobody has to say it."""
    model = next((one for one in view.project.models if one.cls is cls), None)
    return model is not None and (model.kind in {"sqlmodel", "table"} or "from_attributes" in model.config)
