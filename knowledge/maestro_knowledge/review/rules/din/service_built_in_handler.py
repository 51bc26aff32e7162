"""A service, repository, client or session is constructed inside the path operation."""

import ast
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.lookup import ancestors_of
from maestro_knowledge.project.symbols import Class, Function, Target
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.din._sessions import opened_session, unclosed
from maestro_knowledge.review.view import View

RULE = Rule(id="DIN504", name="service-built-in-handler", severity="warning", umbrella=("API002",))

_COLLABORATOR = Pattern(r"(?:Service|Repository|Repo|Client|Session|Engine|Gateway|UnitOfWork)$")
_DATA = ("pydantic.", "builtins.Exception", "builtins.BaseException", "enum.", "typing.", "sqlmodel.SQLModel")
# Built per request as well, and spoken of by rules of their own.
_HTTP = ("httpx.", "httpx2.", "aiohttp.", "requests.", "fastapi.testclient.")

_LOCATIONS = ("path", "query", "header", "cookie", "body", "form", "file")


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports each collaborator that a path operation builds for itself."""
    if not view.is_handler(function):
        return
    for node in view.own(function, ast.Call):
        target = view.target(function.module, node.func)
        if target is None or not _is_collaborator(view, function, node, target):
            continue
        if _needs_what_was_found(view, function, node):
            continue
        what = ast.unparse(node.func)
        hops = (Hop(target.cls.module, target.cls.node),) if target.cls else ()
        yield Report(
            function.module, node, f"`{function.name}` builds its own `{what}`.", subject=what, hops=hops
        )


def _is_collaborator(view: View, function: Function, node: ast.Call, target: Target) -> bool:
    if opened_session(view, function.module, node):
        # A driver's `connect()` builds nothing of the application's; a session left open is the graver fault.
        return not target.name.endswith(("connect", "builtins.next")) and not unclosed(view, function, node)
    if target.name.startswith(_HTTP):
        return False
    short = target.name.rpartition(".")[2]
    if not _COLLABORATOR.search(short):
        return False
    if target.cls is not None:
        return not _is_data(view, target.cls)
    return target.kind == "external" and not target.name.startswith(_DATA)


def _needs_what_was_found(view: View, function: Function, node: ast.Call) -> bool:
    """Whether it is made from what the path operation had to find first: no dependency could make it."""
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    names = {inner.id for one in given for inner in walk(one) if isinstance(inner, ast.Name)}
    return any(_is_found(view, function, name) for name in names)


def _is_found(view: View, function: Function, name: str) -> bool:
    """Whether the name holds what a call gave for something that the client sent: a row, a file."""
    for binding in function.scope.bindings.get(name, ()):
        value = binding.value.value if isinstance(binding.value, ast.Await) else binding.value
        if binding.kind not in {"assign", "unpack"} or not isinstance(value, ast.Call):
            continue
        target = view.target(function.module, value.func)
        if target is not None and _is_collaborator(view, function, value, target):
            continue
        if any(isinstance(one, ast.Name) and one.id in _sent(view, function) for one in walk(value)):
            return True
    return False


def _sent(view: View, function: Function) -> frozenset[str]:
    """The parameters that hold what the client sends."""
    return frozenset(
        one.name
        for operation in view.operations(function)
        for one in operation.parameters
        if one.location in _LOCATIONS
    )


def _is_data(view: View, cls: Class) -> bool:
    """Whether it is a model, an exception, an enumeration or a dataclass rather than something that works."""
    own, foreign, complete = ancestors_of(view.project, cls)
    if not complete or any(name.startswith(_DATA) for name in foreign):
        return True
    return any(model.cls in own for model in view.project.models)
