"""A validator comes to its end without returning the value."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.model import ModelClass, Validator
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.pyd._endings import can_fall_through
from maestro_knowledge.review.view import View

RULE = Rule(id="PYD101", name="validator-returns-nothing", severity="error", fix="suggest")

_KINDS = frozenset({"field_validator", "model_validator", "validator", "root_validator"})
_WRAPPERS = frozenset(
    f"pydantic{where}.{name}Validator"
    for where in ("", ".functional_validators")
    for name in ("After", "Before", "Wrap", "Plain")
)
NEEDS = Needs(calls=_WRAPPERS)


def check(what: ModelClass | Module, view: View) -> Iterator[Report]:
    """Reports each validator that gives None where it was to give the value."""
    if isinstance(what, Module):
        if "Validator(" not in what.text:
            return
        for call, _ in view.calls_to(what, _WRAPPERS):
            target = view.target(what, call.args[0]) if call.args else None
            if target is not None and target.function is not None:
                hop = Hop(what, call, "validates here")
                yield from _judge(view, target.function, "what it validates", "", (hop,))
        return
    for validator in what.validators:
        if validator.kind in _KINDS and validator.function.owner is what.cls:
            yield from _judge(view, validator.function, *_meant(what, validator), ())


def _meant(model: ModelClass, validator: Validator) -> tuple[str, str]:
    """What becomes None, and what is to be returned."""
    arguments = [argument.arg for argument in validator.function.node.args.args]
    if validator.kind == "model_validator" and validator.mode == "after":
        return f"`{model.cls.name}`", arguments[0] if arguments else ""
    value = arguments[1] if len(arguments) > 1 else ""
    if validator.kind in {"model_validator", "root_validator"}:
        return f"what is validated of `{model.cls.name}`", value
    fields = ", ".join(f"`{name}`" for name in validator.fields) or "the field"
    return fields, value


def _judge(view: View, function: Function, meant: str, value: str, hops: tuple[Hop, ...]) -> Iterator[Report]:
    node = function.node
    if _is_stub(node.body) or (
        node.returns is not None and ast.unparse(node.returns).endswith(("NoReturn", "Never"))
    ):
        return
    message = f"`{function.name}` returns nothing {{}}: {meant} becomes None."
    if function.is_generator:
        return
    for one in function.scope.nodes:
        if isinstance(one, ast.Return) and one.value is None:
            edits = (view.replace(function.module, one, f"return {value}"),) if value else ()
            yield Report(function.module, one, message.format("here"), function.qualname, hops, edits)
    if can_fall_through(view, function, node.body):
        always = not any(isinstance(one, ast.Return) for one in function.scope.nodes)
        text = message.format("at all" if always else "on one of its ways")
        yield Report(function.module, node, text, function.qualname, hops, _edits(view, function, value))


def _is_stub(body: list[ast.stmt]) -> bool:
    """Whether nothing but a docstring or `...` stands there."""
    return all(isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant) for one in body)


def _edits(view: View, function: Function, value: str) -> tuple[Edit, ...]:
    last = function.node.body[-1]
    if not value or last.lineno == function.node.lineno:
        return ()
    if isinstance(last, ast.Pass):
        return (view.replace(function.module, last, f"return {value}"),)
    return (view.insert_after(function.module, last, f"\n{' ' * last.col_offset}return {value}"),)
