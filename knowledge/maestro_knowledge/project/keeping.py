"""What a mapping of a module holds under a key, where code puts it there: `models["tree"] = load()`."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.lookup import look_up_path
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.results import Infer, agree
from maestro_knowledge.project.symbols import Module, Type
from maestro_knowledge.project.tree import literal, parent

_MOST = 5_000  # subscripts of a file that are looked through


def kept_type(project: Project, module: Module, node: ast.expr, infer: Infer) -> Type | None:
    """The type of `models["tree"]` or `models.get("tree")`, where all that is put there agrees."""
    match node:
        case ast.Subscript(value=ast.Name() as mapping, slice=key):
            pass
        case ast.Call(func=ast.Attribute(value=ast.Name() as mapping, attr="get"), args=[key, *_]):
            pass
        case _:
            return None
    name = literal(key)
    target = look_up_path(project, module, mapping) if isinstance(name, str) else None
    if target is None or target.kind != "value" or target.module is None:
        return None
    if not isinstance(target.node, ast.Dict | ast.Call):
        return None
    homes = [target.module] if target.module is module else [target.module, module]
    return agree(infer(project, home, value) for home in homes for value in _put(home, mapping.id, name))


def _put(module: Module, mapping: str, key: object) -> Iterator[ast.expr]:
    """What the file puts into the mapping of that name under the key."""
    subscripts = module.nodes.get(ast.Subscript, ())
    for node in subscripts if len(subscripts) <= _MOST else ():
        around = parent(node)
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Name)
            and node.value.id == mapping
            and isinstance(around, ast.Assign)
            and literal(node.slice) == key
        ):
            yield around.value
