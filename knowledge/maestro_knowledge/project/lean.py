"""Syntax trees at a third of their size: the parser's nodes with slots in place of a dictionary each.

A node of `ast` takes some 320 bytes, most of them its dictionary; one of these takes 100. Each class is a
child of the one that it stands for, so `isinstance`, `match` and all of `ast` treat its instances alike. Only
who asks for the very type of a node has to know both: `by_kind` makes a table that does.
"""

import ast
from typing import Any, TypeVar

T = TypeVar("T")
N = TypeVar("N", bound=ast.AST)

_NO_NODES = frozenset(
    {"ctx", "op", "ops", "attr", "id", "type_comment", "conversion", "level", "is_async", "simple", "module"}
    | {"tag", "str", "rest", "kwd_attrs", "type_ignores", "kind"}
)
_LEAVES = (
    ast.Constant,
    ast.Name,
    ast.Global,
    ast.Nonlocal,
    ast.Pass,
    ast.Break,
    ast.Continue,
    ast.alias,
    ast.MatchSingleton,
)
_ADDED = {
    ast.Name: ("scope",),
    ast.FunctionDef: ("definition",),
    ast.AsyncFunctionDef: ("definition",),
    ast.ClassDef: ("definition",),
}
_KINDS: tuple[type[ast.AST], ...] = tuple(
    kind for kind in vars(ast).values() if isinstance(kind, type) and issubclass(kind, ast.AST)
)


def _child_fields(kind: type[ast.AST]) -> tuple[str, ...]:
    if kind in _LEAVES:
        return ()
    text = {"name"} if kind is not getattr(ast, "TypeAlias", None) else set()
    if kind in {ast.arg, ast.keyword}:
        text = {"arg"}
    return tuple(name for name in kind._fields if name not in _NO_NODES and name not in text)


def _lean(kind: type[ast.AST]) -> type[ast.AST]:
    places = kind._attributes  # noqa: SLF001 - public, by the documentation of `ast`
    slots = (*kind._fields, *places, "parent", *_ADDED.get(kind, ()))
    return type(kind.__name__, (kind,), {"__slots__": slots, "__module__": __name__})


LEAN: dict[type[ast.AST], type[ast.AST]] = {kind: _lean(kind) for kind in _KINDS}
PLAIN: dict[type[ast.AST], type[ast.AST]] = {lean: kind for kind, lean in LEAN.items()}
# The fields of each class, lean or plain, that hold nodes.
FIELDS: dict[type[ast.AST], tuple[str, ...]] = {
    each: _child_fields(kind) for kind, lean in LEAN.items() for each in (kind, lean)
}

_new = ast.AST.__new__  # without the initializer, which looks every keyword up among the fields


def by_kind(table: dict[type[Any], T]) -> dict[type[Any], T]:
    """The table with the lean classes beside those that it has."""
    return table | {LEAN[kind]: value for kind, value in table.items()}


def make_lean(tree: N) -> N:
    """The same tree of lean nodes, for which `tree` is used up."""
    made: N = _made_lean(tree, 0)
    return made


def _made_lean(node: Any, line: int) -> Any:
    """The lean node; `line` is that of the node around.

    Numbers are objects too, and most nodes stand on the line of the one around, whose number they share.
    """
    kind = LEAN[type(node)]
    held = node.__dict__
    own = held.get("lineno")
    if own is not None:
        if own == line:
            held["lineno"] = line
        else:
            line = own
        if held["end_lineno"] == line:
            held["end_lineno"] = line
    for name in FIELDS[kind]:
        value = held.get(name)
        if type(value) is list:
            if value:
                held[name] = [_made_lean(each, line) if each is not None else None for each in value]
        elif value is not None:
            held[name] = _made_lean(value, line)
    made = _new(kind)
    for name, value in held.items():
        setattr(made, name, value)
    return made
