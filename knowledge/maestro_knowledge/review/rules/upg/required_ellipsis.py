"""`...` as the default that means "required"."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.project.tree import has_star_arguments
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.upg._editing import without_argument
from maestro_knowledge.review.view import View

RULE = Rule(id="UPG613", name="required-ellipsis", severity="info", fix="safe", preview=True)

_MARKERS = frozenset(
    {"fastapi.Query", "fastapi.Path", "fastapi.Header", "fastapi.Cookie", "fastapi.Body", "fastapi.Form"}
    | {"fastapi.File", "pydantic.Field"}
)
NEEDS = Needs(calls=_MARKERS)


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each parameter or field that says with `...` what leaving the default out says."""
    for call, name in view.calls_to(module, _MARKERS):
        given = _ellipsis(call)
        if given is not None and not has_star_arguments(call):
            last = name.rpartition(".")[2]
            yield Report(
                module,
                given,
                f"`...` in `{last}` says what no default says: the value is required.",
                subject=view.source(module, call)[:80],
                edits=_edits(view, module, call, given),
            )


def _ellipsis(call: ast.Call) -> ast.expr | None:
    first = call.args[0] if call.args else None
    first = first or next((one.value for one in call.keywords if one.arg == "default"), None)
    return first if isinstance(first, ast.Constant) and first.value is ... else None


def _edits(view: View, module: Module, call: ast.Call, given: ast.expr) -> tuple[Edit, ...]:
    part = next((one for one in call.keywords if one.value is given), given)
    edit = without_argument(view, module, call, part)
    return (edit,) if edit is not None else ()
