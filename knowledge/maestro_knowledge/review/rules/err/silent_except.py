"""A broad `except` does nothing at all with what it catches."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.project.tree import literal, walk
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.err._catching import is_broad
from maestro_knowledge.review.view import View

RULE = Rule(id="ERR301", name="silent-except", severity="warning")

_BROAD = frozenset({"builtins.Exception", "builtins.BaseException"})
_FOR_TOOLS = Pattern(
    r"(noqa|nosec|nosemgrep|type:|pragma|pylint|pyright|mypy|ruff|todo|fixme|xxx|\w+:|[A-Z]{1,5}\d{3,4})",
    re.IGNORECASE,
)
# `noqa: BLE001 - the page is optional here`: a reason stands behind the mark.
_REASON = Pattern(
    r"(?:noqa|nosec|pylint)\b[:\s]*[\w,= -]{0,60}?\s(?:--?|[\u2013\u2014])\s+\w+[\w,']*\s+\w",
    re.IGNORECASE,
)
_TOLERATES = Pattern(
    r"\b(?:ignor\w*|best[- ]effort|optional\w*|(?:may|might) (?:fail|not)|can fail|never fail\w*|harmless"
    r"|(?:non|not)[- ]?(?:fatal|critical)|swallow\w*|does(?:n't| not) matter)",
    re.IGNORECASE,
)
_IMPORTS = (ast.Import, ast.ImportFrom)
# What only reads a value: that it cannot is the answer, and nothing else goes wrong there.
_READS = frozenset(
    {
        "builtins.int",
        "builtins.float",
        "builtins.complex",
        "uuid.UUID",
        "decimal.Decimal",
        "fractions.Fraction",
    }
    | {f"datetime.{cls}.fromisoformat" for cls in ("date", "datetime", "time")}
    | {"json.loads", "ast.literal_eval", "datetime.datetime.strptime", "datetime.datetime.fromtimestamp"}
    | {"ipaddress.ip_address", "ipaddress.ip_network", "base64.b64decode"}
)
_PLAIN = frozenset(f"builtins.{name}" for name in ("str", "bool", "len", "isinstance", "round", "abs"))
NEEDS = Needs(calls=frozenset({"contextlib.suppress"}), nodes=frozenset({ast.ExceptHandler}))


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each clause, and each `suppress`, that hides every failure."""
    for node in module.nodes.get(ast.ExceptHandler, ()):
        if not isinstance(node, ast.ExceptHandler) or not is_broad(view, module, node):
            continue
        if not _hides(node) or _is_explained(view, module, node) or _guards_import(view, node):
            continue
        shown = f"except {ast.unparse(node.type)}" if node.type else "except"
        yield Report(
            module,
            node,
            f"`{shown}`{_where(view, module, node)} hides every failure.",
            subject=shown,
            severity="info" if _answers_for_reading(view, module, node) else None,
        )
    for call, _ in view.calls_to(module, {"contextlib.suppress"}):
        broad = [one for one in call.args if view.name(module, one) in _BROAD]
        if broad and not _is_explained(view, module, call):
            yield Report(
                module,
                call,
                f"`{ast.unparse(call)}`{_where(view, module, call)} hides every failure.",
                subject="suppress",
            )


def _where(view: View, module: Module, node: ast.AST) -> str:
    function = view.around(module, node)
    return f" in `{function.name}`" if function else ""


def _hides(handler: ast.ExceptHandler) -> bool:
    """Whether nothing happens; of a bare clause that would have to raise again, more counts as nothing."""
    if all(_is_nothing(statement) for statement in handler.body):
        return True
    if handler.type is not None:
        return False
    inner = [node for statement in handler.body for node in walk(statement)]
    # A bare clause stops even the cancelling of a task; logging it does not make that good, but says it.
    return not any(isinstance(node, ast.Raise | ast.Call) for node in inner)


def _is_nothing(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Continue() | ast.Break():
            return True
        case ast.Return(value=value):
            return value is None or literal(value) is None
        case ast.Expr(value=ast.Constant()):
            return True
        case _:
            return False


def _is_explained(view: View, module: Module, node: ast.AST) -> bool:
    """Whether a comment in the clause, or above the `suppress`, says why."""
    lines = view.lines(module)
    first, _, last, _ = lines.place(node)
    if isinstance(node, ast.Call):
        return _says_why(lines.line(first - 1), alone=True)
    if any(_says_why(lines.line(number)) for number in range(first, last + 1)):
        return True
    block = view.parent(node)
    above = lines.line(lines.place(block)[0] - 1) if isinstance(block, ast.Try) else ""
    return _says_why(above, alone=True) and _TOLERATES.search(above) is not None


def _answers_for_reading(view: View, module: Module, handler: ast.ExceptHandler) -> bool:
    """Whether `None` or the like is returned for a value that cannot be read: `return int(text)`."""
    block = view.parent(handler)
    if not isinstance(block, ast.Try) or handler.type is None or len(block.body) != 1:
        return False
    tried = block.body[0]
    if not isinstance(tried, ast.Return | ast.Assign) or not isinstance(handler.body[-1], ast.Return):
        return False
    if any(isinstance(node, ast.Await | ast.Subscript) for node in walk(tried)):
        return False
    called = [view.name(module, node.func) for node in walk(tried) if isinstance(node, ast.Call)]
    return bool(_READS & {*called}) and {*called} <= _READS | _PLAIN


def _says_why(line: str, *, alone: bool = False) -> bool:
    """Whether the line's comment is for people: neither a mark for tools nor a thing to do."""
    before, _, comment = line.partition("#")
    if not comment or (alone and before.strip()):
        return False
    text = comment.strip()
    return _FOR_TOOLS.match(text) is None or _REASON.match(text) is not None


def _guards_import(view: View, handler: ast.ExceptHandler) -> bool:
    """Whether the block only tries what may not be installed."""
    block = view.parent(handler)
    return isinstance(block, ast.Try) and any(isinstance(one, _IMPORTS) for one in block.body)
