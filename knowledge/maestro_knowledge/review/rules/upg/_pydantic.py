"""What the rules about Pydantic 1 leftovers share: when they may speak, and what a model is."""

import ast
from collections.abc import Mapping

from maestro_knowledge.project.lookup import ancestors_of
from maestro_knowledge.project.surroundings import Version
from maestro_knowledge.project.symbols import Class, Type
from maestro_knowledge.project.tree import walk
from maestro_knowledge.project.versions import at_least
from maestro_knowledge.review.view import View

_BASES = frozenset({"pydantic.BaseModel", "pydantic.BaseSettings", "pydantic_settings.BaseSettings"})


def has_pydantic_2(view: View) -> bool:
    """Whether the project may run on Pydantic 2; one that says nothing does."""
    return view.once("upg.has_pydantic_2", lambda: _has_pydantic_2(view.project.versions))


def _has_pydantic_2(versions: Mapping[str, Version]) -> bool:
    if at_least(versions, "pydantic", "2.0") is not None:
        return at_least(versions, "pydantic", "2.0") is True
    return at_least(versions, "fastapi", "0.100.0") is not False  # the first that takes it


def is_model(view: View, what: Type | Class | None) -> bool:
    """Whether it is a model of Pydantic 2, or an instance of one; those of `pydantic.v1` are others."""
    cls = what if isinstance(what, Class) else what.cls if what is not None else None
    if cls is not None:
        foreign = ancestors_of(view.project, cls)[1]
        return bool(_BASES & set(foreign)) and not any(name.startswith("pydantic.v1.") for name in foreign)
    return isinstance(what, Type) and what.name in _BASES


def is_shim(view: View, node: ast.AST) -> bool:
    """Whether it stands in a branch that is there for another version: `try … except ImportError`, `if`."""
    current: ast.AST | None = node
    while (current := view.parent(current) if current is not None else None) is not None:
        if isinstance(current, ast.Try):
            return any(_is_import_error(handler.type) for handler in current.handlers)
        if isinstance(current, ast.If) and _is_about_versions(current.test):
            return True
    return False


def _is_import_error(node: ast.expr | None) -> bool:
    names = node.elts if isinstance(node, ast.Tuple) else [node]
    wanted = {"ImportError", "ModuleNotFoundError", "AttributeError"}
    return node is None or any(isinstance(one, ast.Name) and one.id in wanted for one in names)


def _is_about_versions(test: ast.expr) -> bool:
    """Whether a condition looks at a version, as `PYDANTIC_V2` and `pydantic.VERSION` do, or at a member."""
    for node in walk(test):  # a condition is small
        name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
        lowered = name.lower()
        if "version" in lowered or lowered.endswith(("v1", "v2")) or name == "hasattr":
            return True
    return False
