"""Fields added to a settings class that is there; everything else stays as it was, to the letter."""

import sys
from collections.abc import Sequence

import libcst as cst
from libcst.helpers import get_full_name_for_node


def add_fields(
    source: str, name: str, lines: Sequence[str], imports: Sequence[tuple[str, str]], *, above: str
) -> str:
    """The module with these fields behind the last one of the class, below a comment where there is one."""
    module = cst.parse_module(source)
    changed = module.visit(_Adder(name, lines, above, module))
    for package, wanted in imports:
        changed = _add_import(changed, package, wanted)
    return changed.code


def _add_import(module: cst.Module, package: str, name: str) -> cst.Module:
    """The module with one more import: beside others of its package, else in its place among them."""
    imports = [one for one in module.body if isinstance(one, cst.SimpleStatementLine) and _package(one)]
    for line in imports:
        statement = line.body[0]
        if not isinstance(statement, cst.ImportFrom) or isinstance(statement.names, cst.ImportStar):
            continue
        if _package(line) == package:
            return _add_name(module, line, statement, statement.names, name)
    new = cst.parse_statement(f"from {package} import {name}", config=module.config_for_parsing)
    group = [one for one in imports if _is_standard(_package(one)) == _is_standard(package)]
    later = next(
        (one for one in group if isinstance(one.body[0], cst.ImportFrom) and _package(one) > package), None
    )
    body = list(module.body)
    if later is not None:
        index = body.index(later)
        ahead = new.with_changes(leading_lines=later.leading_lines)
        body[index : index + 1] = [ahead, later.with_changes(leading_lines=())]
    elif group:
        body.insert(body.index(group[-1]) + 1, new)
    else:
        first = imports[0]
        index = body.index(first)
        gap = cst.EmptyLine(indent=False)
        ahead = new.with_changes(leading_lines=first.leading_lines)
        body[index : index + 1] = [ahead, first.with_changes(leading_lines=[gap])]
    return module.with_changes(body=body)


def _package(line: cst.SimpleStatementLine) -> str:
    """The absolute module that a line imports from; of `import a, b` the first."""
    match line.body[0]:
        case cst.ImportFrom(module=cst.Name() | cst.Attribute() as module, relative=[]):
            name = get_full_name_for_node(module) or ""
            return "" if name == "__future__" else name
        case cst.Import(names=[first, *_]):
            return get_full_name_for_node(first.name) or ""
        case _:
            return ""


def _is_standard(package: str) -> bool:
    return package.partition(".")[0] in sys.stdlib_module_names


def _add_name(
    module: cst.Module,
    line: cst.SimpleStatementLine,
    statement: cst.ImportFrom,
    names: Sequence[cst.ImportAlias],
    name: str,
) -> cst.Module:
    """The module with one more name in an import, in its place among them."""
    if any(one.evaluated_name == name for one in names):
        return module
    index = sum(_rank(one.evaluated_name) < _rank(name) for one in names)
    if index == len(names):
        last = names[-1]
        comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
        before = names[-2].comma if len(names) > 1 else comma
        added = [
            *names[:-1],
            last.with_changes(comma=before),
            cst.ImportAlias(cst.Name(name), comma=last.comma),
        ]
    else:
        there = names[index].comma
        comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
        if isinstance(there, cst.Comma) and index < len(names) - 1:
            comma = there
        added = [*names[:index], cst.ImportAlias(cst.Name(name), comma=comma), *names[index:]]
    changed = line.with_changes(body=[statement.with_changes(names=added), *line.body[1:]])
    return module.with_changes(body=[changed if one is line else one for one in module.body])


def _rank(name: str) -> tuple[bool, bool, str]:
    """Constants come first, then classes, then the rest: the order of isort."""
    return not name.isupper(), not name[:1].isupper(), name.lower()


class _Adder(cst.CSTTransformer):
    """Adds lines to the body of one class at the top of a module."""

    def __init__(self, name: str, lines: Sequence[str], above: str, module: cst.Module) -> None:
        super().__init__()
        self._name = name
        self._lines = lines
        self._above = above
        self._module = module
        self._depth = 0

    def visit_ClassDef(self, node: cst.ClassDef) -> None:  # noqa: N802 - LibCST's name
        """Counts how deep we are."""
        del node
        self._depth += 1

    def leave_ClassDef(  # noqa: N802 - LibCST's name
        self, original_node: cst.ClassDef, updated_node: cst.ClassDef
    ) -> cst.ClassDef:
        """Puts the lines behind the last field."""
        self._depth -= 1
        body = updated_node.body
        if self._depth or original_node.name.value != self._name or not isinstance(body, cst.IndentedBlock):
            return updated_node
        statements = [one for one in body.body if not _is_pass(one)]
        index = max((n for n, one in enumerate(statements) if _is_assignment(one)), default=-1) + 1
        if not index and statements and _is_docstring(statements[0]):
            index = 1
        added = [self._parse(line) for line in self._lines]
        gap = [cst.EmptyLine(indent=False)] if index else []
        if self._above:
            comment = cst.EmptyLine(comment=cst.Comment(f"# {self._above}"))
            added[0] = added[0].with_changes(leading_lines=[*gap, comment])
        return updated_node.with_changes(
            body=body.with_changes(body=[*statements[:index], *added, *statements[index:]])
        )

    def _parse(self, line: str) -> cst.SimpleStatementLine | cst.BaseCompoundStatement:
        return cst.parse_statement(line, config=self._module.config_for_parsing)


def _is_pass(node: cst.BaseStatement) -> bool:
    return isinstance(node, cst.SimpleStatementLine) and isinstance(node.body[0], cst.Pass)


def _is_assignment(node: cst.BaseStatement) -> bool:
    return isinstance(node, cst.SimpleStatementLine) and isinstance(node.body[0], (cst.Assign, cst.AnnAssign))


def _is_docstring(node: cst.BaseStatement) -> bool:
    return isinstance(node, cst.SimpleStatementLine) and isinstance(node.body[0], cst.Expr)
