"""`random` makes something that nobody may guess."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.sec._secrets import is_secret_name, name_of, words_of
from maestro_knowledge.review.view import View

RULE = Rule(id="SEC611", name="random-for-secret", severity="warning", fix="unsafe")

_MAKERS = frozenset(
    {"choice", "choices", "randint", "randrange", "random", "getrandbits", "randbytes", "sample", "uniform"}
)
_NAMES = frozenset({f"{owner}.{name}" for owner in ("random", "random.Random") for name in _MAKERS})
_SECRET = frozenset(
    {
        "token",
        "otp",
        "nonce",
        "passcode",
        "password",
        "secret",
        "csrf",
        "pin",
        "apikey",
        "voucher",
        "salt",
        "captcha",
    }
)
_PROVING = Pattern(r"verif|otp|sms|2fa|reset|login|log_in|confirm|sign_?in|invite", re.IGNORECASE)
_MAKING = frozenset({"generate", "create", "make", "new", "gen", "build", "issue", "random"})
NEEDS = Needs(calls=_NAMES)


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports values of `random` that are called a token, a code, a password or the like."""
    found = [(call, name) for call, name in view.calls(module) if name in _NAMES]
    seen: set[ast.AST] = set()
    for call, _ in found:
        target = _target(view, module, call)
        statement = _statement(view, call)
        if not target or statement in seen:
            continue
        seen.add(statement)
        message = f"`{target}` is made by `random`, whose next values can be computed from earlier ones."
        together = [one for one in found if _statement(view, one[0]) is statement]
        edits = [_edit(view, module, *one) for one in together]
        whole = tuple(one for one in edits if one) if all(edits) else ()
        yield Report(module, call, message, subject=target, edits=whole)


def _statement(view: View, node: ast.AST) -> ast.AST:
    above: ast.AST | None = node
    while above is not None and not isinstance(above, ast.stmt):
        above = view.parent(above)
    return above or node


def _target(view: View, module: Module, call: ast.Call) -> str:
    """What the value is called: the variable, keyword, key or field, else the function that returns it."""
    child: ast.AST = call
    above = view.parent(call)
    while above is not None and not isinstance(above, ast.stmt):
        if isinstance(above, ast.keyword) and above.arg and _is_secret(above.arg):
            return above.arg
        if isinstance(above, ast.Dict):
            for key, value in zip(above.keys, above.values, strict=True):
                if value is child and isinstance(key, ast.Constant) and _is_secret(str(key.value)):
                    return str(key.value)
        child, above = above, view.parent(above)
    if isinstance(above, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = above.targets if isinstance(above, ast.Assign) else [above.target]
        if found := next((name for one in targets if _is_secret(name := name_of(one))), ""):
            return found
    function = view.around(module, call)
    if function is not None and _is_code(view, module, function, above):
        return "code"
    if (
        function is not None
        and _is_made_by(function.name)
        and isinstance(above, ast.Return | ast.Assign | ast.AugAssign)
    ):
        return function.name
    return ""


def _is_code(view: View, module: Module, function: Function, above: ast.AST | None) -> bool:
    """Whether it is a code, in a function that is about proving who somebody is."""
    named = isinstance(above, ast.Assign) and name_of(above.targets[0]) in {"code", "pin_code"}
    made = isinstance(above, ast.Return) and words_of(function.name)[-1:] == ["code"]
    return made or (named and _PROVING.search(view.source(module, function.node)) is not None)


def _is_secret(name: str) -> bool:
    words = [word for word in words_of(name) if not word.isdigit()]
    if not words or {"count", "index", "page"} & set(words):
        return False
    return (
        is_secret_name(name)
        or bool(_SECRET & {words[-1], "".join(words[-2:])})
        or words[-2:] in (["otp", "code"], ["session", "id"], ["reset", "link"])
    )


def _is_made_by(name: str) -> bool:
    words = words_of(name)
    return len(words) > 1 and words[0] in _MAKING and _is_secret("_".join(words[1:]))


def _edit(view: View, module: Module, call: ast.Call, name: str) -> Edit | None:
    """`random.SystemRandom()` has the same methods and asks the operating system."""
    func = call.func
    is_module = name.startswith("random.") and name.count(".") == 1
    if not is_module or not isinstance(func, ast.Attribute):
        return None
    return view.replace(module, func.value, f"{view.source(module, func.value)}.SystemRandom()")
