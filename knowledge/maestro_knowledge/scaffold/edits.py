"""Lines added to a module of the user's with everything else kept: the only user of LibCST here."""

import ast
from collections.abc import Sequence

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from maestro_knowledge.core.records import dataclass


@dataclass(frozen=True, slots=True)
class ImportLine:
    """`from module import name as alias`, placed at the top, or behind the imports of a function."""

    module: str
    name: str
    alias: str
    function_line: int | None = None

    @property
    def text(self) -> str:
        """The statement."""
        return f"from {self.module} import {self.name}" + (
            f" as {self.alias}" if self.alias != self.name else ""
        )


@dataclass(frozen=True, slots=True)
class CallLine:
    """A statement to stand behind the one that begins in this line."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class _Place:
    """The line of the statement that others stand behind, or ahead of; apart, with an empty line between."""

    line: int
    is_ahead: bool = False
    is_apart: bool = False


def add_lines(
    source: str, imports: Sequence[ImportLine], calls: Sequence[CallLine], *, own: frozenset[str]
) -> str:
    """The module with these lines; `own` are the top-level names of the project's own imports.

    Raises `LookupError` where no statement of its own line begins where one of them has to stand.
    """
    tree = ast.parse(source)
    behind: dict[int, list[str]] = {}
    ahead: dict[int, list[str]] = {}
    apart: set[int] = set()
    for line in sorted(imports, key=lambda one: (one.module.lower(), one.name)):
        place = _import_place(tree, line, own)
        (ahead if place.is_ahead else behind).setdefault(place.line, []).append(line.text)
        apart |= {place.line} if place.is_apart else set()
    for call in calls:
        behind.setdefault(call.line, []).append(call.text)
    wrapper = MetadataWrapper(cst.parse_module(source))
    text = wrapper.visit(_Adder(ahead, behind, apart, wrapper.module)).code
    if left := sorted({*ahead, *behind}):
        raise LookupError(f"no statement begins in line {left[0]}")
    return text


def _import_place(tree: ast.Module, line: ImportLine, own: frozenset[str]) -> _Place:
    """Where an import of the project's own stands."""
    body: Sequence[ast.stmt] = tree.body
    if line.function_line is not None:
        around = next(
            (
                node
                for node in ast.walk(tree)
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
                and node.lineno == line.function_line
            ),
            None,
        )
        body = around.body if around is not None else body
    imports = [node for node in body if isinstance(node, (ast.Import, ast.ImportFrom))]
    ours = [node for node in imports if _is_own(node, own)]
    later = [
        node for node in ours if isinstance(node, ast.ImportFrom) and _key(node) > (line.module, line.name)
    ]
    if later and ours[0] in later:
        return _Place(ours[0].lineno, is_ahead=True)
    before = [node for node in ours if node not in later]
    anchors = before or ours or imports
    if anchors:
        return _Place(anchors[-1].lineno, is_apart=not ours)
    first = body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return _Place(first.lineno, is_ahead=not is_docstring, is_apart=is_docstring)


def _is_own(node: ast.Import | ast.ImportFrom, own: frozenset[str]) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.level > 0 or (node.module or "").split(".")[0] in own
    return any(alias.name.split(".")[0] in own for alias in node.names)


def _key(node: ast.ImportFrom) -> tuple[str, str]:
    return "." * node.level + (node.module or ""), node.names[0].name


Statement = cst.SimpleStatementLine | cst.For | cst.If | cst.With | cst.Try
Added = cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement] | cst.RemovalSentinel


class _Adder(cst.CSTTransformer):
    """Adds statements before and behind those that begin in a line."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(
        self,
        ahead: dict[int, list[str]],
        behind: dict[int, list[str]],
        apart: set[int],
        module: cst.Module,
    ) -> None:
        super().__init__()
        self._apart = apart
        self._ahead = ahead
        self._behind = behind
        self._config = module.config_for_parsing

    def leave_SimpleStatementLine(  # noqa: N802 - LibCST's name
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> Added:
        """Puts lines around a statement of one line."""
        return self._surround(original_node, updated_node)

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> Added:  # noqa: N802 - LibCST's name
        """Puts lines around a loop."""
        return self._surround(original_node, updated_node)

    def leave_If(self, original_node: cst.If, updated_node: cst.If) -> Added:  # noqa: N802 - LibCST's name
        """Puts lines around a condition."""
        return self._surround(original_node, updated_node)

    def leave_With(self, original_node: cst.With, updated_node: cst.With) -> Added:  # noqa: N802 - LibCST's name
        """Puts lines around a context."""
        return self._surround(original_node, updated_node)

    def leave_Try(self, original_node: cst.Try, updated_node: cst.Try) -> Added:  # noqa: N802 - LibCST's name
        """Puts lines around an attempt."""
        return self._surround(original_node, updated_node)

    def _surround(self, original: cst.BaseStatement, updated: Statement) -> Added:
        line = self._line_of(original)
        ahead, behind = self._ahead.pop(line, []), self._behind.pop(line, [])
        if not (ahead or behind):
            return updated
        first: list[cst.BaseStatement] = [self._parse(text) for text in ahead]
        if first:
            # What stood above the statement (blank lines, comments) stays above.
            first[0] = first[0].with_changes(leading_lines=updated.leading_lines)
            updated = updated.with_changes(leading_lines=())
        last = [self._parse(text) for text in behind]
        if line in self._apart:
            last[0] = last[0].with_changes(leading_lines=[cst.EmptyLine(indent=False)])
        return cst.FlattenSentinel([*first, updated, *last])

    def _line_of(self, node: cst.CSTNode) -> int:
        found = self.get_metadata(PositionProvider, node)
        if not isinstance(found, CodeRange):
            raise TypeError("a statement without a place")
        return found.start.line

    def _parse(self, text: str) -> cst.SimpleStatementLine | cst.BaseCompoundStatement:
        return cst.parse_statement(text, config=self._config)
