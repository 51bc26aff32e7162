"""Attributes, as far as they matter for wiring: of routers, instances, classes and modules."""

import ast
from typing import TYPE_CHECKING

from maestro_knowledge.project.inference import infer, is_kind_of, resolve_path
from maestro_knowledge.project.lookup import ancestors_of, look_up_path, member_of, member_of_class
from maestro_knowledge.project.symbols import Class, Module, Target
from maestro_knowledge.project.wiring.values import (
    UNKNOWN,
    Environment,
    Known,
    Made,
    Referred,
    Value,
    Wired,
    Written,
)

if TYPE_CHECKING:
    from maestro_knowledge.project.wiring.follow import Wiring

_APP_DEFAULTS = {
    "openapi_url": "/openapi.json",
    "docs_url": "/docs",
    "redoc_url": "/redoc",
    "swagger_ui_oauth2_redirect_url": "/docs/oauth2-redirect",
    "root_path": "",
}


def of_target(wiring: "Wiring", target: Target) -> Value:
    """The value of something that a name refers to."""
    if target.kind != "value":
        return Referred(target)
    if target.module is None:
        return UNKNOWN
    environment = wiring.environments.get(target.module)
    name = target.name.rpartition(".")[2]
    if (
        environment is not None
        and target.name == f"{target.module.name}.{name}"
        and name in environment.names
    ):
        return environment.names[name]
    return _unmade(wiring, target.module, target.node)


def _unmade(wiring: "Wiring", module: Module, node: ast.AST | None) -> Value:
    """A value of a module that has not run, or of a class: only what reading it cannot change."""
    if not isinstance(node, ast.expr):
        return UNKNOWN
    environment = Environment(module)
    if isinstance(node, ast.Call):
        return _default_of(wiring, node, environment)
    return wiring.evaluate(node, environment)


def _default_of(wiring: "Wiring", node: ast.Call, environment: Environment) -> Value:
    """What `Field(default)` gives; other calls stay as they are written."""
    target = look_up_path(wiring.project, environment.module, node.func)
    if target is not None and target.name in {"pydantic.Field", "sqlmodel.Field", "pydantic.v1.Field"}:
        given = next((k.value for k in node.keywords if k.arg == "default"), None) or next(
            iter(node.args), None
        )
        if isinstance(given, ast.expr) and not isinstance(given, ast.Call):
            return wiring.evaluate(given, environment)
        return UNKNOWN
    return Written(node, environment)


def attribute_of(wiring: "Wiring", owner: Value, node: ast.Attribute, environment: Environment) -> Value:
    """What an attribute of a value that is already evaluated is."""
    if isinstance(owner, Wired):
        if (
            owner.options is not None
            and node.attr in owner.options.values
            and node.attr not in owner.attributes
        ):
            return owner.options.values[node.attr]
        return _attribute_of_wired(owner, node, environment)
    if isinstance(owner, Made):
        return attribute_of_made(wiring, owner, node.attr)
    if isinstance(owner, Known):
        return owner if node.attr == "value" else UNKNOWN  # a member of an Enum stands for its value
    if isinstance(owner, Referred) and owner.target.kind in {"module", "external"}:
        target = member_of(wiring.project, environment.module, owner.target, node.attr)
        return of_target(wiring, target) if target is not None else UNKNOWN
    if isinstance(owner, Referred) and owner.target.cls is not None:
        return of_class(wiring, owner.target.cls, node.attr)
    type_ = infer(wiring.project, environment.module, node.value)
    if type_ is not None and type_.cls is not None and not type_.is_coroutine:
        return of_class(wiring, type_.cls, node.attr)
    target = resolve_path(wiring.project, environment.module, node)
    return Referred(target) if target is not None and target.kind == "external" else UNKNOWN


def _attribute_of_wired(owner: Wired, node: ast.Attribute, environment: Environment) -> Value:
    if node.attr in owner.attributes:
        return owner.attributes[node.attr]
    if node.attr == "router" and owner.is_app:
        return owner
    if node.attr == "prefix":
        return Known(owner.prefix) if owner.prefix is not None else UNKNOWN
    if owner.is_app and node.attr in _APP_DEFAULTS:
        return Known(_APP_DEFAULTS[node.attr])
    return Written(node, environment)


def attribute_of_made(wiring: "Wiring", owner: Made, name: str) -> Value:
    """An attribute or bound method of an instance."""
    if name in owner.attributes:
        return owner.attributes[name]
    for holder in ancestors_of(wiring.project, owner.cls)[0]:
        names = wiring.class_names.get(holder)
        if name in holder.methods:
            method = holder.methods[name]
            return Referred(Target(method.id, "function", holder.module, function=method), None, owner)
        if names is not None and name in names.names:
            return names.names[name]
    return of_class(wiring, owner.cls, name)


def of_class(wiring: "Wiring", cls: Class, name: str) -> Value:
    """A class attribute: a default, a member of an Enum."""
    for holder in ancestors_of(wiring.project, cls)[0]:
        names = wiring.class_names.get(holder)
        if names is not None and name in names.names:
            return names.names[name]
        bindings = holder.scope.bindings.get(name)
        if bindings and bindings[-1].kind == "assign" and bindings[-1].value is not None:
            value = _unmade(wiring, holder.module, bindings[-1].value)
            if isinstance(value, Known) and is_kind_of(wiring.project, cls, "pydantic.BaseModel"):
                return Known(value.value, is_certain=False)
            return value
    target = member_of_class(wiring.project, cls, name)
    return Referred(target) if target is not None and target.kind != "value" else UNKNOWN
