"""Text of a file → its tree, or the reason why there is none."""

import ast
import sys

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.project.lean import make_lean
from maestro_knowledge.project.reading import Unreadable

_MAGIC = Pattern(r"\s*(%{1,2}[a-zA-Z]|!\s*[a-zA-Z./]|\?\w|\w+\?$)")
_PYTHON_2 = Pattern(
    r"\s*(?:print\s+[^\s(=.\[]|print\s*>>|exec\s+['\"]|except\s+[\w.]+\s*,\s*\w+\s*:|raise\s+[\w.]+\s*,)"
    r"|.*\b0?[0-9][0-9a-fA-Fx]*[lL]\b"
)
_PYTHON_2_MESSAGES = (
    "Missing parentheses in call to",
    "leading zeros in decimal",
    "multiple exception types",
)


@dataclass(frozen=True, slots=True)
class Source:
    """A file's text and how it was encoded, with its tree."""

    text: str
    encoding: str
    tree: ast.Module


def parse(text: str) -> ast.Module:
    """The tree of `text`; the caller has warnings silenced."""
    if "\0" in text:
        raise Unreadable("contains null bytes")
    try:
        return make_lean(ast.parse(text))
    except SyntaxError as error:
        tree = _parse_newer(text)
        if tree is not None:
            return tree
        raise Unreadable(_syntax_reason(text, error)) from None
    except (RecursionError, MemoryError):
        raise Unreadable("nested too deeply to be parsed") from None
    except (ValueError, OverflowError, SystemError) as error:
        raise Unreadable(f"cannot be parsed: {type(error).__name__}") from None


def _parse_newer(text: str) -> ast.Module | None:
    """The tree of a file in the syntax of a newer Python than the one that runs."""
    from maestro_knowledge.project.newer_syntax import respell  # noqa: PLC0415 - few files are

    spelled = respell(text)
    if spelled == text:
        return None
    try:
        return make_lean(ast.parse(spelled))
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError, SystemError):
        return None


def _syntax_reason(text: str, error: SyntaxError) -> str:
    line = error.lineno or 0
    lines = text.splitlines()
    shown = lines[line - 1] if 0 < line <= len(lines) else ""
    if _MAGIC.match(shown[:200]):
        return f"notebook magic at line {line} is not Python"
    if _PYTHON_2.match(shown[:200]) or (error.msg or "").startswith(_PYTHON_2_MESSAGES):
        return f"Python 2 syntax at line {line}"
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return f"does not parse as Python {version}: line {line}: {error.msg}"
