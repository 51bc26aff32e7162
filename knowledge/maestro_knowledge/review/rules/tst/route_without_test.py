"""Routes whose path no test mentions."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.project.app_map import shown_methods, shown_path
from maestro_knowledge.project.application import Route
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Ask
from maestro_knowledge.review.rules.tst._testing import is_test
from maestro_knowledge.review.view import View

RULE = Rule(id="TST306", name="route-without-test", severity="question", preview=True, tests=True)

_SHOWN = 8
_ANY = "{}"


def check(project: Project, view: View) -> Iterator[Ask]:
    """Asks once which tests cover the routes whose path, and whose handler, no test names."""
    tests = [one for one in project.modules if one.is_test]
    if not any(is_test(function) for module in tests for function in module.functions):
        return
    texts = frozenset(text for module in tests for text in _paths_in(module))
    names = frozenset(name for module in tests for name in _names_in(module))
    missing: dict[str, Route] = {}
    for route in project.routes:
        operation = route.operation
        judged = operation.module.in_scope and not operation.module.is_test and operation.kind == "http"
        if not judged or route.path is None or route.app is None or not route.in_schema:
            continue
        if operation.handler.rpartition(".")[2] in names or _is_mentioned(route.path, texts):
            continue
        missing.setdefault(f"{'|'.join(shown_methods(route))} {shown_path(route)}", route)
    if missing:
        yield _ask(view, missing, tests)


def _ask(view: View, missing: dict[str, Route], tests: list[Module]) -> Ask:
    shown = list(missing)[:_SHOWN]
    more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
    first = next(iter(missing.values())).operation
    return Ask(
        asks=f"No test mentions {', '.join(f'`{one}`' for one in shown)}{more}: where are they tested?",
        looked_for="the path of the route, with any values, or the name of its handler",
        looked_in=tuple(one.path for one in tests[:20]),
        seen_near=tuple(_place(view, name, route) for name, route in list(missing.items())[:5]),
        module=first.module,
        node=first.function.node if first.function else first.node,
    )


def _place(view: View, name: str, route: Route) -> str:
    module = route.operation.module
    return f"{module.path}:{view.lines(module).place(route.operation.node)[0]} {name}"


def _paths_in(module: Module) -> Iterator[str]:
    """Texts that may be a path; of a formatted one each value is left open."""
    for node in module.nodes.get(ast.Constant, ()):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "/" in node.value:
            yield _bare(node.value)
    for node in module.nodes.get(ast.JoinedStr, ()):
        if isinstance(node, ast.JoinedStr):
            parts = [one.value if isinstance(one, ast.Constant) else _ANY for one in node.values]
            yield _bare("".join(map(str, parts)))


def _bare(text: str) -> str:
    """The path of a URL without host, query and closing slash."""
    return re.sub(r"^https?://[^/]*", "", text).partition("?")[0].rstrip("/")


def _names_in(module: Module) -> Iterator[str]:
    yield from (node.attr for node in module.nodes.get(ast.Attribute, ()) if isinstance(node, ast.Attribute))
    yield from (node.id for node in module.nodes.get(ast.Name, ()) if isinstance(node, ast.Name))
    for node in module.nodes.get(ast.Constant, ()):  # `app.url_path_for("read_order")`
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            yield node.value


def _is_mentioned(path: str, texts: frozenset[str]) -> bool:
    wanted = path.rstrip("/").split("/")
    for text in texts:
        given = text.split("/")
        if given and given[0] == _ANY:  # `f"{BASE}/orders"`
            length = len(given) - 1
            if length and _fits(wanted[-length:], given[1:]):
                return True
        elif _fits(wanted, given) or (
            _ends_in_any_path(wanted) and _fits(wanted[:-1], given[: len(wanted) - 1])
        ):
            return True
    return path in {"", "/"} and bool({"", "/"} & texts)


def _ends_in_any_path(wanted: list[str]) -> bool:
    return wanted[-1].endswith(":path}")


def _fits(wanted: list[str], given: list[str]) -> bool:
    """Whether each part is the same, or open on either side."""
    if len(wanted) != len(given):
        return False
    pairs = zip(wanted, given, strict=True)
    return all(one == other or one.startswith("{") or _ANY in other for one, other in pairs)
