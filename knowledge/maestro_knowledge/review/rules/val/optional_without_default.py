"""`Optional[…]` without a default is required."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.lookup import ancestors_of
from maestro_knowledge.project.model import Field, ModelClass, Validator
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.project.tree import has_star_arguments, walk
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.rte._marking import can_have_default
from maestro_knowledge.review.rules.rte._parameters import Taken, taken_in
from maestro_knowledge.review.rules.val._models import is_only_sent
from maestro_knowledge.review.view import View

RULE = Rule(
    id="VAL303", name="optional-without-default", severity="warning", umbrella=("API004",), fix="safe"
)

# What of a mapping reads it or puts in what is named beside it, and what only looks.
_READING = frozenset(
    {"get", "keys", "values", "items", "pop", "setdefault", "copy", "strip", "lower", "upper"}
)
_PLAIN = frozenset(
    {"isinstance", "len", "str", "int", "float", "bool", "list", "set", "ValueError", "TypeError"}
)
_MODELS = frozenset({"pydantic", "settings", "sqlmodel"})
_READ = frozenset({"query", "header", "cookie", "body", "form", "file"})
_ANNOTATED = frozenset({"typing.Annotated", "typing_extensions.Annotated"})


def check(what: Module | ModelClass, view: View) -> Iterator[Report]:
    """Reports each field and parameter that reads as if it could be left out, and cannot."""
    version = view.project.versions.get("pydantic")
    if version is not None and (version.version or "").startswith("1."):
        return  # there it does mean a default of None
    if isinstance(what, ModelClass):
        yield from _fields(view, what)
    else:
        yield from _parameters(view, what)


def _fields(view: View, model: ModelClass) -> Iterator[Report]:
    cls = model.cls
    old = any(name.startswith("pydantic.v1.") for name in ancestors_of(view.project, cls)[1])
    if model.kind not in _MODELS or old:
        return
    # What runs before validation may put the missing in.
    early = [one for one in model.validators if _sees_missing(one)]
    for field in model.fields:
        # Inherited fields are reported where they stand.
        filled = any(_may_fill(one, field.name) for one in early)
        if view.parent(field.node) is cls.node and not filled and _is_fault(view, cls.module, field):
            yield Report(
                cls.module,
                field.node,
                f"`{cls.name}.{field.name}` is `Optional` without a default: it has to be given.",
                subject=f"{cls.name}.{field.name}",
                severity="info" if is_only_sent(view, field) else None,
                edits=_with_none(view, cls.module, field.annotation, _call(field.node)),
            )


def _sees_missing(validator: Validator) -> bool:
    """Whether it gets all values before they are checked; those of one field run only where that is given."""
    whole = validator.kind == "model_validator" and validator.mode in {"before", "wrap"}
    return whole or validator.kind == "root_validator"


def _may_fill(validator: Validator, name: str) -> bool:
    """Whether it may put the field in: it names it, or writes and hands on what cannot be followed."""
    body = validator.function.node.body
    inner = [node for one in body for node in walk(one)] if isinstance(body, list) else []
    for node in inner:
        if isinstance(node, ast.Constant) and node.value == name:
            return True
        if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Constant):
            if isinstance(node.ctx, ast.Store):
                return True
        elif isinstance(node, ast.DictComp | ast.Lambda) or (isinstance(node, ast.Call) and _hands_on(node)):
            return True
    return False


def _hands_on(call: ast.Call) -> bool:
    """Whether others may write into what the call gives them."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr not in _READING
    return isinstance(call.func, ast.Name) and call.func.id not in _PLAIN


def _is_fault(view: View, module: Module, field: Field) -> bool:
    if not field.required or field.name.startswith("_") or not isinstance(field.node, ast.AnnAssign):
        return False
    return _says_optional(view, module, field.annotation) and not _is_explicit(field.node.value)


def _call(node: ast.AST) -> ast.Call | None:
    value = getattr(node, "value", None)
    return value if isinstance(value, ast.Call) else None


def _parameters(view: View, module: Module) -> Iterator[Report]:
    for taken in taken_in(view, module):
        parameter = taken.parameter
        if taken.function is None or not isinstance(taken.node, ast.arg) or parameter.location not in _READ:
            continue
        old_style = parameter.marker if not parameter.is_annotated else None
        if not parameter.required or _is_explicit(old_style) or _has_ellipsis(taken):
            continue
        if _says_optional(view, module, parameter.annotation):
            yield Report(
                module,
                taken.node,
                f"`{parameter.name}` of `{taken.function.name}` is `Optional` without a default: "
                "it has to be given in every request.",
                subject=taken.subject,
                edits=_parameter_edits(view, taken, old_style),
            )


def _has_ellipsis(taken: Taken) -> bool:
    """Whether `= ...` says that it is required."""
    arguments = taken.function.node.args if taken.function else None
    defaults = [*arguments.defaults, *arguments.kw_defaults] if arguments else []
    return any(_is_dots(one) and one is taken.parameter.default for one in defaults)


def _parameter_edits(view: View, taken: Taken, old_style: ast.Call | None) -> tuple[Edit, ...]:
    if old_style is not None and taken.parameter.marker_module is not taken.module:
        return ()
    if taken.function is None or not isinstance(taken.node, ast.arg):
        return ()
    if old_style is None and not can_have_default(taken.function, taken.node):
        return ()
    return _with_none(view, taken.module, taken.parameter.annotation, old_style)


def _with_none(
    view: View, module: Module, annotation: ast.expr | None, call: ast.Call | None
) -> tuple[Edit, ...]:
    """`x: T` becomes `x: T = None`, `Field(ge=1)` becomes `Field(default=None, ge=1)`."""
    if annotation is None or (call is not None and has_star_arguments(call)):
        return ()
    if call is None:
        return (view.insert_after(module, annotation, " = None"),)
    if call.keywords:
        return (view.insert_before(module, call.keywords[0], "default=None, "),)
    _, end = view.lines(module).offsets(call)
    return (Edit(module.path, end - 1, end - 1, "default=None"),)


def _says_optional(view: View, module: Module, node: ast.expr | None) -> bool:
    """Whether it is spelled `Optional[…]`, also within `Annotated` or behind a name: `X | None` is meant."""
    if isinstance(node, ast.Name | ast.Attribute):
        target = view.target(module, node)
        if target is None or target.kind != "value" or target.module is None:
            return False
        return isinstance(target.node, ast.Subscript) and _says_optional(view, target.module, target.node)
    if not isinstance(node, ast.Subscript):
        return False
    name = view.name(module, node.value)
    if name in _ANNOTATED and isinstance(node.slice, ast.Tuple):
        return _says_optional(view, module, node.slice.elts[0])
    return name == "typing.Optional"


def _is_explicit(node: ast.expr | None) -> bool:
    """Whether `...` says that the value is required."""
    if isinstance(node, ast.Call):
        given = [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg == "default")]
        return any(_is_dots(one) for one in given) or has_star_arguments(node)
    return _is_dots(node)


def _is_dots(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...
