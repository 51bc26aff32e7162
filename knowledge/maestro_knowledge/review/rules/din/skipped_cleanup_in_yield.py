"""The clean-up of a yield dependency is skipped when the path operation raises."""

import ast
from collections.abc import Iterator, Sequence
from operator import attrgetter

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.din._raising import (
    blocks_around,
    is_broad,
    is_suppressing,
    surely_raises,
    yields_of,
)
from maestro_knowledge.review.view import View

RULE = Rule(id="DIN506", name="skipped-cleanup-in-yield", severity="error", fix="safe")

_CLEANING = frozenset(
    [
        "close",
        "aclose",
        "closeall",
        "release",
        "disconnect",
        "quit",
        "logout",
        "remove",
        "unlink",
        "rmtree",
        "cleanup",
        "clean",
        "teardown",
        "tear",
        "dispose",
        "shutdown",
        "terminate",
        "kill",
        "stop",
        "cancel",
        "reset",
        "putconn",
        "put",
        "rollback",
        "detach",
        "unlock",
        "exit",
        "aexit",
        "invalidate",
        "expunge",
        "end",
        "delete",
        "drop",
        "pop",
        "free",
        "unregister",
        "unsubscribe",
    ]
)
_WORD = Pattern(r"[A-Za-z]+")
_Block = tuple[ast.AST, str, list[ast.stmt], ast.stmt]
NEEDS = Needs(nodes=frozenset({ast.Yield, ast.YieldFrom}))


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports each `yield` of a dependency behind which cleaning code stands unprotected."""
    if not function.is_generator:
        return
    if not view.is_dependency(function) and not _looks_like_dependency(view, function):
        return
    for node in yields_of(function):
        blocks = list(blocks_around(view, node))
        skipped = [statement for statement in _skipped(view, function, blocks) if _is_cleaning(statement)]
        protected = {ast.dump(call) for call in _protected(blocks)}
        skipped = [
            one for one in skipped if not all(ast.dump(call) in protected for call in _cleaning_calls(one))
        ]
        if skipped:
            yield Report(
                function.module,
                node,
                f"`{function.name}` cleans up behind a bare `yield`, so not when the path operation raises.",
                subject=function.name,
                hops=(Hop(function.module, skipped[0], "skipped when an exception is raised"),),
                edits=_edits(view, function, blocks[0], skipped),
            )


def _looks_like_dependency(view: View, function: Function) -> bool:
    """Whether it hands out one thing that it closes, and nobody here calls it: other files depend on it."""
    if function.owner is not None or function.node.decorator_list or function.module.is_test:
        return False
    yields = list(yields_of(function))
    if len(yields) != 1 or not isinstance(yields[0].value, ast.Name):
        return False
    given = yields[0].value.id
    is_closed = any(
        isinstance(node, ast.Attribute)
        and node.attr in {"close", "aclose", "disconnect", "release"}
        and isinstance(node.value, ast.Name)
        and node.value.id == given
        for node in function.scope.nodes
    )
    return is_closed and not _is_mentioned(view, function)


def _is_mentioned(view: View, function: Function) -> bool:
    """Whether any file names the function again, to call it or to hand it on."""
    return function.name in view.once("din.mentioned", lambda: _mentioned(view))


def _mentioned(view: View) -> frozenset[str]:
    """Every name and attribute that the project's code has."""
    names = {
        name
        for module in view.project.modules
        for kind, field in ((ast.Name, "id"), (ast.Attribute, "attr"))
        for name in map(attrgetter(field), module.nodes.get(kind, ()))
    }
    return frozenset(names)


def _skipped(view: View, function: Function, blocks: Sequence[_Block]) -> list[ast.stmt]:
    """The statements behind the yield that an exception at the yield does not reach."""
    found: list[ast.stmt] = []
    for owner, name, block, child in blocks:
        if isinstance(owner, ast.For | ast.AsyncFor | ast.While) or name in {"finalbody", "handlers"}:
            return []  # a generator of many values, or one that yields while cleaning: no plain dependency
        found += block[block.index(child) + 1 :]
        if isinstance(owner, ast.With | ast.AsyncWith) and is_suppressing(view, function.module, owner):
            return found
        if isinstance(owner, ast.Try) and name == "body":
            swallowing = [
                handler
                for handler in owner.handlers
                if is_broad(view, function.module, handler)
                and not surely_raises(view, function.module, handler.body)
            ]
            if swallowing:
                return found  # what follows runs all the same; that the exception is lost is another fault
    return found


def _protected(blocks: Sequence[_Block]) -> Iterator[ast.Call]:
    """The cleaning calls that do run: in a `finally` around the yield, or in the `except` blocks there."""
    for owner, name, _, _ in blocks:
        if isinstance(owner, ast.Try) and name == "body":
            parts = [*owner.finalbody, *owner.handlers]
            yield from (call for part in parts for call in _cleaning_calls(part))


def _is_cleaning(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Delete) or any(True for _ in _cleaning_calls(statement))


def _cleaning_calls(statement: ast.AST) -> Iterator[ast.Call]:
    for node in walk(statement):
        if isinstance(node, ast.Call):
            callee = node.func
            name = callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", "")
            if _CLEANING & set(_WORD.findall(name.casefold())):
                yield node


def _edits(view: View, function: Function, block: _Block, skipped: Sequence[ast.stmt]) -> tuple[Edit, ...]:
    """`try:` around the yield, `finally:` around the cleaning; none where the two are not neat neighbours."""
    _, _, statements, first = block
    after = statements[statements.index(first) + 1 :]
    if not after or any(statement not in after for statement in skipped):
        return ()
    cut = next((n for n, statement in enumerate(after) if _is_cleaning(statement)), 0)
    text, lines = function.module.text, view.lines(function.module)
    start, _ = lines.offsets(first)
    _, end = lines.offsets(after[-1])
    middle, _ = lines.offsets(after[cut])
    indent = " " * first.col_offset
    if (
        '"""' in text[start:end]
        or "'''" in text[start:end]
        or "\t" in text[start:end]
        or first.col_offset == 0
    ):
        return ()
    if (
        not all(_is_cleaning(statement) for statement in after[cut:])
        or text[start - len(indent) : start] != indent
    ):
        return ()
    return (
        Edit(
            function.module.path,
            start,
            end,
            f"try:\n{indent}    {_indented(text[start:middle])}\n{indent}finally:\n"
            f"{indent}    {_indented(text[middle:end])}",
        ),
    )


def _indented(text: str) -> str:
    """The statements four columns further in, without what stands behind the last."""
    return "\n".join(
        f"    {line}" if number and line.strip() else line
        for number, line in enumerate(text.rstrip().split("\n"))
    )
