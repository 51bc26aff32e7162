"""From a template and its context to the text of a file."""

import ast
import json
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from maestro_knowledge.scaffold import literals
from maestro_knowledge.scaffold.imports import tidy_imports
from maestro_knowledge.scaffold.names import split_words

TEMPLATES = Path(__file__).parent / "templates"


@cache
def make_environment() -> Environment:
    """The templates, strict about names; text of the user's only ever comes in through a filter."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - the output is Python, not HTML
    )
    environment.filters |= {
        "py": _to_source,
        "toml": json.dumps,
        "sentence": literals.to_sentence,
        "doc": _to_docstring,
        "snake": lambda text: "_".join(split_words(text)),
        "set_of": lambda names: "{" + ", ".join(map(literals.quote_text, names)) + "}" if names else "set()",
        "capital": lambda text: text[:1].upper() + text[1:],
    }
    return environment


def render_python(template: str, context: dict[str, Any], *, own: frozenset[str]) -> str:
    """A rendered module: its imports pruned and sorted, its blank lines as the formatter has them."""
    text = make_environment().get_template(template).render(context)
    return tidy_blank_lines(tidy_imports(text, own=own, width=context["width"]))


def render_text(template: str, context: dict[str, Any]) -> str:
    """A rendered file that is not Python."""
    return make_environment().get_template(template).render(context).strip("\n") + "\n"


def tidy_blank_lines(source: str) -> str:
    """`source` with two blank lines around top-level definitions and at most one inside them."""
    tree = ast.parse(source)
    inside = _string_lines(tree)
    tops = {
        _first_line(node): isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        for node in tree.body
    }
    ends = {
        node.end_lineno: isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        for node in tree.body
    }
    out: list[str] = []
    blanks = 0
    last_was_definition = False
    for number, line in enumerate(source.rstrip("\n").split("\n"), 1):
        if not line.strip() and number not in inside:
            blanks += 1
            continue
        wanted = min(blanks, 1)
        if number in tops and out:
            wanted = 2 if tops[number] or last_was_definition else min(blanks, 1)
        if out and out[-1].rstrip().endswith((":", "(", "[", "{")) and number not in inside:
            wanted = 0
        out += [""] * wanted
        out.append(line.rstrip() if number not in inside else line)
        blanks = 0
        if number in ends:
            last_was_definition = ends[number]
    return "\n".join(out) + "\n"


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _string_lines(tree: ast.Module) -> set[int]:
    """Lines that a string runs over: there, blank lines are text."""
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Constant, ast.JoinedStr)) and (node.end_lineno or 0) > node.lineno:
            found |= set(range(node.lineno + 1, (node.end_lineno or 0) + 1))
    return found


@pass_context
def _to_docstring(context: Context, text: str, indent: int = 0) -> str:
    return literals.to_docstring(text, indent=indent, width=context["width"])


def _to_source(value: Any, indent: int = 0) -> str:
    return literals.to_source(value, column=indent + 20, indent=indent)
