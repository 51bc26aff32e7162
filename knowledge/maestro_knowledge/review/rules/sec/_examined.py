"""Which values a function looks at before it uses them: then something may have been ruled out."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.inference import called, result_of
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.view import View

# They say whether something is there, not whether it is harmless.
_WEAK_CALLS = frozenset(
    {
        "len",
        "bool",
        "isinstance",
        "exists",
        "is_file",
        "is_dir",
        "isfile",
        "isdir",
        "get",
        "endswith",
        "strip",
    }
    | {"lower", "upper", "type", "hasattr", "str", "getattr", "keys", "any", "all", "encode", "decode"}
)
_RAISING = frozenset(
    {"is_relative_to", "relative_to", "commonpath", "commonprefix", "fullmatch", "ip_address"}
)
_CHECKS = Pattern(
    r"valid|check|ensure|verif|assert|guard|sanit|allow|safe|require|forbid|reject|trust|inside",
    re.IGNORECASE,
)
_PARTS = frozenset("./\\:;|&%<> '\"`$@")


def dotted(node: ast.AST | None) -> str:
    """A name or a path of attributes as it is written; "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (head := dotted(node.value)):
        return f"{head}.{node.attr}"
    return ""


_TESTING = (ast.Call, ast.If, ast.While, ast.IfExp, ast.Assert, ast.Match, ast.comprehension)


def examined(view: View, function: Function) -> frozenset[str]:
    """The names and dotted paths that are tested, and those that the tested ones were made from."""
    return view.once(("sec.examined", function), lambda: _examined(view, function))


def _examined(view: View, function: Function) -> frozenset[str]:
    seen: set[str] = set()
    for node in function.scope.nodes:
        for tested in _tested(view, function, node) if isinstance(node, _TESTING) else ():
            if not _is_look_up(view, function, tested):
                seen |= _paths(tested)
    waiting = list(seen)
    while waiting:
        for binding in function.scope.bindings.get(waiting.pop(), ()):
            if binding.value is None or binding.kind not in {"assign", "unpack", "for", "with"}:
                continue
            for found in _paths(binding.value) - seen:
                seen.add(found)
                waiting.append(found)
    return frozenset(seen)


def _tested(view: View, function: Function, node: ast.AST) -> Iterator[ast.expr]:
    """The expressions that the node rules something out by."""
    if isinstance(node, ast.If | ast.While | ast.IfExp | ast.Assert):
        yield from _of_condition(node.test)
    elif isinstance(node, ast.Match):
        yield node.subject
    elif isinstance(node, ast.comprehension):
        for condition in node.ifs:
            yield from _of_condition(condition)
    elif isinstance(node, ast.Call):
        name = _last(node.func)
        if name in _RAISING or (_is_statement(view, node) and _is_check(view, function, node, name)):
            yield from node.args
            yield from (keyword.value for keyword in node.keywords)
            if isinstance(node.func, ast.Attribute):
                yield node.func.value


def _is_look_up(view: View, function: Function, tested: ast.expr) -> bool:
    """Whether a call of the project's own asks for something by the value, and does not judge the value."""
    if not isinstance(tested, ast.Call) or _CHECKS.search(_last(tested.func)):
        return False
    target = called(view.project, function.module, tested.func)
    if target is None or target.function is None:
        return False
    given = result_of(view.project, target.function)
    return given is not None and given.name not in {"builtins.bool", "?"}


def _of_condition(test: ast.expr) -> Iterator[ast.expr]:
    if isinstance(test, ast.BoolOp):
        for value in test.values:
            yield from _of_condition(value)
    elif isinstance(test, ast.UnaryOp):
        yield from _of_condition(test.operand)
    elif isinstance(test, ast.NamedExpr | ast.Await):
        yield from _of_condition(test.value)
    elif isinstance(test, ast.Compare):
        yield from _of_comparison(test)
    elif isinstance(test, ast.Call) and _last(test.func) == "any":
        yield from test.args
    elif isinstance(test, ast.Call) and _last(test.func) not in _WEAK_CALLS:
        yield test


def _of_comparison(test: ast.Compare) -> Iterator[ast.expr]:
    sides = [test.left, *test.comparators]
    operator = test.ops[0]
    if isinstance(operator, ast.Is | ast.IsNot | ast.Lt | ast.LtE | ast.Gt | ast.GtE):
        return
    if isinstance(operator, ast.Eq | ast.NotEq) and any(_is_empty(one) for one in sides):
        return
    first = test.left
    if isinstance(operator, ast.In | ast.NotIn) and isinstance(first, ast.Constant):
        # `"url" in payload` asks for a key, `"/" in name` for a character.
        if isinstance(first.value, str) and not _PARTS & set(first.value):
            return
        yield sides[1]
        return
    yield from (one for one in sides if not (isinstance(one, ast.Call) and _last(one.func) == "len"))


def _paths(node: ast.AST) -> set[str]:
    """Every name and dotted path inside, and of a path also what it is an attribute of."""
    found: set[str] = set()
    for part in walk(node):
        if path := dotted(part):
            above = getattr(part, "ctx", None)
            if isinstance(above, ast.Load):
                found.add(path)
    # `payload.kind == …` says nothing of `payload.url`, `parsed.hostname == …` much of `parsed`.
    for path in [one for one in found if "." in one]:
        head = path.rpartition(".")[0]
        if _only_as_head(node, head):
            found.discard(head)
            if path.rpartition(".")[2] in _OF_TEXT:
                found.add(head)
    return found


_OF_TEXT = frozenset(
    {"host", "hostname", "netloc", "scheme", "path", "port", "parts", "parent", "parents", "name", "suffix"}
    | {
        "startswith",
        "isalnum",
        "isidentifier",
        "isdigit",
        "isnumeric",
        "isalpha",
        "isdecimal",
        "match",
        "query",
    }
    | {"is_absolute", "resolve", "is_private", "is_global", "is_loopback", "unicode_host", "count", "find"}
)


def _only_as_head(node: ast.AST, head: str) -> bool:
    """Whether every mention of `head` inside has an attribute behind it."""
    holders = {id(part.value) for part in walk(node) if isinstance(part, ast.Attribute)}
    return all(id(part) in holders for part in walk(node) if dotted(part) == head)


def _is_statement(view: View, call: ast.Call) -> bool:
    above = view.parent(call)
    return isinstance(above, ast.Expr) or (
        isinstance(above, ast.Await) and isinstance(view.parent(above), ast.Expr)
    )


def _is_check(view: View, function: Function, call: ast.Call, name: str) -> bool:
    target = called(view.project, function.module, call.func)
    if target is not None and target.function is not None:
        raises = any(isinstance(node, ast.Raise) for node in target.function.scope.nodes)
        return raises and bool(_CHECKS.search(name) or _only_raises(target.function))
    return bool(_CHECKS.search(name))


def _only_raises(function: Function) -> bool:
    """Whether the function does nothing but test: no value is returned, nothing is stored."""
    return not any(isinstance(node, ast.Return) and node.value for node in function.scope.nodes) and all(
        isinstance(one, ast.If | ast.Raise | ast.Expr | ast.Assign | ast.Try) for one in function.node.body
    )


def _last(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def _is_empty(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and (node.value is None or node.value in {"", b"", 0})
