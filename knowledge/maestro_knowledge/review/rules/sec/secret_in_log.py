"""A secret or personal data is written to the log."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.sec._secrets import is_secret_name, name_of, words_of
from maestro_knowledge.review.rules.sec._sinks import built
from maestro_knowledge.review.rules.sec._texts import models_by_class
from maestro_knowledge.review.view import View

RULE = Rule(id="SEC616", name="secret-in-log", severity="error")

_LEVELS = frozenset(
    {
        "debug",
        "info",
        "warning",
        "warn",
        "error",
        "exception",
        "critical",
        "log",
        "trace",
        "success",
        "fatal",
        "msg",
    }
)
_LOGGERS = Pattern(r"(?:^|[._])(?:log|logger|logging|_?log(?:ger)?|audit|slog)$", re.IGNORECASE)
_PRINTS = frozenset(
    {"builtins.print", "pprint.pprint", "rich.print", "typer.echo", "sys.stdout.write", "sys.stderr.write"}
)
_PERSONAL = frozenset(
    {"ssn", "cvv", "cvc", "iban", "card number", "credit card", "passport", "passport number", "tax id"}
    | {"social security number", "date of birth", "bank account", "account number"}
)
_HIDDEN = (
    "pydantic.SecretStr",
    "pydantic.SecretBytes",
    "pydantic.types.SecretStr",
    "pydantic.types.SecretBytes",
)
_UNSAID = frozenset({"builtins.bool", "builtins.int", "builtins.float"})
_DUMPS = frozenset({"model_dump", "dict", "model_dump_json", "json", "__dict__"})
_SHOWING = frozenset(
    {"builtins.str", "builtins.repr", "builtins.dict", "builtins.vars", "json.dumps", "builtins.format"}
)
NEEDS = Needs(calls=_PRINTS, words=_LEVELS)


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports secrets among the values that are logged or printed."""
    for node in module.nodes.get(ast.Call, ()):
        if not isinstance(node, ast.Call) or not _is_log(view, module, node):
            continue
        found = _named(view, module, node) or _first(view, module, _given(node), 3)
        if found:
            yield Report(module, node, f"`{found}` is written to the log as it is.", subject=found)


def _given(call: ast.Call) -> list[ast.expr]:
    named = [one.value for one in call.keywords if one.arg not in {"exc_info", "stacklevel", "file"}]
    return [*call.args, *named]


def _named(view: View, module: Module, call: ast.Call) -> str:
    """A keyword argument that is called like a secret, as structured loggers take them."""
    for one in call.keywords:
        if one.arg and _is_secret(one.arg) and _is_value(view, module, one.value):
            return ast.unparse(one.value)
    return ""


def _is_log(view: View, module: Module, call: ast.Call) -> bool:
    name = view.name(module, call.func)
    if name in _PRINTS:
        return not _is_program(view, module)
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _LEVELS:
        return False
    if name.startswith(("logging.", "loguru.", "structlog.")):
        return True
    return bool(_LOGGERS.search(ast.unparse(call.func.value)[-60:]))


def _is_program(view: View, module: Module) -> bool:
    """Whether somebody runs the file at a terminal, where what it prints is its answer."""
    return view.once(("sec.program", module.path), lambda: _has_command_line(module))


def _has_command_line(module: Module) -> bool:
    guards = (one.test for one in module.tree.body if isinstance(one, ast.If))
    if any(ast.unparse(test).startswith("__name__ ==") for test in guards):
        return not any(called in module.text for called in ("uvicorn.run(", "FastAPI("))
    names = {alias.name for node in module.tree.body if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in module.tree.body if isinstance(node, ast.ImportFrom)}
    return bool({"typer", "click", "argparse"} & names)


def _shown(view: View, module: Module, node: ast.expr, depth: int = 3) -> str:
    """The secret that the text of the expression holds; calls that are not known may mask it."""
    if depth == 0:
        return ""
    match node:
        case ast.Name() | ast.Attribute() | ast.Subscript():
            return _read(view, module, node, depth)
        case ast.JoinedStr(values=values) | ast.BoolOp(values=values):
            return _first(view, module, values, depth)
        case ast.FormattedValue(value=value) | ast.Starred(value=value) | ast.Await(value=value):
            return _shown(view, module, value, depth)
        case ast.BinOp(op=ast.Add() | ast.Mod()):
            return _first(view, module, [node.left, node.right], depth)
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return _first(view, module, items, depth)
        case ast.Dict():
            return _in_dict(view, module, node, depth)
        case ast.Call():
            return _called(view, module, node, depth)
        case _:
            return ""


def _first(view: View, module: Module, nodes: list[ast.expr], depth: int) -> str:
    return next((found for one in nodes if (found := _shown(view, module, one, depth))), "")


def _in_dict(view: View, module: Module, node: ast.Dict, depth: int) -> str:
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and _is_secret(str(key.value)) and _is_value(view, module, value):
            return ast.unparse(value)
    return _first(view, module, node.values, depth)


def _called(view: View, module: Module, node: ast.Call, depth: int) -> str:
    if isinstance(node.func, ast.Attribute):
        if node.func.attr == "get_secret_value":
            return ast.unparse(node)
        if (
            node.func.attr in _DUMPS
            and not node.args
            and not any(one.arg in {"exclude", "include"} for one in node.keywords)
        ):
            return _model(view, module, node.func.value)
        if node.func.attr in {"get", "pop"} and _is_secret(name_of(node)):
            return ast.unparse(node)
        if node.func.attr == "format":
            return _first(view, module, [*node.args, *(one.value for one in node.keywords)], depth)
    return _first(view, module, node.args, depth) if view.name(module, node.func) in _SHOWING else ""


def _read(view: View, module: Module, node: ast.expr, depth: int) -> str:
    name = name_of(node)
    if _is_secret(name) or name in {"authorization", "Authorization"}:
        return ast.unparse(node) if _is_value(view, module, node) else ""
    if name == "headers" and view.is_a(view.type(module, getattr(node, "value", None)), "fastapi.Request"):
        return ast.unparse(node)
    if whole := _model(view, module, node):
        return whole
    made = built(view, module, node)
    return (
        _shown(view, module, made, depth - 1)
        if made is not node and isinstance(made, ast.JoinedStr | ast.BinOp | ast.Dict)
        else ""
    )


def _is_secret(name: str) -> bool:
    words = words_of(name)
    # Lines of a log are tied together by a session's id; a signature is of what was sent, or of a function.
    if words[-2:] == ["session", "id"] or words[-1:] == ["signature"] or words[:1] == ["should"]:
        return False
    return (
        is_secret_name(name)
        or " ".join(words[-2:]) in _PERSONAL
        or (bool(words) and words[-1] in _PERSONAL)
        or " ".join(words[-3:]) in _PERSONAL
    )


def _is_value(view: View, module: Module, node: ast.expr) -> bool:
    """Whether the expression is the secret, rather than something about it."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        return False
    if isinstance(node, ast.Name) and _is_other(view, module, node):
        return False
    if not isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.JoinedStr) and not (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"get_secret_value", "get", "decode"}
    ):
        return False
    made = built(view, module, node)
    if made is not node and (
        isinstance(made, ast.Constant) or _hides(made) or _is_piece(made) or _is_truth(made)
    ):
        return False
    what = view.type(module, node)
    if what is not None and (what.name in _UNSAID or what.name in _HIDDEN or what.is_class):
        return False
    model = models_by_class(view).get(what.cls) if what is not None and what.cls else None
    return model is None or bool(_secret_field(view, model.cls.node, module, node))


def _is_other(view: View, module: Module, node: ast.Name) -> bool:
    """Whether the name is that of an exception, or of one piece of a text: `for token in stream`."""
    function = view.around(module, node)
    bindings = (function.scope if function else module.scope).bindings.get(node.id, [])
    pieces = node.id in {"token", "tokens", "tok"}
    return bool(bindings) and all(one.kind == "except" or (pieces and one.kind == "for") for one in bindings)


def _hides(made: ast.expr) -> bool:
    return isinstance(made, ast.Call) and bool(
        re.search(
            r"mask|redact|hash|hide|obfus|len\b|bool\b|digest|encrypt|censor|shorten|fingerprint",
            ast.unparse(made.func),
            re.IGNORECASE,
        )
    )


def _is_truth(made: ast.expr) -> bool:
    """Whether it says yes or no: `bool(code) and not code.is_used`."""
    if isinstance(made, ast.BoolOp) and isinstance(made.op, ast.And):
        return any(_is_truth(one) or _hides(one) for one in made.values)
    return isinstance(made, ast.Compare) or (isinstance(made, ast.UnaryOp) and isinstance(made.op, ast.Not))


def _is_piece(made: ast.expr) -> bool:
    text = made
    while isinstance(text, ast.BinOp):
        text = text.left
    pieces = [one for one in walk(made) if isinstance(one, ast.Subscript)]
    return isinstance(text, ast.Subscript | ast.JoinedStr) and any(
        isinstance(one.slice, ast.Slice) for one in pieces
    )


def _model(view: View, module: Module, node: ast.expr) -> str:
    """A model that is shown as a whole and has a field for a secret."""
    what = view.type(module, node)
    model = (
        models_by_class(view).get(what.cls) if what is not None and what.cls and not what.is_class else None
    )
    if model is None or model.kind not in {"pydantic", "settings", "sqlmodel", "dataclass"}:
        return ""
    secret = _secret_field(view, model.cls.node, module, node)
    return f"{ast.unparse(node)}.{secret}" if secret else ""


def _secret_field(view: View, cls: ast.ClassDef, module: Module, node: ast.expr) -> str:
    """The field of the model that holds a secret as plain text and shows up in its text."""
    del module, node
    model = next(one for one in view.project.models if one.cls.node is cls)
    if any(name in model.cls.methods for name in ("__repr__", "__str__", "__repr_args__")):
        return ""
    for one in model.fields:
        hidden = isinstance(shown := one.keywords.get("repr"), ast.Constant) and shown.value is False
        is_text = one.type is not None and one.type.name in {"builtins.str", "builtins.bytes"}
        if is_text and not hidden and _is_secret(one.name):
            return one.name
    return ""
