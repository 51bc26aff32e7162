"""`class Config` inside a model."""

import ast
from collections.abc import Iterator
from itertools import pairwise

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.lookup import ancestors_of
from maestro_knowledge.project.model import ModelClass
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.rte._importing import spelled
from maestro_knowledge.review.rules.upg._pydantic import has_pydantic_2, is_shim
from maestro_knowledge.review.view import View

RULE = Rule(id="UPG607", name="pydantic-1-config", severity="warning", fix="safe")

_MODELS = frozenset({"pydantic", "settings", "sqlmodel", "table"})
_RENAMED = {
    "orm_mode": "from_attributes",
    "allow_population_by_field_name": "populate_by_name",
    "anystr_lower": "str_to_lower",
    "anystr_upper": "str_to_upper",
    "anystr_strip_whitespace": "str_strip_whitespace",
    "keep_untouched": "ignored_types",
    "schema_extra": "json_schema_extra",
    "validate_all": "validate_default",
    "min_anystr_length": "str_min_length",
    "max_anystr_length": "str_max_length",
}
_REMOVED = frozenset(
    {"allow_mutation", "error_msg_templates", "fields", "getter_dict", "smart_union", "json_loads"}
    | {"underscore_attrs_are_private", "json_dumps", "copy_on_model_validation", "post_init_call"}
)
# Under its new name it would come into force and change the schema: that is for people to decide.
_SEEN_BY_CLIENTS = frozenset({"schema_extra", "min_anystr_length", "max_anystr_length"})
_HEAD = Pattern(r"class\s+Config\s*(\(\s*\))?\s*:")


def check(model: ModelClass, view: View) -> Iterator[Report]:
    """Reports a configuration that is written as an inner class, and the settings in it without effect."""
    cls = model.cls
    if model.kind not in _MODELS or not has_pydantic_2(view) or _is_old(view, model):
        return
    for node in cls.node.body:
        if isinstance(node, ast.ClassDef) and node.name == "Config" and not is_shim(view, node):
            yield Report(
                cls.module,
                node,
                _message(cls.name, _names(node)),
                subject=cls.qualname,
                edits=_edits(view, model, node),
            )


def _is_old(view: View, model: ModelClass) -> bool:
    return any(name.startswith("pydantic.v1.") for name in ancestors_of(view.project, model.cls)[1])


def _names(node: ast.ClassDef) -> list[str]:
    return [name for statement in node.body if (name := _target(statement))]


def _target(statement: ast.stmt) -> str:
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        return getattr(statement.targets[0], "id", "")
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        return getattr(statement.target, "id", "")
    return getattr(statement, "name", "")


def _message(owner: str, names: list[str]) -> str:
    dead = [name for name in names if name in _RENAMED or name in _REMOVED]
    said = f"`{owner}` is configured by `class Config`, which is deprecated for `model_config`"
    if not dead:
        return f"{said}."
    first = dead[0]
    what = f"`{_RENAMED[first]}`" if first in _RENAMED else "gone"
    return f"{said}, and its `{first}` has no effect: it is {what} now."


def _edits(view: View, model: ModelClass, node: ast.ClassDef) -> tuple[Edit, ...]:
    """`model_config = ConfigDict(…)` with every line and comment of the class kept."""
    module = model.cls.module
    if node.bases or node.keywords or node.decorator_list or _has_both(model):
        return ()
    names = set(_names(node))
    if names & (_REMOVED | _SEEN_BY_CLIENTS) or not _is_simple(node):
        return ()
    wanted = "pydantic_settings.SettingsConfigDict" if model.kind == "settings" else "pydantic.ConfigDict"
    word = spelled(view, module, wanted)
    start, _ = view.lines(module).offsets(node)
    head = _HEAD.match(module.text, start)
    if word is None or head is None:
        return ()
    if all(isinstance(one, ast.Pass) for one in node.body):
        return (*word[1], view.replace(module, node, f"model_config = {word[0]}()"))
    if node.lineno == node.end_lineno:
        inner = _on_one_line(view, module, node)
        text = f"model_config = {word[0]}({inner})"
        return (*word[1], view.replace(module, node, text)) if inner else ()
    edits = [*word[1], Edit(module.path, start, head.end(), f"model_config = {word[0]}(")]
    for one, following in pairwise(node.body):
        edits += _as_argument(view, module, one, following)
    return (*edits, *_last(view, module, node))


def _on_one_line(view: View, module: Module, node: ast.ClassDef) -> str:
    """The only argument of `class Config: frozen = True`."""
    only = node.body[0]
    if len(node.body) > 1 or not isinstance(only, ast.Assign):
        return ""
    name = _target(only)
    return f"{_RENAMED.get(name, name)}={view.source(module, only.value)}"


def _has_both(model: ModelClass) -> bool:
    targets = [_target(statement) for statement in model.cls.node.body]
    return "model_config" in targets


def _is_simple(node: ast.ClassDef) -> bool:
    """Whether its lines can become arguments; a docstring in front of them goes."""
    body = node.body
    is_empty = all(isinstance(one, ast.Pass) for one in body)
    lines = body[1:] if len(body) > 1 and ast.get_docstring(node) is not None else body
    return is_empty or all(isinstance(one, ast.Assign | ast.AnnAssign) and _target(one) for one in lines)


def _as_argument(
    view: View, module: Module, statement: ast.stmt, following: ast.stmt | None = None
) -> Iterator[Edit]:
    """`key = value` becomes `key=value,`; a docstring goes."""
    begin, end = view.lines(module).offsets(statement)
    if not isinstance(statement, ast.Assign | ast.AnnAssign):
        after = view.lines(module).offsets(following)[0] if following is not None else end
        gap = module.text[end:after]
        yield Edit(module.path, begin, end if "#" in gap else after, "")
        return
    name = _target(statement)
    before = statement.annotation if isinstance(statement, ast.AnnAssign) else statement.targets[0]
    _, after = view.lines(module).offsets(before)
    sign = module.text.index("=", after) + 1
    value = sign + len(module.text[sign:]) - len(module.text[sign:].lstrip(" \t"))
    yield Edit(module.path, begin, value, f"{_RENAMED.get(name, name)}=")
    yield Edit(module.path, end, end, ",")


def _last(view: View, module: Module, node: ast.ClassDef) -> Iterator[Edit]:
    """The last line as an argument, and below it, behind its comment, the closing bracket."""
    lines = view.lines(module)
    last = node.end_lineno or node.lineno
    line_end = lines.offset(last, 0) + len(lines.line(last))
    closing = f"\n{' ' * node.col_offset})"
    for edit in _as_argument(view, module, node.body[-1]):
        if edit.start == edit.end == line_end:  # two insertions at one place would be refused
            closing = edit.text + closing
        else:
            yield edit
    yield Edit(module.path, line_end, line_end, closing)
