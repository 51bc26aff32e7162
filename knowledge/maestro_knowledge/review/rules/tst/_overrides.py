"""Where dependencies are overridden, and where that is undone."""

import ast
from collections.abc import Iterator

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.project.tree import statement_of
from maestro_knowledge.review.rules.tst._testing import fixture, is_fixture, is_test
from maestro_knowledge.review.view import View

_NAME = "dependency_overrides"
_UNDOING = frozenset({"clear", "pop", "popitem"})


@dataclass(frozen=True, slots=True)
class Override:
    """One dependency that is overridden: the statement, what is written to, the key, the replacement."""

    module: Module
    node: ast.stmt
    overrides: ast.Attribute
    key: ast.expr
    value: ast.expr | None
    undoes_itself: bool = False  # by `monkeypatch.setitem` or `patch.dict`


def overrides_in(view: View, module: Module) -> tuple[Override, ...]:
    """Every override that the module sets."""
    return view.once(("tst.overrides", module.path), lambda: tuple(_find(view, module)))


def undoings_in(view: View, module: Module) -> tuple[ast.AST, ...]:
    """Every place of the module that takes overrides back."""
    return view.once(("tst.undoings", module.path), lambda: tuple(_undoings(view, module)))


def _attributes(module: Module) -> Iterator[ast.Attribute]:
    for node in module.nodes.get(ast.Attribute, ()):
        if isinstance(node, ast.Attribute) and node.attr == _NAME:
            yield node


def _find(view: View, module: Module) -> Iterator[Override]:
    for node in _attributes(module):
        statement = statement_of(node)
        around = view.parent(node)
        if statement is None:
            continue
        if isinstance(around, ast.Subscript) and isinstance(around.ctx, ast.Store):
            value = statement.value if isinstance(statement, ast.Assign) else None
            yield Override(module, statement, node, around.slice, value)
        elif isinstance(around, ast.Assign) and node in around.targets and isinstance(around.value, ast.Dict):
            yield from _of_dict(module, statement, node, around.value)
        elif isinstance(around, ast.Attribute) and around.attr == "update":
            call = view.parent(around)
            if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Dict):
                yield from _of_dict(module, statement, node, call.args[0])
        elif isinstance(around, ast.Call) and node in around.args:
            yield from _handed(module, statement, node, around)


def _of_dict(
    module: Module, statement: ast.stmt, node: ast.Attribute, given: ast.Dict, *, undone: bool = False
) -> Iterator[Override]:
    for key, value in zip(given.keys, given.values, strict=True):
        if key is not None:
            yield Override(module, statement, node, key, value, undone)


def _handed(module: Module, statement: ast.stmt, node: ast.Attribute, call: ast.Call) -> Iterator[Override]:
    """`monkeypatch.setitem(app.dependency_overrides, key, value)`, `patch.dict(…, {key: value})`."""
    last = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if last == "setitem" and len(call.args) > 1:
        value = call.args[2] if len(call.args) > 2 else None
        yield Override(module, statement, node, call.args[1], value, undoes_itself=True)
    elif last == "dict" and len(call.args) > 1 and isinstance(call.args[1], ast.Dict):
        yield from _of_dict(module, statement, node, call.args[1], undone=True)


def _undoings(view: View, module: Module) -> Iterator[ast.AST]:
    for node in _attributes(module):
        around = view.parent(node)
        is_deleted = isinstance(around, ast.Subscript) and isinstance(around.ctx, ast.Del)
        if is_deleted or (isinstance(around, ast.Attribute) and around.attr in _UNDOING):
            yield node
        elif isinstance(around, ast.Assign) and node in around.targets:
            # `= {}` empties them, `= saved` brings back what was there.
            if not (isinstance(around.value, ast.Dict) and around.value.keys):
                yield node
        elif isinstance(around, ast.Call) and node in around.args:
            last = around.func.attr if isinstance(around.func, ast.Attribute) else ""
            if last in {"dict", "object"}:
                yield node


def is_undone(view: View, override: Override, function: Function) -> bool:
    """Whether the function, what prepares tests in its file, or a `conftest.py` takes it back."""
    if override.undoes_itself:
        return True
    module = override.module
    own = undoings_in(view, module)
    nodes = set(function.scope.nodes)
    if any(node in nodes for node in own):
        return True
    if any(not _is_in_test(view, module, node) and _is_run(view, module, node, function) for node in own):
        return True
    conftests = (one for one in view.project.modules if one.path.rpartition("/")[2] == "conftest.py")
    return any(undoings_in(view, one) for one in conftests)


def _is_in_test(view: View, module: Module, node: ast.AST) -> bool:
    function = view.around(module, node)
    return function is not None and function.name.startswith("test")


def _is_run(view: View, module: Module, node: ast.AST, function: Function) -> bool:
    """Whether what stands there runs for a test: anything but a fixture that this test does not take."""
    around = view.around(module, node)
    if around is None or not is_test(function) or not is_fixture(view, around):
        return True
    decorators = [ast.unparse(one) for one in around.node.decorator_list]
    if any("autouse=True" in one for one in decorators) or "usefixtures" in module.text:
        return True
    return around in _taken(view, module, function)


def _taken(view: View, module: Module, function: Function) -> set[Function]:
    """The fixtures that the function takes, and those that they take."""
    found: set[Function] = set()
    waiting = [function]
    while waiting:
        arguments = waiting.pop().node.args
        for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            given = fixture(view, module, one.arg)
            if given is not None and given not in found:
                found.add(given)
                waiting.append(given)
    return found
