"""What each kind of node binds: imports, assignments, loops, `with`, `except`, patterns."""

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from maestro_knowledge.project.lean import by_kind
from maestro_knowledge.project.symbols import Binding, Scope

if TYPE_CHECKING:
    from maestro_knowledge.project.index import Walk


def _bind(walk: "Walk", name: str, binding: Binding) -> None:
    """Binds a name where `global` and `nonlocal` say that it lives."""
    scope = walk.scope
    if name in scope.outer_names:
        scope = _outer_scope(walk, scope, name)
    scope.bindings[name].append(binding)


def _outer_scope(walk: "Walk", scope: Scope, name: str) -> Scope:
    if scope.outer_names[name] == "global":
        return walk.module.scope
    around = scope.parent
    while around is not None and (around.kind == "class" or name not in around.bindings):
        around = around.parent
    return around or scope


def _bind_target(walk: "Walk", target: Any, binding: Binding) -> None:
    """Binds a name, the names of a tuple, or an attribute of `self`."""
    if isinstance(target, ast.Name):
        _bind(walk, target.id, binding)
    elif isinstance(target, ast.Attribute):
        _bind_attribute(walk, target, binding)
    elif isinstance(target, ast.Tuple | ast.List):
        loose = "unpack" if binding.kind == "assign" else binding.kind
        for position, part in enumerate(target.elts):
            inner = Binding(loose, binding.node, binding.value, None, position + 1)
            if isinstance(part, ast.Tuple | ast.List):
                inner = Binding(loose, binding.node, _element(binding.value, position))
            _bind_target(walk, part, inner)
    elif isinstance(target, ast.Starred):
        _bind_target(walk, target.value, Binding("unpack", binding.node))


def _element(value: ast.expr | None, position: int) -> ast.expr | None:
    """What an inner tuple of targets is unpacked from, where that is written out."""
    parts = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
    return parts[position] if position < len(parts) else None


def _bind_attribute(walk: "Walk", target: Any, binding: Binding) -> None:
    if walk.instance is not None and isinstance(target.value, ast.Name):
        name, cls = walk.instance
        if target.value.id == name:
            cls.attributes[target.attr].append(binding)


def _assign(walk: "Walk", node: Any) -> None:
    binding = Binding("assign", node, node.value)
    for target in node.targets:
        _bind_target(walk, target, binding)


def _annotated(walk: "Walk", node: Any) -> None:
    _bind_target(walk, node.target, Binding("assign", node, node.value, node.annotation))


def _augmented(walk: "Walk", node: Any) -> None:
    _bind_target(walk, node.target, Binding("augment", node, node.value))


def _walrus(walk: "Walk", node: Any) -> None:
    scope: Scope = walk.scope
    while scope.kind == "comprehension" and scope.parent is not None:
        scope = scope.parent
    scope.bindings[node.target.id].append(Binding("assign", node, node.value))


def _for(walk: "Walk", node: Any) -> None:
    _bind_target(walk, node.target, Binding("for", node, node.iter))


def _comprehension(walk: "Walk", node: Any) -> None:
    _bind_target(walk, node.target, Binding("comprehension", node, node.iter))


def _with_item(walk: "Walk", node: Any) -> None:
    if node.optional_vars is not None:
        _bind_target(walk, node.optional_vars, Binding("with", node, node.context_expr))


def _except(walk: "Walk", node: Any) -> None:
    if node.name:
        walk.scope.bindings[node.name].append(Binding("except", node, node.type))


def _import(walk: "Walk", node: Any) -> None:
    for position, alias in enumerate(node.names):
        name = alias.asname or alias.name.partition(".")[0]
        _bind(walk, name, Binding("import", node, position=position))


def _import_from(walk: "Walk", node: Any) -> None:
    for position, alias in enumerate(node.names):
        if alias.name == "*":
            walk.module.stars.append(node)
        else:
            _bind(walk, alias.asname or alias.name, Binding("from", node, position=position))


def _outer(walk: "Walk", node: Any) -> None:
    word = "global" if isinstance(node, ast.Global) else "nonlocal"
    for name in node.names:
        walk.scope.outer_names[name] = word


def _match(walk: "Walk", node: Any) -> None:
    name = node.rest if isinstance(node, ast.MatchMapping) else node.name
    if name:
        walk.scope.bindings[name].append(Binding("match", node))


def _type_alias(walk: "Walk", node: Any) -> None:
    walk.scope.bindings[node.name.id].append(Binding("alias", node, node.value))


def _delete(walk: "Walk", node: Any) -> None:
    for target in node.targets:
        if isinstance(target, ast.Name):
            walk.scope.bindings[target.id].append(Binding("delete", node))


def _name(walk: "Walk", node: Any) -> None:
    node.scope = walk.scope  # spares every lookup the way up the tree


_BINDERS: dict[type[ast.AST], Callable[["Walk", Any], None]] = {
    ast.Name: _name,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.NamedExpr: _walrus,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.comprehension: _comprehension,
    ast.withitem: _with_item,
    ast.ExceptHandler: _except,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Global: _outer,
    ast.Nonlocal: _outer,
    ast.MatchAs: _match,
    ast.MatchStar: _match,
    ast.MatchMapping: _match,
    ast.Delete: _delete,
}
if hasattr(ast, "TypeAlias"):
    _BINDERS[ast.TypeAlias] = _type_alias  # pyright: ignore[reportAttributeAccessIssue] # Python 3.12
BINDERS = by_kind(_BINDERS)
