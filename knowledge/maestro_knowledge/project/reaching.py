"""Which of several bindings of a name can be the one in force at a place."""

import ast
from collections.abc import Sequence

from maestro_knowledge.project.symbols import Binding, Scope

_NOT_VALUES = frozenset({"delete", "augment"})
_ALTERNATIVES = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Match, ast.Try)


def reaching_bindings(
    holder: Scope, bindings: Sequence[Binding], at: ast.AST | None, scope: Scope | None
) -> list[Binding]:
    """The bindings of `holder` that may be in force at `at`; seen from elsewhere, those that last."""
    if len(bindings) == 1:
        return list(bindings)
    values = [binding for binding in bindings if binding.kind not in _NOT_VALUES] or list(bindings)
    if len(values) == 1:
        return values
    here = _frame(scope) is _frame(holder)
    if here and at is not None:
        around = set(_chain(at))
        position = _position(at)
        values = [
            b for b in values if _position(b.node) < position and not _is_assigning(b, around)
        ] or values
        return _from_last_certain(values, around)
    return _from_last_certain(values, {holder.node})


def _frame(scope: Scope | None) -> Scope | None:
    while scope is not None and scope.kind == "comprehension":
        scope = scope.parent
    return scope


def _from_last_certain(values: Sequence[Binding], around: set[ast.AST]) -> list[Binding]:
    """Backwards up to the binding that has surely happened; those in other branches may have, too."""
    found: list[Binding] = []
    for binding in reversed(values):
        found.append(binding)
        if _is_certain(binding.node, around):
            break
    return found[::-1]


def _is_certain(node: ast.AST, around: set[ast.AST]) -> bool:
    """Whether what is around the binding is around the place, too, by the same branch."""
    child = node
    for outer in _chain(node)[1:]:
        if outer in around:
            return not isinstance(outer, _ALTERNATIVES) or _same_branch(outer, child, around)
        if isinstance(
            outer, (*_ALTERNATIVES, ast.ExceptHandler, ast.match_case, ast.FunctionDef, ast.AsyncFunctionDef)
        ):
            return False
        child = outer
    return True


def _same_branch(outer: ast.AST, child: ast.AST, around: set[ast.AST]) -> bool:
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        branch = getattr(outer, name, None)
        if isinstance(branch, list) and child in branch:
            return any(statement in around for statement in branch)
    return True  # bound in the header: the target of a loop, a walrus in a test


def _is_assigning(binding: Binding, around: set[ast.AST]) -> bool:
    """Whether the place stands in the very statement that binds, where the name still has its old meaning."""
    return binding.kind in {"assign", "unpack"} and binding.node in around


def _chain(node: ast.AST) -> list[ast.AST]:
    chain = [node]
    while (around := getattr(chain[-1], "parent", None)) is not None:
        chain.append(around)
    return chain


def _position(node: ast.AST) -> tuple[int, int]:
    current: ast.AST | None = node
    while current is not None:
        if (line := getattr(current, "lineno", None)) is not None:
            return line, getattr(current, "col_offset", 0)
        current = next(iter(ast.iter_child_nodes(current)), None)
    return 0, 0
