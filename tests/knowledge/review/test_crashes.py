"""No source, however mangled, stops a review or breaks a rule."""

import random
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.project.load import load_code, load_path
from maestro_knowledge.review.engine import review
from maestro_knowledge.review.model import Review, ReviewRequest
from maestro_knowledge.review.registry import load_rules

PIECES: list[str] = []
for _loaded in load_rules():
    with suppress(MaestroError, OSError):  # a page that cannot be read fails in the tests of pages
        PIECES += [text for example in _loaded.page.bad for _, text in example.files]
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
