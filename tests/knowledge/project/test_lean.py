"""Lean trees are the parser's trees in everything but size."""

import ast
import sys
from pathlib import Path

import pytest

from maestro_knowledge.project.lean import LEAN, by_kind, make_lean
from maestro_knowledge.project.reading import Unreadable
from maestro_knowledge.project.source import parse
from maestro_knowledge.project.tree import walk

FILES = [
    path
    for folder in (Path(ast.__file__).parent / "asyncio", Path(__file__).parent)
    for path in sorted(folder.rglob("*.py"))
]
SIGNS = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)
MANY = """
@decorated(1, *a, key=2, **k)
async def f(a, /, b: int = 1, *c, d=2, **e) -> None:
    global g
    async with x as y, z: pass
    async for i, (j, *k) in l: continue
    else: await m
    match n:
        case [1, *rest] if o: return
        case {"a": None, **more} | {"b": None, **more}: return
        case C(p, q=-1) as r: yield s
        case _: yield t
class D(E, metaclass=F):
    u: int = 1; v += 1; del w[1:2, ...]
    x = lambda *a, **k: [b for b in c if d for e in f]
try: raise A from b
except* (C, D) as e: assert f, f"{g!r:>{h}}"
finally: import a.b as c; from . import *
if (a := b) < c <= d and not e or ~f: {**g, 1: 2}, {x for x in y}, {k: v for k, v in z}, (i for i in j)
"""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_lean_tree_says_what_the_parsers_tree_says(path: Path) -> None:
    _compare(path.read_text(encoding="utf-8"))


def test_every_kind_of_syntax_is_kept() -> None:
    _compare(MANY)


def _compare(text: str) -> None:
    plain, lean = ast.parse(text), make_lean(ast.parse(text))
    assert ast.unparse(lean) == ast.unparse(plain)
    compile(lean, "lean", "exec")
    for one, other in zip(ast.walk(plain), ast.walk(lean), strict=True):
        assert isinstance(other, type(one))
        assert _said(one) == _said(other)
        assert not vars(other)
    for tree in (plain, lean):
        assert list(walk(tree)) == [node for node in ast.walk(tree) if not isinstance(node, SIGNS)]


def _said(node: ast.AST) -> list[tuple[str, object]]:
    """Its name, its places, and its fields, of nodes only how many."""
    fields = [(name, getattr(node, name, None)) for name in (*node._fields, *node._attributes)]
    shown = [(name, len(value) if isinstance(value, list) else value) for name, value in fields]
    return [("name", type(node).__name__), *((n, v) for n, v in shown if not isinstance(v, ast.AST))]


def test_a_lean_node_takes_less_than_half() -> None:
    plain = ast.parse("name").body[0].value  # type: ignore[attr-defined]
    lean = make_lean(plain)
    lean.parent, lean.scope = None, None
    assert sys.getsizeof(lean) < (sys.getsizeof(plain) + sys.getsizeof(vars(plain))) / 2
    assert not vars(lean)


def test_a_table_by_kind_knows_both() -> None:
    table = by_kind({ast.Name: 1})
    assert table[ast.Name] == table[LEAN[ast.Name]] == 1


def test_what_is_nested_too_deeply_is_said() -> None:
    with pytest.raises(Unreadable, match="nested too deeply"):
        parse("x" + ".a" * 5000)
