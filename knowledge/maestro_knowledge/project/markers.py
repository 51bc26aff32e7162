"""`Query()`, `Body()`, `Depends()` and their like: finding the one that counts for a parameter."""

import ast

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.project.annotations import Annotation, spread
from maestro_knowledge.project.lookup import look_up_path
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.project.tree import keywords_of, literal

FIELDS = {
    f"fastapi.{name}": name.lower() for name in ("Path", "Query", "Header", "Cookie", "Body", "Form", "File")
}
DEPENDS = frozenset({"fastapi.Depends", "fastapi.Security"})
_DEPTH = 5


@dataclass(frozen=True, slots=True, eq=False)
class Marker:
    """A call that tells FastAPI where a parameter comes from."""

    name: str  # "fastapi.Query"
    node: ast.Call
    module: Module
    is_annotated: bool

    @property
    def is_dependency(self) -> bool:
        """Whether it is `Depends` or `Security`."""
        return self.name in DEPENDS

    @property
    def location(self) -> str:
        """The part of the request that it names; "" for a dependency."""
        return FIELDS.get(self.name, "")


def read_marker(
    project: Project, module: Module, node: ast.expr | None, *, is_annotated: bool, depth: int = _DEPTH
) -> Marker | None:
    """The marker that an expression is: written here, behind a name, or returned by a function."""
    if node is None or depth == 0:
        return None
    if isinstance(node, (ast.Name, ast.Attribute)):
        target = look_up_path(project, module, node)
        if (
            target is not None
            and target.kind == "value"
            and target.module
            and isinstance(target.node, ast.expr)
        ):
            return read_marker(
                project, target.module, target.node, is_annotated=is_annotated, depth=depth - 1
            )
        return None
    if not isinstance(node, ast.Call):
        return None
    target = look_up_path(project, module, node.func)
    if target is None:
        return None
    if target.name in FIELDS or target.name in DEPENDS:
        return Marker(target.name, node, module, is_annotated)
    if target.function is not None:
        returned = [n.value for n in target.function.scope.nodes if isinstance(n, ast.Return)]
        if len(returned) == 1:
            inner = target.function.module
            return read_marker(project, inner, returned[0], is_annotated=is_annotated, depth=depth - 1)
    return None


def find_marker(
    project: Project, module: Module, annotation: Annotation | None, default: ast.expr | None
) -> Marker | None:
    """The marker that FastAPI uses: the last one in `Annotated`, or the default value."""
    found: Marker | None = None
    for extra, where in annotation.metadata if annotation is not None else ():
        found = read_marker(project, where, extra, is_annotated=True) or found
    return found or read_marker(project, module, default, is_annotated=False)


def annotation_of(project: Project, module: Module, node: ast.expr | None) -> Annotation | None:
    """An annotation taken apart, if there is one."""
    return spread(project, module, node) if node is not None else None


def marker_default(marker: Marker) -> ast.expr | None:
    """The default that `Query(default)` carries; None where the parameter is required."""
    keywords = keywords_of(marker.node)
    given = keywords.get("default") or next(iter(marker.node.args), None) or keywords.get("default_factory")
    return None if given is None or (literal(given) is ... and _is_ellipsis(given)) else given


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def alias_of(marker: Marker | None, name: str) -> str:
    """The name that a parameter has in the request."""
    if marker is None:
        return name
    keywords = keywords_of(marker.node)
    for word in ("validation_alias", "alias"):
        if isinstance(value := literal(keywords.get(word)), str):
            return value
    if marker.location == "header" and literal(keywords.get("convert_underscores")) is not False:
        return name.replace("_", "-")
    return name
