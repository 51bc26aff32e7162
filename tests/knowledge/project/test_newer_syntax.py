"""Syntax of newer Pythons, read by the one that runs."""

import ast
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from knowledge.project.sources import types

from maestro_knowledge.project.load import load_code
from maestro_knowledge.project.newer_syntax import respell

NEWER = {
    "except without parentheses": "try: pass\nexcept ValueError, os.error: pass\nexcept A , B,C : pass\n",
    "except star": "try: pass\nexcept* A, B: pass\n",
    "generic function": "def f[T: (int, str), *Ts, **P](x: T) -> T: return x\nasync def g[T](x: T): ...\n",
    "generic over lines": "def f[\n    T: int,\n    U = str,\n](x: T): ...\nclass A[T](Base): ...\nclass B[T]: ...\n",
    "type alias": "type X = int | str\ntype Y[T] = list[T]\nif x:\n    type Z = X\ntype = 5\nprint(type (x))\n",
    "quotes in f-strings": 'a = f"{x["key"]} and {f"{y["z"]}"}"\nb = f\'{\', \'.join(x)}\'\n',
    "backslash in f-strings": "a = f\"{'\\n'.join(x)} {'''\\t'''}\"\n",
    "lines in f-strings": 'a = f"-{\n    call(\n        1,\n    )\n} {other:>10} {third!r}"\n',
    "nothing new": "a = f\"{{}} {x!r:>{width}} {'a' if b else 'c'}\" 'plain' f'{1}'\nb = r'\\\\' + \"#\" # don't\n",
}


@pytest.mark.parametrize("name", NEWER)
def test_newer_syntax_is_read_in_place(name: str) -> None:
    source = NEWER[name] + "last = 1\n"
    spelled = respell(source)
    assert [len(line) for line in spelled.split("\n")] == [len(line) for line in source.split("\n")]
    tree = ast.parse(spelled)
    last = tree.body[-1]
    assert isinstance(last, ast.Assign)
    assert (last.lineno, last.col_offset) == (source.count("\n"), 0)
    assert load_code(source).skipped == ()


def test_what_a_newer_parser_would_see_is_seen() -> None:
    assert types("type Number = int\ndef f[T](a: Number, b: T) -> Number: ...\nreveal(f(1, 2))\n") == [
        "builtins.int"
    ]
    project = load_code('import os\ntry: ...\nexcept OSError, ValueError:\n    x = f"{os.path.join("a")}"\n')
    [handler] = project.modules[0].nodes[ast.ExceptHandler]
    assert isinstance(handler.type, ast.Tuple)
    assert (handler.type.elts[0].lineno, handler.type.elts[0].col_offset) == (3, 7)


def test_python_2_is_not_taken_for_something_new() -> None:
    for source in (
        "try: pass\nexcept IOError, e: pass",
        "print 'x'",
        "exec 'x'",
        "raise E, 'x'",
        "x = 0xFFL",
    ):
        [entry] = load_code(source).skipped
        assert entry.why.startswith("Python 2 syntax"), source


def test_what_parses_already_means_the_same_afterwards() -> None:
    folder = Path(ast.__file__).parent
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path in sorted(folder.glob("*.py"))[:60]:
            text = path.read_text("utf-8")
            assert ast.dump(ast.parse(respell(text))) == ast.dump(ast.parse(text)), path.name


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="fr\"'{}\\n #=:[]()type def x,.!\nexcept", max_size=60))
def test_any_text_keeps_its_lines(text: str) -> None:
    assert [len(line) for line in respell(text).split("\n")] == [len(line) for line in text.split("\n")]
