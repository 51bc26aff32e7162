"""Expressions, as far as they matter for wiring: plain values, references, lists of them."""

import ast
from typing import TYPE_CHECKING, Any

from maestro_knowledge.project.inference import infer, is_kind_of, resolve_path
from maestro_knowledge.project.lookup import ancestors_of, look_up_path, member_of, member_of_class
from maestro_knowledge.project.symbols import Class, Module, Target
from maestro_knowledge.project.wiring.values import (
    UNKNOWN,
    Environment,
    Known,
    Listed,
    Made,
    Mapped,
    Referred,
    Value,
    Wired,
    Written,
)  # fmt: skip

if TYPE_CHECKING:
    from maestro_knowledge.project.wiring.follow import Wiring

LONGEST = 500
LONGEST_TEXT = 10_000
_APP_DEFAULTS = {
    "openapi_url": "/openapi.json",
    "docs_url": "/docs",
    "redoc_url": "/redoc",
    "swagger_ui_oauth2_redirect_url": "/docs/oauth2-redirect",
    "root_path": "",
}
_FALSE = frozenset({"typing.TYPE_CHECKING"})


def text_of(value: Value | None) -> str | None:
    """The text that a value is, if it is one."""
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else None


def truth(value: Value) -> bool | None:
    """Whether a value is true; None if that is not known."""
    if isinstance(value, Known):
        return bool(value.value)
    if isinstance(value, Wired):
        return True
    if isinstance(value, Listed) and value.is_whole:
        return bool(value.items)
    if isinstance(value, Referred) and value.target.name in _FALSE:
        return False
    return None


def as_list(wiring: "Wiring", value: Value) -> Listed | None:
    """A value as a list, if it is one."""
    if isinstance(value, Written) and isinstance(value.node, (ast.List, ast.Tuple, ast.Set)):
        value = _list(wiring, value.node, value.environment)
    return value if isinstance(value, Listed) else None


def as_map(wiring: "Wiring", value: Value) -> Mapped | None:
    """A value as a dictionary, if it is one."""
    if (
        not isinstance(value, Written)
        or not isinstance(value.node, ast.Dict)
        or len(value.node.keys) > LONGEST
    ):
        return value if isinstance(value, Mapped) else None
    node, environment = value.node, value.environment
    if any(key is None for key in node.keys):
        return None
    return Mapped(
        [
            (wiring.evaluate(key, environment), wiring.evaluate(item, environment))
            for key, item in zip(node.keys, node.values, strict=True)
            if key is not None
        ]
    )


def _constant(_wiring: "Wiring", node: ast.Constant, _environment: Environment) -> Value:
    return Known(node.value)


def _written(_wiring: "Wiring", node: ast.expr, environment: Environment) -> Value:
    return Written(node, environment)


def _list(wiring: "Wiring", node: Any, environment: Environment) -> Value:
    if len(node.elts) > LONGEST:
        return Written(node, environment)
    items: list[Value] = []
    whole = True
    for part in node.elts:
        if isinstance(part, ast.Starred):
            inner = as_list(wiring, wiring.evaluate(part.value, environment))
            items += inner.items if inner is not None else []
            whole = whole and inner is not None and inner.is_whole
        else:
            items.append(wiring.evaluate(part, environment))
    return Listed(items, whole)


def _name(wiring: "Wiring", node: ast.Name, environment: Environment) -> Value:
    current: Environment | None = environment
    while current is not None:
        if node.id in current.names:
            return current.names[node.id]
        current = current.outer
    own = wiring.environment_of(environment.module).names
    if node.id in own:
        return own[node.id]
    target = look_up_path(wiring.project, environment.module, node)
    return of_target(wiring, target) if target is not None else UNKNOWN


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


def _attribute(wiring: "Wiring", node: ast.Attribute, environment: Environment) -> Value:
    return attribute_of(wiring, wiring.evaluate(node.value, environment), node, environment)


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
            return _unmade(wiring, holder.module, bindings[-1].value)
    target = member_of_class(wiring.project, cls, name)
    return Referred(target) if target is not None and target.kind != "value" else UNKNOWN


def _joined(wiring: "Wiring", node: ast.JoinedStr, environment: Environment) -> Value:
    parts: list[str] = []
    for part in node.values:
        inner = part.value if isinstance(part, ast.FormattedValue) else part
        value = wiring.evaluate(inner, environment)
        if not isinstance(value, Known) or not isinstance(value.value, (str, int)):
            return UNKNOWN
        parts.append(str(value.value))
    text = "".join(parts)
    return Known(text) if len(text) < LONGEST_TEXT else UNKNOWN


def _binary(wiring: "Wiring", node: ast.BinOp, environment: Environment) -> Value:
    if not isinstance(node.op, ast.Add):
        return UNKNOWN
    left, right = wiring.evaluate(node.left, environment), wiring.evaluate(node.right, environment)
    first, second = text_of(left), text_of(right)
    if first is not None and second is not None and len(first) + len(second) < LONGEST_TEXT:
        return Known(first + second)
    before, after = as_list(wiring, left), as_list(wiring, right)
    if before is not None and after is not None and len(before.items) + len(after.items) <= LONGEST:
        return Listed([*before.items, *after.items], before.is_whole and after.is_whole)
    return UNKNOWN


def _either(wiring: "Wiring", node: ast.IfExp, environment: Environment) -> Value:
    test = truth(wiring.evaluate(node.test, environment))
    if test is not None:
        return wiring.evaluate(node.body if test else node.orelse, environment)
    first, second = wiring.evaluate(node.body, environment), wiring.evaluate(node.orelse, environment)
    if isinstance(first, Known) and isinstance(second, Known) and first.value != second.value:
        return first if first.value is None or second.value is None else UNKNOWN
    return first if not isinstance(first, Known) else second if first.value is None else first


def _boolean(wiring: "Wiring", node: ast.BoolOp, environment: Environment) -> Value:
    value: Value = UNKNOWN
    for part in node.values:
        value = wiring.evaluate(part, environment)
        known = truth(value)
        if known is None:
            return UNKNOWN
        if known == isinstance(node.op, ast.Or):
            return value
    return value


def _not(wiring: "Wiring", node: ast.UnaryOp, environment: Environment) -> Value:
    known = truth(wiring.evaluate(node.operand, environment)) if isinstance(node.op, ast.Not) else None
    return Known(not known) if known is not None else UNKNOWN


def _compare(wiring: "Wiring", node: ast.Compare, environment: Environment) -> Value:
    if len(node.ops) != 1:
        return UNKNOWN
    left, right = wiring.evaluate(node.left, environment), wiring.evaluate(node.comparators[0], environment)
    if not isinstance(right, Known):
        return UNKNOWN
    if isinstance(node.ops[0], (ast.Is, ast.IsNot)) and right.value is None:
        known = truth(left)
        is_none = isinstance(left, Known) and left.value is None
        return Known(is_none == isinstance(node.ops[0], ast.Is)) if known is not None else UNKNOWN
    if isinstance(left, Known) and isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
        return Known((left.value == right.value) == isinstance(node.ops[0], ast.Eq))
    return UNKNOWN


def _item(wiring: "Wiring", node: ast.Subscript, environment: Environment) -> Value:
    owner = wiring.evaluate(node.value, environment)
    key = wiring.evaluate(node.slice, environment)
    if not isinstance(key, Known):
        return UNKNOWN
    mapped, listed = as_map(wiring, owner), as_list(wiring, owner)
    if mapped is not None:
        found = [
            item for known, item in mapped.items if isinstance(known, Known) and known.value == key.value
        ]
        return found[-1] if found else UNKNOWN
    if listed is not None and listed.is_whole and isinstance(key.value, int):
        return listed.items[key.value] if -len(listed.items) <= key.value < len(listed.items) else UNKNOWN
    if (
        isinstance(owner, Referred)
        and is_kind_of(wiring.project, owner.target, "enum.Enum")
        and owner.target.cls
    ):
        return of_class(wiring, owner.target.cls, str(key.value))
    return UNKNOWN


def _comprehension(wiring: "Wiring", node: Any, environment: Environment) -> Value:
    """A comprehension over a list that is known, as the loop that it is."""
    loop = node.generators[0]
    listed = as_list(wiring, wiring.evaluate(loop.iter, environment))
    if len(node.generators) > 1 or loop.ifs or listed is None or not isinstance(loop.target, ast.Name):
        return Written(node, environment)
    items: list[Value] = []
    for item in listed.items[:LONGEST]:
        inner = Environment(environment.module, {loop.target.id: item}, environment, environment.function)
        items.append(wiring.evaluate(node.elt, inner))
    return Listed(items, listed.is_whole)


READERS: dict[type[ast.expr], Any] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.List: _list,
    ast.Tuple: _list,
    ast.Set: _list,
    ast.Dict: _written,
    ast.Lambda: _written,
    ast.JoinedStr: _joined,
    ast.BinOp: _binary,
    ast.IfExp: _either,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _not,
    ast.Compare: _compare,
    ast.Subscript: _item,
    ast.ListComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.Await: lambda wiring, node, environment: wiring.evaluate(node.value, environment),
    ast.Starred: lambda wiring, node, environment: wiring.evaluate(node.value, environment),
}
