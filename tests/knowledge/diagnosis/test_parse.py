"""Reading what was pasted, whatever it is."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maestro_knowledge.diagnosis.model import Exchange
from maestro_knowledge.diagnosis.parse import make_query, parse_error

GROUP = """
ERROR:    Exception in ASGI application
  + Exception Group Traceback (most recent call last):
  |   File "/srv/.venv/lib/python3.11/site-packages/starlette/_utils.py", line 76, in collapse_excgroups
  |     yield
  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/srv/app/main.py", line 12, in read
    |     return user.name
    |            ^^^^^^^^^
    | AttributeError: 'coroutine' object has no attribute 'name'
    +------------------------------------
INFO:     Shutting down
"""

RICH = """
╭───────────────────── Traceback (most recent call last) ──────────────────────╮
│ /srv/.venv/lib/python3.11/site-packages/uvicorn/importer.py:19 in import_it  │
│                                                                              │
│ /srv/app/broken.py:2 in <module>                                             │
│                                                                              │
│   1 from fastapi import FastAPI                                              │
│ ❱ 2 import nope                                                              │
╰──────────────────────────────────────────────────────────────────────────────╯
ModuleNotFoundError: No module named 'nope'
"""

PYTEST = """
    def test_read():
>       assert client.get("/items").status_code == 200

tests/test_items.py:9:
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _
app/main.py:4: in read_items
    raise ValueError("no items")
E   ValueError: no items

app/main.py:4: ValueError
"""

CONTAINER = """
shop-web-1  | Traceback (most recent call last):
shop-web-1  |   File "/code/app/main.py", line 3, in <module>
shop-web-1  |     from app.routers import items
shop-web-1  | ImportError: cannot import name 'items'
"""

STAMPED = """
2026-11-20 09:30:00,123 Traceback (most recent call last):
2026-11-20 09:30:00,123   File "/code/app/main.py", line 3, in <module>
2026-11-20 09:30:00,124 KeyError: 'x'
"""

SERVICE = """
E 04-27 13:23:32 httptools_impl.py:414]     | Traceback (most recent call last):
E 04-27 13:23:32 httptools_impl.py:414]     |   File "/srv/app/main.py", line 42, in wrapped
E 04-27 13:23:32 httptools_impl.py:414]     |     raise exc
E 04-27 13:23:32 httptools_impl.py:414]     | KeyError: 'x'
"""

WINDOWS = r"""
Traceback (most recent call last):
  File "e:\shop\.venv\Lib\site-packages\uvicorn\protocols\http\h11_impl.py", line 403, in run_asgi
    result = await app(
  File "e:\shop\app\main.py", line 8, in read
    return items[0]
  File "C:\Program Files\Python310\lib\asyncio\base_events.py", line 5, in x
IndexError: list index out of range
"""


@pytest.mark.parametrize(
    ("text", "raised", "place"),
    [
        (GROUP, ["ExceptionGroup", "AttributeError"], ("/srv/app/main.py", 12)),
        (RICH, ["ModuleNotFoundError"], ("/srv/app/broken.py", 2)),
        (PYTEST, ["ValueError"], ("app/main.py", 4)),
        (CONTAINER, ["ImportError"], ("/code/app/main.py", 3)),
        (STAMPED, ["KeyError"], ("/code/app/main.py", 3)),
        (SERVICE, ["KeyError"], ("/srv/app/main.py", 42)),
        (WINDOWS, ["IndexError"], (r"e:\shop\app\main.py", 8)),
        ('    Traceback (most recent call last):\n      File "a.py", line 1, in b\n    KeyError: 1', ["KeyError"], ("a.py", 1)),
    ],
    ids=["group", "rich", "pytest", "container", "stamped", "service", "windows", "indented"],
)  # fmt: skip
def test_tracebacks_of_any_make_are_read(text, raised, place):
    error = parse_error(text)
    assert [item.name for item in error.raised] == raised
    assert (error.users_frame.file, error.users_frame.line) == place


def test_a_chain_is_read_in_the_order_printed():
    error = parse_error(
        'Traceback (most recent call last):\n  File "a.py", line 1, in a\nKeyError: 1\n\n'
        "During handling of the above exception, another exception occurred:\n\n"
        'Traceback (most recent call last):\n  File "b.py", line 2, in b\nValueError: two\nlines\n'
    )
    assert [(item.name, item.message) for item in error.raised] == [
        ("KeyError", "1"),
        ("ValueError", "two\nlines"),
    ]
    assert error.users_frame.file == "b.py"


@pytest.mark.parametrize(
    "line", ["Note: be careful", "INFO: started", "Error: something", "see Chapter: one", "Found: 3"]
)
def test_labels_are_no_exceptions(line):
    assert parse_error(line).raised == ()


@pytest.mark.parametrize(
    "text",
    [
        '{"detail":[{"type":"missing","loc":["body","price"],"msg":"Field required","input":{"name":"x"}}]}',
        'Response body: {"detail": [{"loc": ["body", "price"], "msg": "field required", "type": "value_error.missing"}]}',
        (
            "RequestValidationError: 1 validation error:\n  {'type': 'missing', 'loc': ('body', 'price'), "
            "'msg': 'Field required', 'input': {}}"
        ),
        (
            "pydantic.error_wrappers.ValidationError: 1 validation error for Request\nbody -> price\n"
            "  field required (type=value_error.missing)"
        ),
    ],
    ids=["json", "json of pydantic 1", "python", "text of pydantic 1"],
)
def test_a_refused_value_is_read_in_any_form(text):
    (refused,) = parse_error(text).fields
    assert (refused.type, refused.place, refused.location) == ("missing", "body", "price")


def test_the_text_of_pydantic_is_read():
    error = parse_error(
        "2 validation errors for Settings\ndatabase_url\n  Field required [type=missing, input_value={}, "
        "input_type=dict]\n    For further information visit x\nport\n  Input should be a valid integer "
        "[type=int_type, input_value=None, input_type=NoneType]"
    )
    assert error.model == "Settings"
    assert [(item.location, item.type, item.place, item.value) for item in error.fields] == [
        ("database_url", "missing", "model", "{}"),
        ("port", "int_type", "model", "null"),
    ]


@pytest.mark.parametrize(
    ("line", "exchange"),
    [
        (
            'INFO:     127.0.0.1:5000 - "GET /items?q=1 HTTP/1.1" 307 Temporary Redirect',
            Exchange("GET", "/items", 307),
        ),
        (
            'HTTP Request: POST http://api.test/items "HTTP/1.1 422 Unprocessable Content"',
            Exchange("POST", "/items", 422),
        ),
        ("GET http://localhost:8000/items/ 404 (Not Found)", Exchange("GET", "/items/", 404)),
        ('INFO:     ("127.0.0.1", 5000) - "WebSocket /ws" 403', Exchange("WebSocket", "/ws", 403)),
        ("HTTP/1.1 405 Method Not Allowed", Exchange("", "", 405)),
        ("I get 404 not found", Exchange("", "", 404)),
    ],
)
def test_requests_and_statuses_are_read(line, exchange):
    assert exchange in parse_error(line).exchanges


def test_what_is_searched_for_has_no_addresses_paths_and_urls():
    query = make_query(
        parse_error(
            "FooError: <app.Foo object at 0x7f00deadbeef> in /srv/app/main.py see https://example.com/x 123456"
        )
    )
    assert query == "FooError <app.Foo object at > in see"


def test_a_long_text_is_read_at_both_ends():
    error = parse_error("KeyError: 'first'\n" + "x" * 400_000 + "\nValueError: last")
    assert error.is_cut
    assert [item.name for item in error.raised] == ["KeyError", "ValueError"]


HOSTILE = {
    "letters": "a" * 10**6,
    "lines": "a\n" * 500_000,
    "brackets": "[" * 10**6,
    "objects": '{"' * 500_000,
    "rows": '[{"loc":["a"],' * 70_000,
    "frames": '  File "x.py", line 1, in f\n' * 36_000,
    "quotes": "'type': 'a', 'loc': (" * 48_000,
    "colons": "Error: " * 140_000,
    "exceptions": "ValueError: x\n" * 70_000,
    "boxes": "| " * 500_000,
    "spaces": " " * 10**6,
    "requests": '"GET ' * 200_000,
    "pydantic": "  x [type=a, input_value=b, " * 37_000,
    "escapes": "\x1b[" * 500_000,
    "separators": "/" * 10**6,
    "arrows": "GET a -> " * 110_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_megabyte_of_anything_is_read_within_a_second(name):
    started = time.perf_counter()
    error = parse_error(HOSTILE[name])
    make_query(error)
    assert time.perf_counter() - started < 1


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=3000))
def test_any_text_can_be_read(text):
    error = parse_error(text)
    assert len(make_query(error)) <= 200


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "Traceback (most recent call last):", '  File "a.py", line 1, in b', "  | ", "ValueError: x", "E   KeyError",
                "1 validation error for A", "  Field required [type=missing", '{"detail":[{"loc":', "'loc': (", "a.py:1: in b",
                "During handling of the above exception", '"GET / HTTP/1.1" 404', "\x1b[31m", "api-1  | ", "\ud800",
            ]
        )
    )
)  # fmt: skip
def test_any_mixture_of_pieces_can_be_read(lines):
    parse_error("\n".join(lines))
