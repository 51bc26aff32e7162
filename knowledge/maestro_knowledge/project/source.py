"""Bytes of a file → text and tree, or the reason why there is none."""

import ast
import codecs
import io
import os
import re
import sys
import tokenize
from dataclasses import dataclass
from pathlib import Path

from maestro_knowledge.project.lean import make_lean
from maestro_knowledge.project.newer_syntax import respell

_MAGIC = re.compile(r"\s*(%{1,2}[a-zA-Z]|!\s*[a-zA-Z./]|\?\w|\w+\?$)")
_PYTHON_2 = re.compile(
    r"\s*(?:print\s+[^\s(=.\[]|print\s*>>|exec\s+['\"]|except\s+[\w.]+\s*,\s*\w+\s*:|raise\s+[\w.]+\s*,)|.*\b0?[0-9][0-9a-fA-Fx]*[lL]\b"
)
_PYTHON_2_MESSAGES = (
    "Missing parentheses in call to",
    "leading zeros in decimal",
    "multiple exception types",
)

_FOR_NAMES = frozenset({"punycode", "idna"})  # decoding a megabyte of it takes minutes


class Unreadable(Exception):
    """Why a file cannot be taken into the project."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file's text and how it was encoded, with its tree."""

    text: str
    encoding: str
    tree: ast.Module


def read_bytes(path: Path, limit: int) -> bytes:
    """The content of a regular file, whole and unchanged while it was read."""
    try:
        with path.open("rb") as file:
            for _ in range(2):
                file.seek(0)
                before = os.fstat(file.fileno())
                content = file.read(limit + 1)
                after = os.fstat(file.fileno())
                if len(content) > limit:
                    raise Unreadable(f"larger than {limit:,} bytes")
                if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns) and len(
                    content
                ) == after.st_size:
                    return content
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror or type(error).__name__}") from None
    raise Unreadable("changed while it was read")


def decode(content: bytes) -> tuple[str, str]:
    """The text of a source file and the encoding that its BOM or cookie names."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unreadable("encoded as UTF-16, which Python does not read as source")
    if b"\0" in content:
        raise Unreadable("contains null bytes")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        if codecs.lookup(encoding).name in _FOR_NAMES:
            raise Unreadable(f"encoding: {encoding} is for host names")
        return content.decode(encoding), encoding
    except SyntaxError as error:
        raise Unreadable(f"encoding: {error.msg}") from None
    except (UnicodeError, LookupError, ValueError):
        raise Unreadable("not valid in its declared encoding") from None


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
