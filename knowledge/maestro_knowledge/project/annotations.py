"""What an annotation says: through aliases, `Annotated`, `Optional`, strings and type statements."""

import ast
from functools import lru_cache

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.project.known import MOST_LOOKED_UP, type_from_elsewhere
from maestro_knowledge.project.lookup import look_up_path
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Module, Target, Type

_DEPTH = 12
_WRAPPERS = frozenset(
    {"typing.Final", "typing.ClassVar", "typing.Required", "typing.NotRequired", "typing.ReadOnly"}
    | {"sqlalchemy.orm.Mapped", "dataclasses.InitVar", "typing.TypeGuard"}
)


@dataclass(frozen=True, slots=True, eq=False)
class Annotation:
    """An annotation taken apart: its core, the metadata of `Annotated`, whether None is allowed."""

    core: ast.expr | None  # None: only `None`
    module: Module
    metadata: tuple[tuple[ast.expr, Module], ...] = ()
    is_optional: bool = False
    members: tuple["Annotation", ...] = ()  # of a union of more than one type besides None
    target: Target | None = None  # what the core's name, or the name before `[`, stands for


def read_annotation(project: Project, module: Module, node: ast.expr) -> Type | None:
    """The type that an annotation names; None if it is not known."""
    return type_of(project, spread(project, module, node))


def spread(project: Project, module: Module, node: ast.expr, depth: int = _DEPTH) -> Annotation:
    """An annotation with every alias followed; metadata in the order that Python flattens it to."""
    if depth == 0:
        return Annotation(node, module)
    if isinstance(node, ast.Constant):
        return _spread_constant(project, module, node, depth)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _union(project, module, [node.left, node.right], depth)
    if isinstance(node, ast.Subscript):
        return _spread_subscript(project, module, node, depth)
    if isinstance(node, (ast.Name, ast.Attribute)):
        return _spread_name(project, module, node, depth)
    return Annotation(node, module)


def _spread_constant(project: Project, module: Module, node: ast.Constant, depth: int) -> Annotation:
    if node.value is None:
        return Annotation(None, module, is_optional=True)
    if isinstance(node.value, str):
        inner = _parse_string(node.value)
        if inner is not None:
            # Names in the string are looked up from where the string stands.
            inner.parent = node  # type: ignore[attr-defined]
            return spread(project, module, inner, depth - 1)
    return Annotation(node, module)


@lru_cache(maxsize=MOST_LOOKED_UP)
def _parsed(text: str) -> str | None:
    try:
        return ast.unparse(ast.parse(text.strip(), mode="eval").body) if len(text) < 1000 else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _parse_string(text: str) -> ast.expr | None:
    """A fresh tree for a string annotation, with parents."""
    if _parsed(text) is None:
        return None
    tree = ast.parse(text.strip(), mode="eval").body
    for around in ast.walk(tree):
        for child in ast.iter_child_nodes(around):
            if isinstance(child, ast.expr):
                child.parent = around  # type: ignore[attr-defined]
    return tree


def _spread_subscript(project: Project, module: Module, node: ast.Subscript, depth: int) -> Annotation:
    owner = (
        look_up_path(project, module, node.value)
        if isinstance(node.value, (ast.Name, ast.Attribute))
        else None
    )
    name = owner.name if owner is not None else ""
    if name == "typing.Annotated" and isinstance(node.slice, ast.Tuple) and node.slice.elts:
        first, *rest = node.slice.elts
        inner = spread(project, module, first, depth - 1)
        metadata = (*inner.metadata, *((extra, module) for extra in rest))
        return Annotation(inner.core, inner.module, metadata, inner.is_optional, inner.members, inner.target)
    if name == "typing.Optional":
        return _union(project, module, [node.slice, ast.Constant(None)], depth)
    if name == "typing.Union":
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return _union(project, module, parts, depth)
    if name in _WRAPPERS:
        return spread(project, module, node.slice, depth - 1)
    return Annotation(node, module, target=owner)


def _spread_name(project: Project, module: Module, node: ast.expr, depth: int) -> Annotation:
    target = look_up_path(project, module, node)
    if target is None or target.kind != "value" or target.module is None:
        return Annotation(node, module, target=target)
    value = target.node
    if isinstance(value, ast.Call):
        maker = look_up_path(project, target.module, value.func)
        if maker is not None and maker.name == "typing.NewType" and len(value.args) == 2:
            return spread(project, target.module, value.args[1], depth - 1)
        return Annotation(node, module, target=target)
    if isinstance(value, (ast.Subscript, ast.BinOp, ast.Name, ast.Attribute)) or (
        isinstance(value, ast.Constant) and isinstance(value.value, str)
    ):
        return spread(project, target.module, value, depth - 1)
    return Annotation(node, module, target=target)


def _union(project: Project, module: Module, parts: list[ast.expr], depth: int) -> Annotation:
    members: list[Annotation] = []
    metadata: list[tuple[ast.expr, Module]] = []
    optional = False
    for part in parts:
        inner = spread(project, module, part, depth - 1)
        optional = optional or inner.is_optional
        members += inner.members or ([inner] if inner.core is not None else [])
    if len(members) == 1:
        only = members[0]
        return Annotation(only.core, only.module, tuple(metadata), optional, (), only.target)
    return Annotation(parts[0], module, tuple(metadata), optional, tuple(members))


def type_of(project: Project, annotation: Annotation, depth: int = _DEPTH) -> Type | None:
    """The type that a spread annotation names."""
    optional = annotation.is_optional
    if annotation.members:
        members = [type_of(project, member, depth - 1) for member in annotation.members]
        return Type("typing.Union", tuple(member or Type("?") for member in members), is_optional=optional)
    core, module = annotation.core, annotation.module
    if core is None:
        return Type("builtins.None", is_optional=True)
    target = annotation.target
    if target is None or depth == 0 or target.kind not in {"class", "external"}:
        return None
    args: tuple[Type, ...] = ()
    if isinstance(core, ast.Subscript) and target.name != "typing.Literal":
        parts = core.slice.elts if isinstance(core.slice, ast.Tuple) else [core.slice]
        args = tuple(_argument(project, module, part, depth) for part in parts)
    if target.name == "builtins.type" and args:
        return Type(args[0].name, args[0].args, args[0].cls, is_class=True)
    if not args and target.cls is None and not optional:
        return type_from_elsewhere(target.name)
    return Type(target.name, args, target.cls, optional)


def _argument(project: Project, module: Module, part: ast.expr, depth: int) -> Type:
    if isinstance(part, (ast.List, ast.Constant)) and not (
        isinstance(part, ast.Constant) and (part.value is None or isinstance(part.value, str))
    ):
        return Type("?")
    return type_of(project, spread(project, module, part, depth - 1), depth - 1) or Type("?")
