"""`TemplateResponse(name, {"request": request})`, the old order of arguments."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.project.tree import has_star_arguments
from maestro_knowledge.project.versions import at_least
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.aut._tokens import value_of
from maestro_knowledge.review.view import View

RULE = Rule(id="UPG616", name="old-template-response", severity="error", fix="safe", since="0.108.0")

_CALLEE = "fastapi.templating.Jinja2Templates.TemplateResponse"
_NEW = ("request", "name", "context")
NEEDS = Needs(calls=frozenset({_CALLEE}))


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each template response whose first argument is the template's name."""
    versions = view.project.versions
    if at_least(versions, "starlette", "0.29.0") is False:
        return
    removed = at_least(versions, "starlette", "1.0.0") is not False
    for call, _ in view.calls_to(module, {_CALLEE}):
        if not _is_old(view, module, call):
            continue
        shown = view.source(module, call.args[0]) if call.args else "name=…"
        said = (
            f"`TemplateResponse({shown}, …)` without the request in front raises on the Starlette of today."
            if removed and _since_removal(view)
            else f"`TemplateResponse({shown}, …)` uses the deprecated order: the request comes first."
        )
        yield Report(
            module,
            call,
            said,
            subject=shown[:80],
            severity=None if removed and _since_removal(view) else "warning",
            edits=_edits(view, module, call),
        )


def _since_removal(view: View) -> bool:
    """FastAPI takes Starlette 1.0 from 0.133 on."""
    return at_least(view.project.versions, "fastapi", "0.133.0") is not False


def _is_old(view: View, module: Module, call: ast.Call) -> bool:
    if has_star_arguments(call):
        return False
    names = {keyword.arg for keyword in call.keywords}
    if call.args:
        first = value_of(view, module, call.args[0]) or call.args[0]
        if isinstance(first, ast.Constant):
            return isinstance(first.value, str)
        if isinstance(first, ast.JoinedStr):
            return True
        return view.is_a(view.type(module, first), "builtins.str")
    return "name" in names and "request" not in names and "context" in names


def _edits(view: View, module: Module, call: ast.Call) -> tuple[Edit, ...]:
    """The request, as the context has it, in front of everything."""
    if len(call.args) > 2 or any(keyword.arg == "request" for keyword in call.keywords):
        return ()
    given = next((one.value for one in call.keywords if one.arg == "context"), None)
    context = call.args[1] if len(call.args) == 2 else given
    request = _request_in(view, module, context) or _request_parameter(view, module, call)
    if not request:
        return ()
    first = call.args[0] if call.args else call.keywords[0]
    new = f"{request}, " if call.args else f"request={request}, "
    return (view.insert_before(module, first, new), *_without_key(view, module, context))


def _request_in(view: View, module: Module, context: ast.expr | None) -> str:
    """What stands under "request" in a context that is written at the call."""
    for key, value in _pairs(context):
        if (
            isinstance(key, ast.Constant)
            and key.value == "request"
            and isinstance(value, ast.Name | ast.Attribute)
        ):
            return view.source(module, value)
    return ""


def _pairs(context: ast.expr | None) -> list[tuple[ast.expr | None, ast.expr]]:
    return list(zip(context.keys, context.values, strict=True)) if isinstance(context, ast.Dict) else []


def _request_parameter(view: View, module: Module, call: ast.Call) -> str:
    """The parameter of the function around that is the request."""
    function = view.around(module, call)
    arguments = function.node.args if function is not None else None
    for one in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs] if arguments else []:
        if view.name(module, one.annotation) == "fastapi.Request":
            return one.arg
    return ""


def _without_key(view: View, module: Module, context: ast.expr | None) -> tuple[Edit, ...]:
    """The context without its request, which Starlette adds itself; where it is the first of several."""
    pairs = _pairs(context)
    if len(pairs) < 2 or pairs[0][0] is None or pairs[1][0] is None:
        return ()
    first, second = pairs[0], pairs[1]
    if not (isinstance(first[0], ast.Constant) and first[0].value == "request") or second[0] is None:
        return ()
    lines = view.lines(module)
    start, end = lines.offsets(first[0])[0], lines.offsets(second[0])[0]
    return () if "#" in module.text[start:end] else (Edit(module.path, start, end, ""),)
