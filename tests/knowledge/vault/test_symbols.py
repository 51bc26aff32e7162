"""Public names with their signatures, parameters and docs, read without importing anything."""

import sys
from collections.abc import Mapping

import pytest

from maestro_knowledge.vault.contents import read_contents
from maestro_knowledge.vault.model import Contents, Place, Section, Snapshot, Symbol
from maestro_knowledge.vault.trees import MemoryTree


def package(files: Mapping[str, str], name: str = "fastapi") -> Contents:
    modules = {f"{name}/__init__.py": "", **{f"{name}/{file}": text for file, text in files.items()}}
    return read_contents(
        MemoryTree(
            Snapshot(name, "installed", "1.0.0"), {path: text.encode() for path, text in modules.items()}
        )
    )


def symbols(files: Mapping[str, str], name: str = "fastapi") -> dict[str, Symbol]:
    return {symbol.name: symbol for symbol in package(files, name).symbols}


@pytest.fixture(scope="module")
def api(mini: Contents) -> dict[str, Section]:
    return {section.id: section for section in mini.sections if section.kind == "api"}


def test_a_name_goes_by_its_shortest_public_path(mini, api):
    assert set(api) == {
        "fastapi.Depends", "fastapi.FastAPI", "fastapi.FastAPI.get", "fastapi.FastAPI.on_event", "fastapi.HTTPException",
        "fastapi.applications.Base", "fastapi.applications.Base.mount", "fastapi.responses.JSONResponse",
        "fastapi.security.OAuth2PasswordBearer",
    }  # fmt: skip
    assert (
        "fastapi.security.oauth2.OAuth2PasswordBearer"
        in api["fastapi.security.OAuth2PasswordBearer"].keywords
    )


def test_every_parameter_has_annotation_default_and_docs(mini):
    app = next(symbol for symbol in mini.symbols if symbol.name == "fastapi.FastAPI")
    assert [(p.name, p.annotation, p.default, p.doc.split("\n")[0]) for p in app.parameters] == [
        ("debug", "bool", "False", "Whether errors are shown in the browser."),
        ("title", "str", "'Mini'", "The title."),
        ("**extra", "Any", "", "Anything else."),
    ]
    assert app.bases == ("fastapi.applications.Base", "starlette.applications.Starlette")
    assert (app.source.file, app.source.first_line) == ("fastapi/applications.py", 13)


def test_a_section_says_all_that_the_symbol_knows(api):
    body = api["fastapi.FastAPI"].body
    assert body.startswith(
        "```python\nclass fastapi.FastAPI(*, debug: bool = False, title: str = 'Mini', **extra: Any)\n```"
    )
    for part in (
        "- `debug` (`bool`, default `False`): Whether errors are shown in the browser.\n\n  Read more in the chapter",
        "- `state` (`dict`, default `{}`): What the application keeps.",
        "**Methods**: `get`, `on_event`",
        "**Inherited from `fastapi.applications.Base`**:\n\n```python\ndef mount(path: str, app: Any) -> None\n```",
        "Source: `fastapi/applications.py`, lines 13-54",
    ):
        assert part in body
    assert "docs:advanced/settings#the-settings-object" in api["fastapi.FastAPI"].related


def test_a_symbol_is_placed_at_its_entry_in_the_reference(api):
    assert api["fastapi.FastAPI.get"].place == Place("reference/fastapi.md", "fastapi.FastAPI.get")
    assert api["fastapi.FastAPI.get"].url == "https://mini.example.com/reference/fastapi/#fastapi.FastAPI.get"
    # A member that the page does not show is found at the class.
    assert api["fastapi.FastAPI.on_event"].place == Place("reference/fastapi.md", "fastapi.FastAPI")
    assert api["fastapi.Depends"].place is None


def test_what_is_deprecated_says_why(mini, api):
    event = next(symbol for symbol in mini.symbols if symbol.name == "fastapi.FastAPI.on_event")
    assert event.deprecated == "Use `lifespan` instead."
    assert "> **Deprecated**: Use `lifespan` instead." in api["fastapi.FastAPI.on_event"].body


def test_what_another_package_defines_points_there(api):
    section = api["fastapi.responses.JSONResponse"]
    assert section.related == ("starlette/api:starlette.responses.JSONResponse",)
    assert section.place == Place("reference/fastapi.md", "fastapi.responses.JSONResponse")


def test_private_names_and_modules_are_passed_over_unless_offered():
    found = symbols(
        {
            "__init__.py": "from ._inner import Shown as Shown\nfrom ._inner import Other\nimport os\n",
            "_inner.py": "class Shown: ...\nclass Other: ...\n",
            "a.py": "def f(): ...\ndef _g(): ...\n",
        }
    )
    assert set(found) == {"fastapi.Shown", "fastapi.a.f"}


def test_a_list_of_exports_is_obeyed_also_through_stars():
    found = symbols(
        {
            "__init__.py": "from .a import *\n__all__ = ('f', 'Late')\n",
            "a.py": "from .b import Late\n__all__ = ['f', 'Late', 'g']\ndef f(): ...\ndef g(): ...\n",
            "b.py": "class Late: ...\n",
        }
    )
    assert {"fastapi.f", "fastapi.Late", "fastapi.a.g"} == set(found)


def test_reexports_that_go_in_circles_end():
    assert symbols({
        "__init__.py": "from .a import x as x\n", "a.py": "from .b import x as x\n", "b.py": "from .a import x as x\n",
    }) == {}  # fmt: skip


def test_docstrings_of_the_other_style_are_read():
    found = symbols(
        {
            "a.py": 'def f(a: int, *b: str) -> int:\n    """Do it.\n\n    Args:\n        a: The first.\n        b: More.\n\n    Returns:\n        The sum.\n    """\n'
        },
        "starlette",
    )
    (function,) = found.values()
    assert [(p.name, p.doc) for p in function.parameters] == [("a", "The first."), ("*b", "More.")]
    assert "Do it." in function.doc
    assert "The sum." in function.doc


def test_signatures_show_every_kind_of_parameter():
    found = symbols({"a.py": "async def f(a, b=1, /, c=2, *, d: 'int' = 3, **e) -> None: ...\n"})
    assert (
        found["fastapi.a.f"].signature == "async def fastapi.a.f(a, b=1, /, c=2, *, d: int = 3, **e) -> None"
    )


def test_a_module_of_constants_is_told_as_one():
    files = {
        "fastapi/__init__.py": "from starlette import status as status\n",
        "starlette/__init__.py": "",
        "starlette/status.py": '"""Codes."""\nHTTP_404_NOT_FOUND = 404\nHTTP_200_OK = 200\n',
    }
    tree = MemoryTree(
        Snapshot("fastapi", "installed", "1"), {path: text.encode() for path, text in files.items()}
    )
    (section,) = read_contents(tree).sections
    assert section.id == "fastapi.status"
    assert "HTTP_404_NOT_FOUND = 404" in section.body
    assert section.place == Place("reference/status.md", "fastapi.status")


@pytest.mark.parametrize(
    "code",
    [
        "def f(:\n", "\x00", "x = " + "(" * 5000, "class A(A): ...\n", "def f(x: Annotated[int, Doc(f'{1}')]): ...\n",
        "from . import *\nfrom .a import *\n__all__ = a.__all__\n", "@deprecated(1/0)\nclass B: ...\n",
        "\N{REPLACEMENT CHARACTER} = 1\n", "class C(D): ...\nclass D(C): ...\n", "-" * 100_000 + "1\n",
        'def f():\n    """Args:\n        x\n      Returns\n    ::\n"""\n',
    ],
)  # fmt: skip
def test_hostile_code_is_a_problem_at_most(code):
    contents = package({"a.py": code, "good.py": "class Good: ...\n"})
    assert "fastapi.good.Good" in {symbol.name for symbol in contents.symbols}


def test_docs_that_cannot_be_read_do_not_hide_the_others():
    found = symbols(
        {
            "a.py": "from annotated_doc import Doc\nfrom typing import Annotated\n"
            "def f(x: Annotated[int, Doc(f'{1}')]): ...\ndef g(x: Annotated[int, Doc('fine')]): ...\n"
        }
    )
    assert [symbol.parameters[0].doc for symbol in found.values()] == ["", "fine"]


def test_nothing_is_imported():
    package({"a.py": "raise SystemExit\n", "b.py": "import maestro_trap_that_is_not_there\n"})
    assert "maestro_trap_that_is_not_there" not in sys.modules
