"""No source, however mangled, stops a review or breaks a rule."""

import os
import random
import sysconfig
import tokenize
from collections.abc import Callable
from contextlib import suppress
from encodings.aliases import aliases
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.project.load import load_code, load_path
from maestro_knowledge.review.engine import review
from maestro_knowledge.review.model import Review
from maestro_knowledge.review.registry import load_rules
from maestro_knowledge.review.request import ReviewRequest

PIECES: list[str] = []
for _loaded in load_rules():
    with suppress(MaestroError, OSError):  # a page that cannot be read fails in the tests of pages
        PIECES += [text for example in _loaded.page.bad for _, text in example.files]
# The tests of the interpreter that runs: every corner of the syntax. More folders can be named, `os.pathsep` between.
CPYTHON = Path(sysconfig.get_path("stdlib")) / "test"
FOLDERS = [Path(name) for name in os.environ.get("MAESTRO_REVIEW_FOLDERS", "").split(os.pathsep) if name]
ENCODINGS = sorted({*aliases.values(), "idna", "punycode", "raw_unicode_escape", "undefined", "nope"})
LINES = sorted({line for text in PIECES for line in text.splitlines() if line.strip()})


def _broken(answer: Review) -> list[str]:
    return [line for line in answer.coverage.rules_skipped if line.startswith("failed")]


def _review(text: str) -> Review:
    return review(load_code(text), ReviewRequest(preview=True))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
def test_lines_of_faulty_code_in_any_order_break_no_rule(seed: int) -> None:
    chance = random.Random(seed)
    text = chance.choice(PIECES).splitlines()
    for _ in range(chance.randrange(1, 6)):
        place = chance.randrange(len(text) + 1)
        if chance.random() < 0.5 and text:
            del text[min(place, len(text) - 1)]
        else:
            text.insert(place, chance.choice(LINES))
    assert _broken(_review("\n".join(text))) == []


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_any_text_is_reviewed_or_said_to_be_unreadable(text: str) -> None:
    answer = _review(text)
    assert _broken(answer) == []
    assert answer.coverage.files_read + len(answer.coverage.files_skipped) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\ufeffimport time\n",
        "x = " + "[" * 10_000,
        "x = " + "(" * 80 + "1" + ")" * 80,
        "x = '" + "a" * 1_000_000 + "'",
        "x = 1\0",
        "%matplotlib inline\nx = 1\n",
        "print 'python 2'\n",
        "import time\rasync def f():\r    time.sleep(1)",
        "async def f():\n\tif x:\n\t\tpass",
        "def f(" + ", ".join(f"a{n}=1" for n in range(300)) + "): pass",
        "a" + ".b" * 900,
        "x = " + " + ".join("1" for _ in range(2_000)),
    ],
    ids=range(13),
)
def test_odd_sources_are_reviewed_or_skipped(text: str) -> None:
    assert _broken(_review(text)) == []


def test_line_ends_and_encodings_do_not_move_a_finding(tmp_path: Path) -> None:
    code = "# -*- coding: latin-1 -*-\r\nimport time\r\nasync def f():\r\n    'h\xe4'; time.sleep(1)\r\n"
    (tmp_path / "app.py").write_bytes(code.encode("latin-1"))
    (finding,) = review(load_path(tmp_path, root=tmp_path), ReviewRequest(select="ASY102")).findings
    assert (finding.line, finding.column) == (4, 11)


def _alone(file: Path) -> list[str]:
    """What goes wrong in the file when every rule sees it, and every edit is tried."""
    project = load_path(file, root=file.parent, exclude=("*",))
    answer = review(project, ReviewRequest(select="all", preview=True, fix="all"))
    return [f"{file}: {line}" for line in _broken(answer)]


def _sources(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*.py") if file.is_file() and not file.is_symlink())


needs_cpython = pytest.mark.skipif(
    not (CPYTHON / "test_grammar.py").is_file(), reason="this Python came without its own tests"
)


@needs_cpython
def test_files_of_cpythons_tests_break_no_rule() -> None:
    small = [file for file in _sources(CPYTHON) if file.stat().st_size < 30_000]
    assert [line for file in random.Random(0).sample(small, 25) for line in _alone(file)] == []


@needs_cpython
@pytest.mark.slow
def test_no_file_of_cpythons_tests_breaks_a_rule() -> None:
    assert [line for file in _sources(CPYTHON) for line in _alone(file)] == []


@pytest.mark.slow
@pytest.mark.parametrize("folder", [CPYTHON, *FOLDERS], ids=str)
def test_a_folder_of_odd_files_is_reviewed_as_one_project(folder: Path) -> None:
    if not folder.is_dir():
        pytest.skip("this folder is not there")
    answer = review(load_path(folder, root=folder), ReviewRequest(select="all", preview=True))
    assert _broken(answer) == []
    assert answer.coverage.files_read + len(answer.coverage.files_skipped) >= len(_sources(folder))


@pytest.mark.slow
@pytest.mark.skipif(not FOLDERS, reason="MAESTRO_REVIEW_FOLDERS names no folder of sources")
@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_no_file_of_a_named_folder_breaks_a_rule(folder: Path) -> None:
    assert [line for file in _sources(folder) for line in _alone(file)] == []


ODD: dict[str, bytes] = {
    "null_bytes": b"import time\0\n",
    "python_2": b"print 'hello'\nexec 'x = 1'\n",
    "notebook": b"%matplotlib inline\n!pip install x\nx = 1\n",
    "nested": b"x = " + b"[" * 10_000 + b"]" * 10_000,
    "nested_blocks": b"".join(b" " * depth + b"if x:\n" for depth in range(300)),
    "utf_16": "import time\n".encode("utf-16"),
    "wrong_cookie": b"# coding: ascii\nx = '\xe4'\n",
    "unknown_cookie": b"# coding: nope\nx = 1\n",
    "not_a_text": b"# coding: zip\nx = 1\n",
    "host_names": b"# coding: punycode\n# " + b"a" * 200_000 + b"-" + b"b9" * 200_000,
    "a_picture": bytes(range(256)) * 40,
    "half_a_character": b"x = '\xc3",
    "surrogates": b"x = '\xed\xa0\x80'\n",
}
READ: dict[str, bytes] = {
    "two_cookies": b"# coding: latin-1\n# coding: utf-8\nx = '\xe4'\n",
    "notebook_file": b'{"cells": [{"cell_type": "code", "source": ["import time"]}]}',
    "long_line": b"x = '" + b"a" * 1_000_000 + b"'\n",
    "long_list": b"x = [" + b"1, " * 60_000 + b"]\n",
    "only_comments": b"#\n" * 5_000,
    "form_feeds": b"\x0cimport time\n\x0cx = 1\n",
    "old_mac": b"import time\rx = 1\r",
    "mixed_ends": b"import time\r\nx = 1\ry = 2\nz = 3\n",
    "mark": b"\xef\xbb\xbfimport time\n",
}


@pytest.mark.parametrize("name", sorted({**ODD, **READ}))
def test_beside_an_odd_file_the_rest_is_reviewed(name: str, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_bytes(b"import time\nasync def f():\n    time.sleep(1)\n")
    (tmp_path / "odd.py").write_bytes({**ODD, **READ}[name])
    answer = review(load_path(tmp_path, root=tmp_path), ReviewRequest(select="all", preview=True, fix="all"))
    assert _broken(answer) == []
    assert "ASY102" in {finding.code for finding in answer.findings if finding.path == "app.py"}
    assert [one.path for one in answer.coverage.files_skipped] == ["odd.py"] * (name in ODD)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_file_of_any_encoding_is_read_right_or_skipped(encoding: str, tmp_path: Path) -> None:
    text = f"# coding: {encoding}\nimport time\nasync def f():\n    'é'; time.sleep(1)\n"
    with suppress(LookupError, UnicodeError):
        text.encode(encoding)
    (tmp_path / "app.py").write_bytes(_encoded(text, encoding))
    answer = review(load_path(tmp_path, root=tmp_path), ReviewRequest(select="ASY102"))
    assert answer.coverage.files_read + len(answer.coverage.files_skipped) == 1
    assert all(finding.line == 4 for finding in answer.findings)
    assert bool(answer.findings) == bool(answer.coverage.files_read)


def _encoded(text: str, encoding: str) -> bytes:
    """The text as an editor would save it, or as UTF-8 where there is no such encoding."""
    try:
        content = text.encode(encoding)
        tokenize.detect_encoding(iter([content.splitlines(keepends=True)[0]]).__next__)
    except (LookupError, UnicodeError, SyntaxError, IndexError):
        return text.encode()
    return content


@pytest.mark.parametrize(
    "make",
    [
        lambda n: "x = " + "-" * n + "1",
        lambda n: "x = " + "not " * n + "1",
        lambda n: "x = " + "lambda: " * n + "1",
        lambda n: "x = " + "f'{" * 2 + "1" + "}'" * 2 + "+1" * n,
        lambda n: "x = " + "a(" * n + ")" * n,
        lambda n: "x = a" + "()" * n,
        lambda n: "x = a" + "[0]" * n,
        lambda n: "x = " + "1 if y else " * n + "1",
        lambda n: "if x: pass\n" + "elif x: pass\n" * n,
        lambda n: "try: pass\n" + "except A: pass\n" * n,
        lambda n: "@a\n" * n + "def f(): pass\n",
        lambda n: "from x import *\n" * n,
        lambda n: "\n".join(f"x{i} = x{i + 1}" for i in range(n)) + f"\nx{n} = x0\n",
        lambda n: "\n".join(f"def f{i}(): f{i + 1}()" for i in range(n)) + f"\ndef f{n}(): f0()\n",
        lambda n: "\n".join(f"class C{i}(C{i + 1}): pass" for i in range(n)) + f"\nclass C{n}(C0): pass\n",
        lambda n: "import a" + ".b" * n,
        lambda n: "x: " + "'" + "A[" * n + "]" * n + "'",
        lambda n: (
            "from fastapi import FastAPI\napp = FastAPI()\n@app.get('" + "/{a}" * n + "')\ndef f(): 1\n"
        ),
    ],
    ids=range(18),
)
@pytest.mark.parametrize("size", [50, 900])
def test_long_and_deep_constructs_are_reviewed_or_skipped(make: Callable[[int], str], size: int) -> None:
    answer = review(load_code(make(size)), ReviewRequest(select="all", preview=True, fix="all"))
    assert _broken(answer) == []
    assert answer.coverage.files_read + len(answer.coverage.files_skipped) == 1
