"""Keywords of `Field` that Pydantic 2 removed or renamed, and further ones that it no longer takes."""

import ast
from collections.abc import Iterator, Mapping

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.project.model import ModelClass
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.project.tree import literal
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.upg._editing import renamed_keyword
from maestro_knowledge.review.rules.upg._pydantic import has_pydantic_2, is_shim
from maestro_knowledge.review.view import View

RULE = Rule(id="UPG610", name="removed-field-keyword", severity="error", fix="safe")

_FIELD = "pydantic.Field"
_RENAMED = {
    "regex": "pattern",
    "min_items": "min_length",
    "max_items": "max_length",
    "allow_mutation": "frozen",
}
_RAISING = frozenset({"regex", "const", "unique_items"})
_INSTEAD = {
    "const": "`Literal[…]` as the type",
    "unique_items": "`set[…]` as the type",
    "regex": "`pattern`",
    "min_items": "`min_length`",
    "max_items": "`max_length`",
    "allow_mutation": "`frozen`",
}
# What Field takes; anything else is extra and has gone into `json_schema_extra`.
_KNOWN = frozenset(
    {"default", "default_factory", "alias", "alias_priority", "validation_alias"}
    | {"serialization_alias", "title", "field_title_generator", "description", "examples"}
    | {"exclude", "exclude_if", "discriminator", "deprecated", "json_schema_extra", "frozen"}
    | {"validate_default", "repr", "init", "init_var", "kw_only", "pattern", "strict"}
    | {"coerce_numbers_to_str", "gt", "ge", "lt", "le", "multiple_of", "allow_inf_nan"}
    | {"max_digits", "decimal_places", "min_length", "max_length", "union_mode", "fail_fast"}
    | {"ascii_only", "include", "annotation"}
)
_CONSTRAINED = {
    "pydantic.constr": frozenset({"regex"}),
    "pydantic.conlist": frozenset({"min_items", "max_items"}),
    "pydantic.conset": frozenset({"min_items", "max_items"}),
    "pydantic.confrozenset": frozenset({"min_items", "max_items"}),
}


@dataclass(frozen=True, slots=True)
class _Fault:
    call: ast.Call
    keyword: ast.keyword
    owner: str  # "Field", "constr"


NEEDS = Needs(calls=frozenset({_FIELD, *_CONSTRAINED}))


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each keyword that `Field` and the constrained types no longer know."""
    if not has_pydantic_2(view):
        return
    for call, name in view.calls_to(module, {_FIELD, *_CONSTRAINED}):
        if is_shim(view, call):
            continue
        owner = name.rpartition(".")[2]
        for keyword in call.keywords:
            fault = _Fault(call, keyword, owner)
            if name in _CONSTRAINED:
                if keyword.arg in _CONSTRAINED[name]:
                    yield _report(view, module, fault)
            elif keyword.arg in _INSTEAD:
                yield _report(view, module, fault)
            elif keyword.arg is not None and keyword.arg not in _KNOWN:
                yield _extra(view, module, fault)


def _report(view: View, module: Module, fault: _Fault) -> Report:
    word = fault.keyword.arg or ""
    raises = word in _RAISING or fault.owner != "Field"
    said = "was removed" if raises else "is deprecated"
    return Report(
        module,
        fault.keyword,
        f"`{word}` of `{fault.owner}` {said} in Pydantic 2, for {_INSTEAD[word]}.",
        subject=view.source(module, fault.keyword)[:80],
        severity=None if raises else "warning",
        edits=_renaming(view, module, fault),
    )


def _renaming(view: View, module: Module, fault: _Fault) -> tuple[Edit, ...]:
    word = fault.keyword.arg or ""
    new = _RENAMED.get(word)
    if new is None or any(keyword.arg in {new, None} for keyword in fault.call.keywords):
        return ()
    if word != "allow_mutation":
        return (renamed_keyword(view, module, fault.keyword, new),)
    given = literal(fault.keyword.value)
    if not isinstance(given, bool):
        return ()
    return (view.replace(module, fault.keyword, f"{new}={not given}"),)


def _extra(view: View, module: Module, fault: _Fault) -> Report:
    word = fault.keyword.arg or ""
    lost = word in {"env", "env_names"} and _is_setting(view, module, fault.call)
    message = (
        f"`{word}` of `Field` has no effect in Pydantic 2: the variable's name is `validation_alias` now."
        if lost
        else f"`{word}` is no keyword of `Field`: what describes the schema goes into `json_schema_extra`."
    )
    return Report(
        module,
        fault.keyword,
        message,
        subject=view.source(module, fault.keyword)[:80],
        severity=None if lost else "warning",
        edits=() if lost else _gathered(view, module, fault.call),
    )


def _is_setting(view: View, module: Module, call: ast.Call) -> bool:
    def fields() -> Mapping[ast.AST, ModelClass]:
        return {field.node: model for model in view.project.models for field in model.fields}

    owners = view.once("upg.removed_field_keyword", fields)
    node: ast.AST | None = call
    while node is not None and not isinstance(node, ast.stmt):
        node = view.parent(node)
    model = owners.get(node) if node is not None else None
    return model is not None and model.kind == "settings" and model.cls.module is module


def _gathered(view: View, module: Module, call: ast.Call) -> tuple[Edit, ...]:
    """Every extra keyword in one `json_schema_extra={…}`, in the place of the first."""
    extra = [one for one in call.keywords if one.arg is None or one.arg not in {*_KNOWN, *_INSTEAD}]
    has_it = any(one.arg in {"json_schema_extra", "include"} for one in call.keywords)
    if has_it or any(one.arg is None for one in extra) or any(one.arg in {"env", "extra"} for one in extra):
        return ()
    place = call.keywords.index(extra[0])
    if call.keywords[place : place + len(extra)] != extra:
        return ()  # other keywords stand between them
    lines = view.lines(module)
    start, end = lines.offsets(extra[0])[0], lines.offsets(extra[-1])[1]
    if "#" in module.text[start:end] and "\n" in module.text[start:end]:
        return ()
    inner = ", ".join(f'"{one.arg}": {view.source(module, one.value)}' for one in extra)
    return (Edit(module.path, start, end, f"json_schema_extra={{{inner}}}"),)
