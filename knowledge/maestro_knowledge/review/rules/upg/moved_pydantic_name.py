"""Names that Pydantic 2 moved elsewhere or has no longer."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.known import canonical
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.model import Edit, Rule, Severity
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.upg._editing import without_alias
from maestro_knowledge.review.rules.upg._pydantic import has_pydantic_2, is_shim
from maestro_knowledge.review.view import View

RULE = Rule(id="UPG608", name="moved-pydantic-name", severity="error", fix="safe")

# Name in Pydantic 1: where it is now, or "" where there is none; importing these raises.
_RAISES = {
    "BaseSettings": "pydantic_settings.BaseSettings",
    **dict.fromkeys(("parse_raw_as", "parse_file_as"), ""),
    **dict.fromkeys(
        (
            "ConstrainedBytes",
            "ConstrainedDate",
            "ConstrainedDecimal",
            "ConstrainedFloat",
            "ConstrainedFrozenSet",
        ),
        "",
    ),
    **dict.fromkeys(("ConstrainedInt", "ConstrainedList", "ConstrainedSet", "ConstrainedStr"), ""),
    **dict.fromkeys(("JsonWrapper", "NoneBytes", "NoneStr", "NoneStrBytes", "StrBytes", "Protocol"), ""),
    **dict.fromkeys(
        ("Required", "compiled", "create_model_from_namedtuple", "create_model_from_typeddict"), ""
    ),
    **dict.fromkeys(("stricturl", "validate_model"), ""),
    "datetime_parse.parse_date": "",
    "datetime_parse.parse_time": "",
    "datetime_parse.parse_datetime": "",
    "datetime_parse.parse_duration": "",
    "error_wrappers.ErrorWrapper": "",
    "errors.PydanticTypeError": "",
    "errors.PydanticValueError": "",
    "typing.AnyCallable": "",
    "typing.NoneType": "",
}
# These still work, with a warning.
_WARNS = {
    "error_wrappers.ValidationError": "pydantic.ValidationError",
    "PyObject": "pydantic.ImportString",
    "parse_obj_as": "pydantic.TypeAdapter",
    "tools.parse_obj_as": "pydantic.TypeAdapter",
    "schema_of": "pydantic.TypeAdapter",
    "schema_json_of": "pydantic.TypeAdapter",
    "tools.schema_of": "pydantic.TypeAdapter",
    "validate_arguments": "pydantic.validate_call",
    "decorator.validate_arguments": "pydantic.validate_call",
    "BaseConfig": "pydantic.ConfigDict",
    "Extra": "",
    "utils.GetterDict": "",
    "json.pydantic_encoder": "",
}
_PREFIX = "pydantic."
# Whatever the one spelling of a name of Pydantic is, its last part is the one that is written.
_LAST_PARTS = frozenset(name.rpartition(".")[2] for name in (*_RAISES, *_WARNS))
_SAME_THING = frozenset({"BaseSettings", "error_wrappers.ValidationError"})


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each import, or use by way of the package, of a name that is elsewhere or gone."""
    if not has_pydantic_2(view):
        return
    for statement in module.nodes.get(ast.ImportFrom, ()):
        if isinstance(statement, ast.ImportFrom) and _is_pydantic(statement) and not is_shim(view, statement):
            for alias in statement.names:
                name = canonical(f"{statement.module}.{alias.name}").removeprefix(_PREFIX)
                if name in _RAISES or name in _WARNS:
                    yield _report(module, alias, name, _edits(view, module, statement, alias, name))
    for node in module.nodes.get(ast.Attribute, ()):
        if not isinstance(node, ast.Attribute) or node.attr not in _LAST_PARTS:
            continue
        if _is_package(view, module, node) and not is_shim(view, node):
            name = view.name(module, node).removeprefix(_PREFIX)
            if name in _RAISES or name in _WARNS:
                yield _report(module, node, name, ())


def _is_pydantic(statement: ast.ImportFrom) -> bool:
    root = (statement.module or "").partition(".")
    return statement.level == 0 and root[0] == "pydantic" and not root[2].startswith("v1")


def _is_package(view: View, module: Module, node: ast.Attribute) -> bool:
    """Whether it is written `pydantic.Name`; a member of an imported class has a longer name."""
    owner = view.target(module, node.value) if isinstance(node.value, ast.Name | ast.Attribute) else None
    return owner is not None and owner.kind == "external" and owner.name.partition(".")[0] == "pydantic"


def _report(module: Module, node: ast.AST, name: str, edits: tuple[Edit, ...]) -> Report:
    last = name.rpartition(".")[2]
    raises = name in _RAISES
    now = (_RAISES if raises else _WARNS)[name]
    severity: Severity | None = None if raises else "warning"
    said = "no longer exists" if raises else "is deprecated"
    where = f": it is `{now}` now" if now in _MOVED else f", for `{now}`" if now else ""
    return Report(
        module,
        node,
        f"`pydantic.{name}` {said} in Pydantic 2{where}.",
        subject=last,
        severity=severity,
        edits=edits,
    )


_MOVED = frozenset({"pydantic_settings.BaseSettings", "pydantic.ValidationError", "pydantic.ImportString"})


def _edits(
    view: View, module: Module, statement: ast.ImportFrom, alias: ast.alias, name: str
) -> tuple[Edit, ...]:
    """The import from where the same thing is now."""
    if name not in _SAME_THING:
        return ()
    owner, _, last = (_RAISES.get(name) or _WARNS[name]).rpartition(".")
    known_as = f" as {alias.asname}" if alias.asname else ""
    return without_alias(view, module, statement, alias, f"from {owner} import {last}{known_as}")
