"""The types of literals, displays, comprehensions and arithmetic; `infer` reads what stands in them."""

import ast
from collections.abc import Callable
from typing import Any

from maestro_knowledge.project.model import Project
from maestro_knowledge.project.results import Infer, agree
from maestro_knowledge.project.symbols import Module, Type

Reader = Callable[[Project, Module, Any], Type | None]
_LONGEST = 20


def display_readers(infer: Infer) -> dict[type[ast.expr], Reader]:
    """What reads each kind of expression that names nothing."""
    return {
        ast.BinOp: _binary(infer),
        ast.Constant: _constant,
        ast.JoinedStr: _fixed("builtins.str"),
        ast.Compare: _fixed("builtins.bool"),
        ast.Dict: _fixed("builtins.dict"),
        ast.DictComp: _fixed("builtins.dict"),
        ast.List: _collection("builtins.list", infer),
        ast.Set: _collection("builtins.set", infer),
        ast.Tuple: _collection("builtins.tuple", infer),
        ast.ListComp: _comprehension("builtins.list", infer),
        ast.SetComp: _comprehension("builtins.set", infer),
        ast.GeneratorExp: _comprehension("collections.abc.Generator", infer),
    }


def _fixed(name: str) -> Reader:
    return lambda _project, _module, _node: Type(name)


def _constant(_project: Project, _module: Module, node: ast.Constant) -> Type | None:
    if node.value is None:
        return Type("builtins.None", is_optional=True)
    return None if node.value is ... else Type(f"builtins.{type(node.value).__name__}")


def _binary(infer: Infer) -> Reader:
    def read(project: Project, module: Module, node: ast.BinOp) -> Type | None:
        left = infer(project, module, node.left)
        if (
            left is not None
            and left.name in {"pathlib.Path", "pathlib.PurePath"}
            and isinstance(node.op, ast.Div)
        ):
            return left
        if left is not None and left.name in {"builtins.str", "builtins.bytes"}:
            return left
        if isinstance(node.op, (ast.Add, ast.Sub, ast.Mult)):
            return agree((left, infer(project, module, node.right)))
        return None

    return read


def _collection(name: str, infer: Infer) -> Reader:
    def read(project: Project, module: Module, node: ast.List | ast.Set | ast.Tuple) -> Type | None:
        if len(node.elts) > _LONGEST:
            return Type(name)
        found = [infer(project, module, part) for part in node.elts]
        if name == "builtins.tuple":
            return Type(name, tuple(part or Type("?") for part in found))
        inner = agree(found) if found else None
        return Type(name, (inner,) if inner is not None else ())

    return read


def _comprehension(name: str, infer: Infer) -> Reader:
    def read(project: Project, module: Module, node: Any) -> Type | None:
        inner = infer(project, module, node.elt)
        return Type(name, (inner,) if inner is not None else ())

    return read
