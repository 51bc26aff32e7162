"""A secret is compared with `==`."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.sec._secrets import (
    is_name,
    is_secret_name,
    looks_chosen,
    name_of,
    words_of,
)
from maestro_knowledge.review.rules.sec._sinks import built
from maestro_knowledge.review.view import View

RULE = Rule(id="SEC612", name="secret-compared-by-equality", severity="warning", fix="unsafe")

_DIGESTS = frozenset({"hexdigest", "digest"})
_QUERIES = frozenset(
    {"where", "filter", "filter_by", "and_", "or_", "having", "find", "on", "join", "outerjoin"}
)
_TWICE = frozenset(
    {"confirm", "confirmation", "confirmed", "repeat", "again", "new", "old", "retype", "normalized", "raw"}
    | {"existing", "prior", "previous", "last", "default", "placeholder"}
)
_MADE = frozenset({"signature", "digest", "hmac"})  # of anything, unless something is verified nearby
_OTHER_KEYS = frozenset(
    {"public", "primary", "foreign", "sort", "partition", "cache", "idempotency", "object"}
)
_VERIFYING = Pattern(r"hmac|webhook|verif|authent|expected", re.IGNORECASE)
_PASSWORDS = frozenset({"password", "passwd", "pwd", "pass"})
_TEXTS = frozenset({"builtins.str"})
NEEDS = Needs(nodes=frozenset({ast.Compare}))


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports `==` and `!=` between what a client sent as a secret and the secret itself."""
    for node in module.nodes.get(ast.Compare, ()):
        if not isinstance(node, ast.Compare) or len(node.ops) != 1:
            continue
        if not isinstance(node.ops[0], ast.Eq | ast.NotEq):
            continue
        left, right = node.left, node.comparators[0]
        secret = _secret(view, module, left, right)
        function = view.around(module, node)
        if function is not None and function.name in {"__eq__", "__ne__"}:
            continue
        if secret and not _is_query(view, module, node):
            yield Report(
                module,
                node,
                f"`{secret}` is compared with `{'==' if isinstance(node.ops[0], ast.Eq) else '!='}`, "
                "which takes longer the more of it is right.",
                subject=secret,
                edits=_edits(view, module, node),
            )


def _secret(view: View, module: Module, left: ast.expr, right: ast.expr) -> str:
    """The name of the secret, if both sides are secrets, or one is and the other a text of that weight."""
    for one, other in ((left, right), (right, left)):
        if _is_read_by_scheme(view, module, one) and isinstance(
            other, ast.Name | ast.Attribute | ast.Subscript
        ):
            return ast.unparse(one)
    names = [_any_name(view, module, one) for one in (left, right)]
    found = [name for name in names if name]
    if (
        not found
        or _is_form(left, right, names)
        or _is_fingerprint(module, found)
        or any(_is_number(view, module, one) for one in (left, right))
    ):
        return ""
    other = right if names[0] else left
    if len(found) == 2:
        # Users' passwords are not compared at all, but verified: SEC610 speaks about these.
        both = all(set(words_of(name)) & _PASSWORDS for name in names)
        return "" if both and not any(_is_configured(one) for one in (left, right)) else found[0]
    if isinstance(other, ast.Constant):
        text = other.value.decode("latin-1") if isinstance(other.value, bytes) else other.value
        is_value = isinstance(text, str) and not is_name(text) and looks_chosen(text)
        return found[0] if is_value else ""
    mine = left if names[0] else right
    is_value = isinstance(other, ast.Name | ast.Attribute | ast.Subscript)
    # One side is the application's own: the other can only be what somebody sent. Two of its own: a default.
    return found[0] if _is_configured(other) != (is_value and _is_configured(mine)) else ""


def _is_read_by_scheme(view: View, module: Module, node: ast.expr) -> bool:
    """Whether a parameter gets what a client sent as its API key: `key: str = Security(APIKeyHeader(…))`."""
    if not isinstance(node, ast.Name):
        return False
    function = view.around(module, node)
    bindings = function.scope.bindings.get(node.id, ()) if function else ()
    return len(bindings) == 1 and bindings[0].node in view.once("sec.keys", lambda: _keys(view))


def _keys(view: View) -> frozenset[ast.AST]:
    """The parameters that an API key scheme fills."""
    taken = [one for route in view.project.routes for one in route.parameters]
    found: set[ast.AST] = set()
    while taken:
        one = taken.pop()
        if one.dependency is None or one.node in found:
            continue
        if one.dependency.scheme and one.dependency.scheme.name.startswith("APIKey"):
            found.add(one.node)
        taken += one.dependency.parameters
    return frozenset(found)


def _is_fingerprint(module: Module, names: list[str]) -> bool:
    """Whether only signatures and digests are compared, of functions or contents for all that is known."""
    made = all(words_of(name)[-1:] and words_of(name)[-1] in {*_MADE, *_DIGESTS} for name in names)
    return made and not _VERIFYING.search(module.text)


def _any_name(view: View, module: Module, node: ast.expr) -> str:
    """What the side is called, or what its text holds or was made from: `f"sha256={digest}"`."""
    parts: list[ast.expr] = [node]
    if isinstance(node, ast.JoinedStr):
        parts = [one.value for one in node.values if isinstance(one, ast.FormattedValue)]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [node.left, node.right]
    found = (_name(one) or _name(built(view, module, one)) for one in parts)
    return next((name for name in found if name), "")


def _name(node: ast.expr) -> str:
    """What the side is called if it is a secret, a signature or a digest."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _DIGESTS:
        return node.func.attr
    name = name_of(node)
    words = words_of(name)
    if words[-2:] == ["session", "id"]:
        return ""  # which of several it is, as often as what lets somebody in
    if words[-2:] == ["expected", "signature"] or (words and words[0] in {"expected", "correct", "valid"}):
        name = "_".join(words[1:])
    if words[-1:] in (["hmac"], ["digest"]) and len(words) > 1:
        return name
    if words[-1:] == ["key"] and len(words) > 1 and _is_configured(node) and not _OTHER_KEYS & set(words):
        return name  # `settings.geo_key`, `os.environ["GEO_KEY"]`: what a client has to know
    return name if is_secret_name(name) else ""


def _is_form(left: ast.expr, right: ast.expr, names: list[str]) -> bool:
    """Whether one thing is asked for twice."""
    if any(_TWICE & set(words_of(name)) for name in (*names, name_of(left), name_of(right))):
        return True
    if isinstance(left, ast.Attribute) and isinstance(right, ast.Attribute):
        return ast.unparse(left.value) == ast.unparse(right.value)
    return False


def _is_configured(node: ast.expr) -> bool:
    """Whether the value is the application's own: a constant, a setting, the environment."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value if node.func.attr in {"get_secret_value", "encode"} else node
    text = ast.unparse(node)
    if isinstance(node, ast.Name):
        return node.id.isupper()
    words = set(words_of(text))
    return bool(words & {"settings", "config", "environ", "getenv", "conf"})


def _is_number(view: View, module: Module, node: ast.expr) -> bool:
    what = view.type(module, node)
    return what is not None and (
        what.name in {"builtins.int", "builtins.float", "builtins.bool"} or what.is_class
    )


def _is_query(view: View, module: Module, node: ast.Compare) -> bool:
    """Whether the comparison becomes SQL: it stands in a query, or a side is the column of a class."""
    sides = (node.left, node.comparators[0])
    for side in sides:
        what = view.type(module, side.value) if isinstance(side, ast.Attribute) else None
        if what is not None and what.is_class:
            return True
    above = view.parent(node)
    while above is not None and not isinstance(above, ast.stmt):
        if isinstance(above, ast.Call) and name_of(above.func) in _QUERIES:
            return True
        above = view.parent(above)
    return False


def _edits(view: View, module: Module, node: ast.Compare) -> tuple[Edit, ...]:
    """`secrets.compare_digest(…)`, imported where neither `secrets` nor `hmac` is."""
    imports = [one for one in module.tree.body if isinstance(one, ast.Import)]
    names = [alias.name for one in imports for alias in one.names if not alias.asname]
    tool = next((name for name in names if name in {"secrets", "hmac"}), "")
    edits: list[Edit] = []
    if not tool:
        first = _first_import(module)
        if first is None or "secrets" in module.scope.bindings:
            return ()
        tool = "secrets"
        edits.append(view.insert_before(module, first, "import secrets\n"))
    sides = [node.left, node.comparators[0]]
    types = [view.type(module, one) for one in sides]
    # Text beyond ASCII is refused: both sides become bytes where both are known to be text.
    is_text = all(what is not None and what.name in _TEXTS and not what.is_optional for what in types)
    is_text = is_text and all(
        isinstance(one, ast.Name | ast.Attribute | ast.Call | ast.Constant) for one in sides
    )
    given = [view.source(module, one) + (".encode()" if is_text else "") for one in sides]
    negation = "not " if isinstance(node.ops[0], ast.NotEq) else ""
    edits.append(view.replace(module, node, f"{negation}{tool}.compare_digest({', '.join(given)})"))
    return tuple(edits)


def _first_import(module: Module) -> ast.stmt | None:
    """The first import that another may stand before."""
    return next(
        (
            one
            for one in module.tree.body
            if isinstance(one, ast.Import) or (isinstance(one, ast.ImportFrom) and one.module != "__future__")
        ),
        None,
    )
