"""Generated code that reads the settings of the project: its own classes become parts of those."""

import ast
import re
from collections.abc import Mapping, Sequence

from maestro_knowledge.scaffold.imports import tidy_imports
from maestro_knowledge.scaffold.render import tidy_blank_lines
from maestro_knowledge.scaffold.settings.parts import Part, own_fields
from maestro_knowledge.scaffold.settings.source import SettingsSource

_UNKNOWN = re.compile(r"\n *# Type checkers do not know that the environment fills in what is missing here\.")
_GETTER = re.compile(
    r"@lru_cache\ndef (?P<name>\w+)\(\) -> (?P<part>\w+):\n"
    r"    \"\"\"[^\n]*\"\"\"\n(?: +#[^\n]*\n)?    return [^\n]*\n"
)
_ALIAS = re.compile(r"\s*validation_alias=\"\w+\",")
_SAYS_VARIABLES = re.compile(r"; [^\n\"]*\bvariables?\b[^\n\"]*(?=\"\"\")")
_EMPTY = {"Field(default_factory=list)": "[]", "Field(default_factory=dict)": "{}"}
_READS = ("PROJECT_SETTINGS", "set_variable(", "_lifespan", "with TestClient(")
"""What in a test says that settings are read."""

TYPES = ("from pathlib import Path", "from pydantic import HttpUrl, SecretStr")
FIXTURE = '''
PROJECT_SETTINGS = {name}.model_construct()


@pytest.fixture(autouse=True)
def use_settings_of_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the code see settings of this test, and not those of the machine."""
    monkeypatch.setattr({alias}, "{giver}", {given})


'''
SETTER = '''
def set_variable(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    """Give a setting this value, wherever it is read."""
    monkeypatch.setenv(name, text)
    value = json.loads(text) if text.startswith(("[", "{{")) else text
    monkeypatch.setitem(vars(PROJECT_SETTINGS), name.{case}(), value)


'''


def merge_parts(
    files: Mapping[str, str],
    parts: Sequence[Part],
    source: SettingsSource,
    *,
    there: Sequence[Part],
    tests: Sequence[str],
    own: frozenset[str],
    width: int,
) -> dict[str, str]:
    """The files with every settings class read from the project's settings, tests included.

    `there` are parts that lie in the project since an earlier request.
    """
    found = dict(files)
    for part in parts:
        found[part.path] = _become_part(found[part.path], part, source)
    for path, text in found.items():
        if path.endswith(".py"):
            read = _read_test if path in tests else _read_module
            changed = read(text, (*parts, *there), source)
            if changed != files[path]:
                found[path] = tidy_blank_lines(tidy_imports(changed, own=own, width=width))
    return found


def _become_part(text: str, part: Part, source: SettingsSource) -> str:
    """The module with the class as a model that is made from the project's settings."""
    node = next(
        node for node in ast.parse(text).body if isinstance(node, ast.ClassDef) and node.name == part.name
    )
    lines = text.encode().split(b"\n")
    last = node.lineno
    for _, line in own_fields(node):
        end, start = line.end_lineno or 0, line.annotation.end_lineno or 0
        kept = lines[start - 1][: line.annotation.end_col_offset]
        lines[start - 1 : end] = [kept, *[b""] * (end - start)]
        last = end
    maker = "\n".join(_spell_maker(part, source))
    lines[last - 1] += f"\n\n{maker}\n".encode()
    for statement in node.body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "model_config":
            height = (statement.end_lineno or 0) - statement.lineno + 1
            lines[statement.lineno - 1 : statement.end_lineno] = [b""] * height
    head = lines[node.lineno - 1].replace(b"(BaseSettings)", b"(BaseModel)")
    lines[node.lineno - 1] = head
    whole = b"\n".join(lines).decode()
    before, mark, after = whole.partition(f"class {part.name}(BaseModel):")
    after = _SAYS_VARIABLES.sub(f"; a part of `{source.name}`.", after, count=1)
    whole = before + mark + _ALIAS.sub("", after)
    return _add_imports(
        whole,
        [
            "from typing import Self",
            "from pydantic import BaseModel",
            f"from {source.module} import {source.name}",
        ],
    )


def _spell_maker(part: Part, source: SettingsSource) -> list[str]:
    values = [f'                "{item.name}": settings.{item.central},' for item in part.fields]
    return [
        "    @classmethod",
        f"    def of(cls, settings: {source.name}) -> Self:",
        '        """Take this part from the settings of the application, and check it."""',
        "        return cls.model_validate(",
        "            {",
        *values,
        "            },",
        "        )",
    ]


def _read_module(text: str, parts: Sequence[Part], source: SettingsSource) -> str:
    """A module that reads the project's settings wherever it read its own."""

    def give(match: re.Match[str]) -> str:
        argument = f"settings: Annotated[{source.name}, Depends({source.read[:-2]})]"
        taken = "settings"
        if not source.is_function:
            argument, taken = "", source.read
        return (
            f"def {match['name']}(\n    {argument},\n) -> {match['part']}:\n"
            f'    """Return this part of the settings, checked."""\n'
            f"    return {match['part']}.of({taken})\n"
        ).replace("(\n    ,\n)", "()")

    changed = _GETTER.sub(give, text)
    if changed != text:
        needed = ["from typing import Annotated", "from fastapi import Depends"]
        changed = _add_imports(changed, [*needed, f"from {source.module} import {source.name}"])
    for name in _getters(parts) if source.is_function else ():
        changed = re.sub(rf"(?<!def )\b{name}\(\)", f"{name}({source.read})", changed)
    for part in parts:
        changed = re.sub(
            rf"\b{part.name}(?:\.model_validate\(\{{\}}\)|\(\))", f"{part.name}.of({source.read})", changed
        )
    if changed == text:
        return text
    return _add_imports(_UNKNOWN.sub("", changed), [source.import_line])


def _getters(parts: Sequence[Part]) -> list[str]:
    return [part.getter for part in parts if part.getter]


def _read_test(text: str, parts: Sequence[Part], source: SettingsSource) -> str:
    """A test whose settings are its own, whatever the project's say on this machine."""
    changed = _complete_calls(text, parts)
    for part in parts:
        changed = changed.replace(f"{part.name}()", f"{part.name}.of(PROJECT_SETTINGS)")
    for name in _getters(parts):
        changed = re.sub(rf"\n *{name}\.cache_clear\(\)", "", changed)
        if source.is_function:
            changed = changed.replace(f"{name}()", f"{name}(PROJECT_SETTINGS)")
    changed = changed.replace("monkeypatch.setenv(", "set_variable(monkeypatch, ")
    if changed != text:
        changed = _add_imports(changed, TYPES)
    if not any(mark in changed for mark in _READS):
        return changed
    fixture = (FIXTURE + (SETTER if "set_variable(" in changed else "")).format(
        name=source.name,
        alias=source.alias,
        giver=source.giver,
        given="lambda: PROJECT_SETTINGS" if source.is_function else "PROJECT_SETTINGS",
        case="upper" if source.is_upper else "lower",
    )
    changed = _put_ahead(changed, fixture)
    return _add_imports(
        changed,
        ["import json", "import pytest", f"from {source.module} import {source.name}", source.import_line],
    )


def _complete_calls(text: str, parts: Sequence[Part]) -> str:
    """The test with every value said that a settings class had a default for."""
    known = {part.name: part for part in parts}
    lines = text.encode().split(b"\n")
    calls = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in known
        and node.keywords
    ]
    for call in sorted(calls, key=lambda node: (-(node.end_lineno or 0), -(node.end_col_offset or 0))):
        said = {keyword.arg for keyword in call.keywords}
        missing = [
            f"{item.name}={_EMPTY.get(item.default, item.default)}"
            for item in known[ast.unparse(call.func)].fields
            if item.default and item.name not in said
        ]
        if missing:
            row, column = (call.end_lineno or 0) - 1, (call.end_col_offset or 0) - 1
            lines[row] = lines[row][:column] + f", {', '.join(missing)}".encode() + lines[row][column:]
    return b"\n".join(lines).decode()


def _put_ahead(text: str, block: str) -> str:
    """The module with a block ahead of its first function or class."""
    tree = ast.parse(text)
    first = next(
        node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    )
    number = min([first.lineno, *(decorator.lineno for decorator in first.decorator_list)]) - 1
    lines = text.split("\n")
    return "\n".join([*lines[:number], *block.split("\n"), *lines[number:]])


def _add_imports(text: str, statements: Sequence[str]) -> str:
    """The module with these imports behind its docstring; they are sorted, and merged, afterwards."""
    docstring = ast.parse(text).body[0]
    lines = text.split("\n")
    end = docstring.end_lineno or 1
    return "\n".join([*lines[:end], "", *statements, *lines[end:]])
