"""A status code that says less than it could: errors as 200, not-found as 400, numbers beside names."""

import ast
import re
from collections.abc import Iterator, Sequence
from http import HTTPStatus

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.project.tree import keywords_of, literal, walk
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.rsp._answers import is_response, response_status, returned_call, status_of
from maestro_knowledge.review.rules.rsp._spelling import spelled, status_name
from maestro_knowledge.review.view import View

RULE = Rule(id="RSP418", name="unspecific-status", severity="info", umbrella=("API004",), fix="suggest")

_EXCEPTIONS = frozenset({"fastapi.HTTPException", "starlette.exceptions.HTTPException"})
_BETTER = (
    (Pattern(r"\b(not found|does ?n[o']t exist|no such|unknown id)\b", re.IGNORECASE), 404),
    (Pattern(r"\b(already exists|already taken|duplicate|already registered)\b", re.IGNORECASE), 409),
    (
        Pattern(
            r"\b(unauthori[sz]ed|not authenticated|invalid (token|credentials)|log ?in first)\b",
            re.IGNORECASE,
        ),
        401,
    ),
    (Pattern(r"\b(forbidden|not allowed|permission|access denied)\b", re.IGNORECASE), 403),
    (Pattern(r"\b(too many requests|rate limit)\b", re.IGNORECASE), 429),
)
_VAGUE = frozenset({400, 500})
# Whoever answers 400 to a name that is taken has made a choice that many make.
_CHOICES = frozenset({(400, 409), (400, 401)})
_SPOKEN = (ast.JoinedStr, ast.Constant, ast.Call, ast.BinOp)
_SUCCESS_KEYS = frozenset({"success", "ok"})
_FAILURES = frozenset({"error", "failed", "failure", "fail"})
_ERROR_KEYS = frozenset({"error", "errors", "err", "error_message"})


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports vague errors one by one, and the mixing of numbers with names once a file."""
    yield from _vague(module, view)
    for function in module.functions:
        if any(operation.kind == "http" for operation in view.operations(function)):
            yield from _errors_as_success(function, view)
    yield from _mixed(module, view)


def _vague(module: Module, view: View) -> Iterator[Report]:
    for node, _ in view.calls_to(module, _EXCEPTIONS):
        given = _status_node(node)
        status = status_of(view, module, given)
        named = keywords_of(node)
        detail = named.get("detail") or (node.args[1] if len(node.args) > 1 else None)
        if given is None or status not in _VAGUE or detail is None:
            continue
        words = " ".join(
            one.value for one in walk(detail) if isinstance(one, ast.Constant) and isinstance(one.value, str)
        )
        better = next((code for pattern, code in _BETTER if pattern.search(words)), None)
        if better is None or (status, better) in _CHOICES:
            continue
        yield Report(
            module,
            node,
            f"{status} says less than its text `{words.strip()[:60]}`, for which there is {better}.",
            subject=f"{status} {words[:60]}",
            edits=_replaced(view, module, given, better),
        )


def _status_node(node: ast.Call) -> ast.expr | None:
    return keywords_of(node).get("status_code") or (node.args[0] if node.args else None)


def _errors_as_success(function: Function, view: View) -> Iterator[Report]:
    """`return {"error": …}` and `JSONResponse({"error": …})` without a status of an error."""
    for node in view.own(function, ast.Return):
        value: ast.expr | None = node.value
        made = returned_call(function, node)
        if made is not None:
            value = keywords_of(made).get("content") or (made.args[0] if made.args else None)
        key = _error_key(value) if isinstance(value, ast.Dict) else ""
        if key and not _sets_status(view, function) and (made is None or _succeeds(view, function, made)):
            yield Report(
                function.module,
                node,
                f"`{function.name}` answers `{key}` with a status of success.",
                subject=key,
            )


def _sets_status(view: View, function: Function) -> bool:
    """Whether a status is set on the injected response, which goes with whatever is returned."""
    return any(
        node.attr == "status_code" and isinstance(node.ctx, ast.Store)
        for node in view.own(function, ast.Attribute)
    )


def _succeeds(view: View, function: Function, made: ast.Call) -> bool:
    """Whether the call makes a response whose status is known, and none of an error."""
    if not is_response(view, function.module, made):
        return False
    status = response_status(view, function.module, made)
    return status is not None and status < HTTPStatus.BAD_REQUEST


def _error_key(node: ast.Dict) -> str:
    for key, value in zip(node.keys, node.values, strict=True):
        name = literal(key) if key is not None else None
        if isinstance(name, str) and _says_failure(name.lower(), value):
            return name
    return ""


def _says_failure(key: str, value: ast.expr) -> bool:
    # `"error": None` belongs to a success, and `"errors": errors` may be a list of what was skipped.
    if key in _ERROR_KEYS:
        return isinstance(value, _SPOKEN) and bool(literal(value))
    if key in _SUCCESS_KEYS:
        return literal(value) is False
    return key == "status" and str(literal(value)).lower() in _FAILURES


def _mixed(module: Module, view: View) -> Iterator[Report]:
    """The first number in a file that spells status codes by name elsewhere."""
    numbers: list[ast.expr] = []
    names = 0
    for given in _given_codes(module, view):
        if not isinstance(given, ast.Constant):
            names += view.name(module, given).startswith(("fastapi.status.", "http.HTTPStatus."))
        elif isinstance(given.value, int) and not isinstance(given.value, bool):
            numbers.append(given)
    if not numbers or not names:
        return
    first, rest = numbers[0], len(numbers) - 1
    is_number = f" and {rest} more are numbers" if rest else " is a number"
    yield Report(
        module,
        first,
        f"The status code `{ast.unparse(first)}`{is_number}, where others in this file have names.",
        subject="mixed",
        edits=_named(view, module, numbers),
    )


def _given_codes(module: Module, view: View) -> Iterator[ast.expr]:
    """What stands where a status code is given, by its keyword or first to an exception, in source order."""
    raising = {call for call, _ in view.calls_to(module, _EXCEPTIONS)}
    codes = {
        view.parent(one): one.value
        for one in module.nodes.get(ast.keyword, ())
        if isinstance(one, ast.keyword) and one.arg == "status_code"
    }
    for call in module.nodes.get(ast.Call, ()) if raising or codes else ():
        if call in codes:
            yield codes[call]
        elif call in raising and isinstance(call, ast.Call) and call.args:
            yield call.args[0]


def _replaced(view: View, module: Module, given: ast.expr, better: int) -> tuple[Edit, ...]:
    spell = spelled if isinstance(given, ast.Constant) else status_name
    text = spell(view, module, better, given)
    return (view.replace(module, given, text),) if text else ()


def _named(view: View, module: Module, numbers: Sequence[ast.expr]) -> tuple[Edit, ...]:
    """All of them by name, so that nothing is mixed any more; nothing where one has none."""
    names = [status_name(view, module, status_of(view, module, one) or 0, one) for one in numbers]
    if not all(names):
        return ()
    return tuple(view.replace(module, given, name) for given, name in zip(numbers, names, strict=True))
