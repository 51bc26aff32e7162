"""Text in any script stands in generated code as it was written, as far as linters let it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maestro_knowledge.scaffold.literals import quote_text, to_docstring, to_sentence, to_source
from maestro_knowledge.scaffold.readable import imitate, measure

SAID = (
    "Größe in € – «brutto», je ½ Stück",
    "Привет со всеми, о мир",
    "Γειά σου κόσμε",
    "日本語の説明、テストです。" * 6,
    "It’s “fine” … ✈📦",
    "नमस्ते दुनिया",
    "สวัสดีครับ",
    "مرحبا بالعالم",
)


@pytest.mark.parametrize("text", ["Größe in €", "日本語", "नमस्ते", "Привет", "«ja» 📦"])
def test_what_can_be_told_apart_is_written_as_it_is(text):
    assert quote_text(text) == f'"{text}"'
    assert imitate(text) == text


def test_what_looks_like_another_character_is_escaped_in_text_and_imitated_in_prose():
    assert quote_text("a – b") == '"a \\u2013 b"'
    assert to_sentence("a – b") == "a - b."
    assert to_docstring("a – b") == "A - b."
    assert quote_text("о мир") == '"\\u043e мир"'
    assert to_sentence("It’s 3 × 4") == "It's 3 x 4."


@pytest.mark.parametrize(("said", "line"), [("Is it covered?", "Is it covered."), ("!", "As its name says.")])
def test_a_sentence_ends_with_a_full_stop(said, line):
    assert to_sentence(said) == line


def test_wide_characters_take_two_columns_and_marks_none():
    assert (measure("abc"), measure("日本"), measure("e\u0301")) == (3, 4, 1)
    lines = to_docstring("日本語の説明です。" * 12, indent=4).splitlines()
    assert max(map(measure, lines)) <= 88


@given(st.text(max_size=80))
def test_any_text_is_the_same_text_as_a_literal(text):
    assert ast.literal_eval(to_source(text, column=4)) == text


def test_linters_find_nothing_to_say_about_text_in_any_script(tmp_path):
    modules = [
        f'def said_{number}() -> str:\n    """{to_docstring(text, indent=4)}"""\n'
        f"    return {to_source(text, column=11, indent=4)}\n"
        for number, text in enumerate(SAID)
    ]
    path = tmp_path / "said.py"
    path.write_text('"""What people say."""\n\n\n' + "\n\n".join(modules), encoding="utf-8")
    ruff = str(Path(sys.executable).parent / "ruff")
    rules = ("--isolated", "--no-cache", "--select", "RUF,E501,D4,PLE,W", "--output-format", "concise")
    done = subprocess.run([ruff, "check", *rules, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@given(st.text(max_size=80))
def test_prose_can_be_imitated_whatever_it_holds(text):
    ast.parse(f'"""{to_docstring(text)}"""')
    assert imitate(imitate(text)) == imitate(text)


def test_a_docstring_that_is_too_long_begins_with_a_whole_clause():
    said = "How readiness is checked; a variable `CLUSTER_STATUS_...` each, but for addresses of others"
    assert to_docstring(said, indent=4).splitlines()[0] == "How readiness is checked."
