"""Expressions, as far as they matter for wiring: plain values, references, lists of them."""

import ast
from typing import TYPE_CHECKING, Any

from maestro_knowledge.project.inference import is_kind_of
from maestro_knowledge.project.lean import by_kind
from maestro_knowledge.project.lookup import look_up_path
from maestro_knowledge.project.wiring.attributes import attribute_of, of_class, of_target
from maestro_knowledge.project.wiring.plain import LONGEST, LONGEST_TEXT, as_list, as_map, text_of, truth
from maestro_knowledge.project.wiring.values import (
    UNKNOWN,
    Environment,
    Known,
    Listed,
    Referred,
    Value,
    Written,
)  # fmt: skip

if TYPE_CHECKING:
    from maestro_knowledge.project.wiring.follow import Wiring


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


def _attribute(wiring: "Wiring", node: ast.Attribute, environment: Environment) -> Value:
    return attribute_of(wiring, wiring.evaluate(node.value, environment), node, environment)


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
        certain = left.is_certain and right.is_certain
        return Known((left.value == right.value) == isinstance(node.ops[0], ast.Eq), certain)
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


READERS: dict[type[ast.expr], Any] = by_kind(
    {
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
)
