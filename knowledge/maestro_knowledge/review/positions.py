"""Where nodes stand: from the bytes that `ast` counts to the characters that people and editors count."""

import ast
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

from maestro_knowledge.core.patterns import Pattern

_LINE_END = Pattern(r"\r\n|\r|\n")


class Lines:
    """The lines of one text, and how to get from a node to its place in the text."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def starts(self) -> list[int]:
        """Where each line begins."""
        if "\r" not in self._text:  # as nearly always, and many times faster
            return [*accumulate((len(line) + 1 for line in self._text.split("\n")[:-1]), initial=0)]
        return [0, *(match.end() for match in _LINE_END.finditer(self._text))]

    @cached_property
    def _is_plain(self) -> bool:
        """Whether bytes are characters, and every line but the last ends in one of them."""
        return self._text.isascii() and "\r" not in self._text

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its end."""
        if not 1 <= number <= len(self.starts):
            return ""
        end = self.starts[number] if number < len(self.starts) else len(self._text)
        return self._text[self.starts[number - 1] : end].rstrip("\r\n")

    def end_at(self, offset: int) -> str:
        """How the line at the offset ends; the last one as the one before it."""
        line = bisect_right(self.starts, offset)
        before = self._text[: self.starts[min(line, len(self.starts) - 1)]]
        return "\r\n" if before.endswith("\r\n") else "\r" if before.endswith("\r") else "\n"

    def column(self, number: int, byte_column: int) -> int:
        """How many characters of the line stand before this many bytes of it."""
        if self._is_plain and 1 <= number <= len(self.starts):
            end = self.starts[number] - 1 if number < len(self.starts) else len(self._text)
            return min(byte_column, end - self.starts[number - 1])
        line = self.line(number)
        if line.isascii():
            return min(byte_column, len(line))
        return len(line.encode("utf-8", "surrogatepass")[:byte_column].decode("utf-8", "ignore"))

    def offset(self, number: int, byte_column: int) -> int:
        """The offset in the text of a place as `ast` counts it."""
        number = max(1, min(number, len(self.starts)))
        return self.starts[number - 1] + self.column(number, byte_column)

    def at(self, offset: int) -> tuple[int, int]:
        """The line and column of an offset in the text, both counted from 1."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def offsets(self, node: ast.AST) -> tuple[int, int]:
        """The offsets of the node's first character and of the one behind its last."""
        line, column, end_line, end_column = raw_place(node)
        return self.offset(line, column), self.offset(end_line, end_column)

    def place(self, node: ast.AST) -> tuple[int, int, int, int]:
        """Line, column, end line and end column, counted from 1; of a definition only its first line."""
        line, column, end_line, end_column = raw_place(node)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return line, self.column(line, column) + 1, line, len(self.line(line)) + 1
        return line, self.column(line, column) + 1, end_line, self.column(end_line, end_column) + 1


def raw_place(node: ast.AST) -> tuple[int, int, int, int]:
    """Line, byte column, end line and end byte column as `ast` has them; a module is its first line."""
    line = getattr(node, "lineno", 1)
    column = getattr(node, "col_offset", 0)
    return line, column, getattr(node, "end_lineno", None) or line, getattr(node, "end_col_offset", None) or 0
