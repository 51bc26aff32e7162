"""An error as pasted is reduced to what it says anywhere."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maestro_indexer.messages import HEAD, TAIL, read_message

TRACEBACK = """\
Traceback (most recent call last):
  File "/srv/app/main.py", line 12, in <module>
    from .routers import items
  File "/srv/app/routers/items.py", line 3, in load
    connect("secret-host")
pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings
admin_email
  Field required [type=missing, input_value={}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.9/v/missing
"""


def test_of_a_traceback_the_exception_is_kept_and_the_way_there_is_not() -> None:
    said = read_message(TRACEBACK)

    assert "ValidationError: 1 validation error for Settings" in said
    assert "Field required" in said
    assert "secret-host" not in said
    assert "main.py" not in said
    assert "_pydantic_core" not in said
    assert "errors.pydantic.dev" not in said


@pytest.mark.parametrize(
    ("written", "gone"),
    [
        ("error at http://localhost:8000/items", "localhost"),
        ("<coroutine object get at 0x7f6e17ddb940>", "0x7f6e"),
        ("see /usr/lib/python3.11/site-packages/starlette/routing.py", "site-packages"),
        ("bound to 127.0.0.1:8000", "127"),
        ("id 6d1c9a70-5f43-4c6e-9d0f-0a4f3d9a1b2c", "6d1c9a70"),
        ('{"type":"missing","loc":["query","q"],"msg":"Field required"}', "loc"),
        ("at 2026-11-20 10:11:12,345", "2026"),
    ],
)
def test_what_is_only_so_on_one_machine_goes(written: str, gone: str) -> None:
    assert gone not in read_message(written)


def test_a_class_is_known_by_its_name() -> None:
    assert "User" in read_message("<class 'app.models.User'> is not valid")
    assert "app" not in read_message("<class 'app.models.User'> is not valid").split()


def test_a_dotted_symbol_of_the_framework_stays_whole() -> None:
    assert read_message("fastapi.security.HTTPBearer") == "fastapi.security.HTTPBearer"


def test_a_plain_question_stays_as_it_is() -> None:
    assert read_message("How do I return HTML?") == "How do I return HTML?"


def test_long_text_keeps_both_ends() -> None:
    said = read_message("first words " + "x " * 500_000 + " last words")

    assert said.startswith("first words")
    assert said.endswith("last words")
    assert len(said) <= HEAD + TAIL + 1


@pytest.mark.parametrize(
    "piece",
    [
        "a.",
        'File "',
        "/a",
        "<class ",
        "0x",
        "1.",
        "Traceback (most recent call last):\n",
        "A" * 50,
        "::",
        "\\x",
    ],
)
def test_no_repetition_makes_it_slow(piece: str) -> None:
    begin = time.perf_counter()

    read_message(piece * 200_000)

    assert time.perf_counter() - begin < 1.0


@given(st.text(max_size=500))
def test_any_text_is_taken(text: str) -> None:
    assert isinstance(read_message(text), str)
