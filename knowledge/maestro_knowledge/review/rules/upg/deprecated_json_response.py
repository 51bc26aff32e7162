"""`ORJSONResponse` and `UJSONResponse`."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.rte._importing import spelled
from maestro_knowledge.review.rules.upg._editing import without_argument
from maestro_knowledge.review.rules.upg._responses import DEPRECATED, KEYWORDS, given_as_class, other_defaults
from maestro_knowledge.review.view import View

RULE = Rule(id="UPG614", name="deprecated-json-response", severity="warning", fix="safe", since="0.131.0")

_MODEL = "pydantic.BaseModel"
_ENCODER = "fastapi.encoders.jsonable_encoder"
_DUMPS = frozenset({"model_dump", "dict"})
NEEDS = Needs(calls=DEPRECATED, words=KEYWORDS)


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each place where one of the classes serializes what FastAPI would serialize faster."""
    for call, keyword in given_as_class(view, module):
        name = view.name(module, keyword.value).rpartition(".")[2]
        yield Report(
            module,
            keyword,
            f"`{name}` as `{keyword.arg}` is deprecated: FastAPI serializes JSON faster without it.",
            subject=f"{keyword.arg} {view.source(module, call.func)} {_path(call)}",
            edits=_edits(view, module, call, keyword),
        )
    for call, name in view.calls_to(module, DEPRECATED):
        content = call.args[0] if call.args else _keyword(call, "content")
        # Returned by hand for what is no model it has no better form.
        if content is not None and _is_model_data(view, module, content):
            last = name.rpartition(".")[2]
            yield Report(
                module,
                call.func,
                f"`{last}` is deprecated: returned as it is, the model is serialized faster.",
                subject=view.source(module, call)[:80],
                fix="Return the model itself, with its class as the return annotation.",
                edits=() if _is_promised(view, module, call) else _plain(view, module, call.func),
            )


def _is_promised(view: View, module: Module, call: ast.Call) -> bool:
    """Whether the function says that it returns this class, so that another would contradict it."""
    function = view.around(module, call)
    return function is not None and view.name(module, function.node.returns) in DEPRECATED


def _path(call: ast.Call) -> str:
    first = call.args[0] if call.args else None
    return str(first.value) if isinstance(first, ast.Constant) else ""


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((one.value for one in call.keywords if one.arg == name), None)


def _is_model_data(view: View, module: Module, node: ast.expr) -> bool:
    """Whether a model is dumped only to be sent."""
    if isinstance(node, ast.ListComp):
        return _is_model_data(view, module, node.elt)
    if isinstance(node, ast.Call):
        if view.name(module, node.func) == _ENCODER:
            return True
        if isinstance(node.func, ast.Attribute) and node.func.attr in _DUMPS:
            return view.is_a(view.type(module, node.func.value), _MODEL)
    return view.is_a(view.type(module, node), _MODEL)


def _edits(view: View, module: Module, call: ast.Call, keyword: ast.keyword) -> tuple[Edit, ...]:
    """Without the argument; with plain JSON where a default of another kind would step in."""
    if other_defaults(view):
        return _plain(view, module, keyword.value)
    edit = without_argument(view, module, call, keyword)
    return (edit,) if edit is not None else ()


def _plain(view: View, module: Module, node: ast.expr) -> tuple[Edit, ...]:
    word = spelled(view, module, "fastapi.responses.JSONResponse")
    return (*word[1], view.replace(module, node, word[0])) if word is not None else ()
