"""The imports of a generated module: what it uses, in the order that linters want."""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterable

from maestro_knowledge.scaffold.literals import WIDTH

_NATURAL = re.compile(r"(\d+)")


def tidy_imports(source: str, *, own: Iterable[str], width: int = WIDTH) -> str:
    """`source` with its imports pruned to those in use, sorted, grouped and wrapped.

    A template may import all that any of its variants needs; `own` are the top-level packages of the project.
    """
    tree = ast.parse(source)
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    if not imports:
        return source
    used = _used_names(tree)
    plain: set[tuple[str, str]] = set()
    members: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for node in imports:
        for alias in node.names:
            bound = alias.asname or alias.name.split(".")[0]
            if bound not in used:
                continue
            if isinstance(node, ast.Import):
                plain.add((alias.name, alias.asname or ""))
            else:
                members["." * node.level + (node.module or "")].add((alias.name, alias.asname or ""))
    block = _write_block(plain, members, frozenset(own), width)
    return _replace(source, tree, imports, block)


def _used_names(tree: ast.Module) -> set[str]:
    names = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    for node in ast.walk(tree):
        match node:
            case ast.arg(annotation=ast.expr() as annotation) | ast.AnnAssign(annotation=annotation):
                names |= _quoted_names(annotation)
            case (
                ast.FunctionDef(returns=ast.expr() as returns)
                | ast.AsyncFunctionDef(returns=ast.expr() as returns)
            ):
                names |= _quoted_names(returns)
            case _:
                pass
    return names


def _quoted_names(annotation: ast.expr) -> set[str]:
    """The names that an annotation has in quotes; what stands in a call or a `Literal` is text."""
    match annotation:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.Call() | ast.Subscript(value=ast.Name(id="Literal")):
            return set()
        case _:
            inner = (child for child in ast.iter_child_nodes(annotation) if isinstance(child, ast.expr))
            return {name for child in inner for name in _quoted_names(child)}


def _replace(source: str, tree: ast.Module, imports: list[ast.Import | ast.ImportFrom], block: str) -> str:
    lines = source.split("\n")
    taken = {
        number for node in imports for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    first = min(taken)
    head = [line for number, line in enumerate(lines, 1) if number < first]
    body = [line for number, line in enumerate(lines, 1) if number > first and number not in taken]
    rest = "\n".join(body).strip("\n")
    follows_definition = bool(tree.body) and rest.startswith(("def ", "class ", "async def ", "@"))
    gap = "\n\n\n" if follows_definition else "\n\n"
    top = "\n".join(head).strip("\n")
    parts = [part for part in (top, block) if part]
    joined = "\n\n".join(parts)
    return f"{joined}{gap}{rest}\n" if rest else f"{joined}\n"


def _write_block(
    plain: set[tuple[str, str]], members: dict[str, set[tuple[str, str]]], own: frozenset[str], width: int
) -> str:
    sections: dict[int, list[str]] = defaultdict(list)
    for name, alias in sorted(plain, key=lambda pair: (_natural(pair[0]), pair)):
        sections[_section(name, own)].append(f"import {name} as {alias}" if alias else f"import {name}")
    for module in sorted(members, key=lambda name: (_natural(name), name)):
        sections[_section(module, own)].append(_write_from(module, members[module], width))
    return "\n\n".join("\n".join(sections[number]) for number in sorted(sections))


def _write_from(module: str, names: set[tuple[str, str]], width: int) -> str:
    ordered = sorted(names, key=lambda pair: (_kind(pair[0]), _natural(pair[0]), pair))
    kept = [name for name, alias in ordered if not alias]
    lines = {(name, alias): f"from {module} import {name} as {alias}" for name, alias in ordered if alias}
    if kept:
        lines[kept[0], ""] = _write_members(module, kept, width)
    # Statements of one module stand in the order of the first name of each.
    return "\n".join(lines[pair] for pair in ordered if pair in lines)


def _write_members(module: str, kept: list[str], width: int) -> str:
    line = f"from {module} import {', '.join(kept)}"
    if len(line) > width:
        line = f"from {module} import (\n" + "".join(f"    {name},\n" for name in kept) + ")"
    return line


def _section(module: str, own: frozenset[str]) -> int:
    top = module.split(".", maxsplit=1)[0]
    if module.startswith(".") or top in own:
        return 3
    return 1 if top in sys.stdlib_module_names else 2


def _kind(name: str) -> int:
    if name.isupper() and len(name) > 1:
        return 0
    return 1 if name[:1].isupper() else 2


def _natural(name: str) -> tuple[tuple[int, int, str], ...]:
    pieces = _NATURAL.split(name.lower())
    return tuple((0, int(piece), "") if piece.isdigit() else (1, 0, piece) for piece in pieces)
