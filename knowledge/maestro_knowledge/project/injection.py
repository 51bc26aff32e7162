"""Parameters and dependencies, read as FastAPI reads them."""

import ast
from collections.abc import Sequence

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.project.annotations import Annotation, type_of
from maestro_knowledge.project.application import Dependency, Level, Location, Parameter
from maestro_knowledge.project.inference import infer, resolve_path
from maestro_knowledge.project.markers import (
    Marker,
    alias_of,
    annotation_of,
    find_marker,
    marker_default,
    read_marker,
)
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.shapes import is_special, shape_of
from maestro_knowledge.project.signatures import (
    Argument,
    Callee,
    read_callee,
)
from maestro_knowledge.project.symbols import Module, Type
from maestro_knowledge.project.tree import keywords_of, literal

_DEPTH = 16
_BASES = frozenset({"builtins.object"})


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the parameters of one route: the names in its path decide where a parameter comes from."""

    project: Project
    path_names: frozenset[str]
    depth: int = _DEPTH

    def parameters(self, arguments: Sequence[Argument]) -> tuple[Parameter, ...]:
        """The parameters of a signature."""
        return tuple(self.parameter(argument) for argument in arguments)

    def parameter(self, argument: Argument) -> Parameter:
        """One parameter, with its dependency."""
        project, module = self.project, argument.module
        annotation = annotation_of(project, module, argument.annotation)
        marker = find_marker(project, module, annotation, argument.default)
        type_ = type_of(project, annotation) if annotation is not None else None
        alias = alias_of(marker, argument.name)
        dependency: Dependency | None = None
        location: Location = "dependency"
        if marker is not None and marker.is_dependency:
            dependency = self.dependency(marker, annotation)
        else:
            location = self._location(argument, annotation, marker, type_, alias)
        return Parameter(
            name=argument.name,
            alias=alias,
            location=location,
            node=argument.node,
            module=module,
            annotation=argument.annotation,
            type=type_,
            # A part of the path is always there, whatever default the signature has.
            required=location == "path" or _is_required(argument, marker),
            default=_default(argument, marker),
            marker=marker.node if marker is not None else None,
            marker_module=marker.module if marker is not None else None,
            is_annotated=marker is not None and marker.is_annotated,
            dependency=dependency,
        )

    def _location(
        self,
        argument: Argument,
        annotation: Annotation | None,
        marker: Marker | None,
        type_: Type | None,
        alias: str,
    ) -> Location:
        if argument.location:
            return argument.location  # type: ignore[return-value]  # set where a signature is known by heart
        if marker is None and is_special(self.project, type_):
            return "special"
        if argument.name in self.path_names or (marker is not None and alias in self.path_names):
            return "path"
        if marker is not None:
            return marker.location  # type: ignore[return-value]  # the names of the markers are the locations
        if _may_hide_marker(self.project, argument, annotation):
            return "unknown"
        shape = shape_of(self.project, annotation)
        locations: dict[str, Location] = {"scalar": "query", "file": "file", "complex": "body"}
        return locations.get(shape, "unknown")

    def dependency(
        self, marker: Marker, annotation: Annotation | None = None, level: Level = "parameter"
    ) -> Dependency:
        """A dependency and everything that it needs; without an argument it is what the annotation says."""
        given = _given(marker)
        if given is not None:
            callee = read_callee(self.project, marker.module, given)
        elif annotation is not None and annotation.core is not None:
            callee = read_callee(self.project, annotation.module, annotation.core)
        else:
            callee = Callee("?", "unknown", is_known=False)
        parameters = self._inner_parameters(callee)
        known = callee.is_known and parameters is not None
        keywords = keywords_of(marker.node)
        return Dependency(
            name=callee.name,
            level=level,
            node=marker.node,
            module=marker.module,
            kind=callee.kind,
            function=callee.function,
            cls=callee.cls,
            scheme=callee.scheme,
            is_security=marker.name == "fastapi.Security",
            scopes=_scopes(self.project, marker.module, keywords.get("scopes")),
            use_cache=literal(keywords.get("use_cache")) is not False,
            lifetime=scope if isinstance(scope := literal(keywords.get("scope")), str) else None,
            parameters=parameters or (),
            is_complete=known and all(_is_complete(parameter) for parameter in parameters or ()),
        )

    def _inner_parameters(self, callee: Callee) -> tuple[Parameter, ...] | None:
        """What a dependency needs in turn; None where it needs itself."""
        reading = self.project.memory.reading
        if self.depth == 0 or callee.function in reading:
            return None
        inner = Reader(self.project, self.path_names, self.depth - 1)
        if callee.function is None:
            return inner.parameters(callee.arguments)
        reading.append(callee.function)
        try:
            return inner.parameters(callee.arguments)
        finally:
            reading.pop()

    def listed(self, node: ast.expr, module: Module, level: Level) -> Dependency:
        """A dependency from a `dependencies=[…]` list."""
        marker = read_marker(self.project, module, node, is_annotated=False)
        if marker is not None and marker.is_dependency:
            return self.dependency(marker, None, level)
        return Dependency("?", level, node, module, "unknown", is_complete=False)


def _is_complete(parameter: Parameter) -> bool:
    return parameter.location != "unknown" and (
        parameter.dependency is None or parameter.dependency.is_complete
    )


def _given(marker: Marker) -> ast.expr | None:
    given = keywords_of(marker.node).get("dependency") or next(iter(marker.node.args), None)
    return None if isinstance(given, ast.Constant) and given.value is None else given


def _is_required(argument: Argument, marker: Marker | None) -> bool:
    if marker is None or marker.is_annotated:
        return argument.default is None or _is_ellipsis(argument.default)
    return marker_default(marker) is None


def _default(argument: Argument, marker: Marker | None) -> ast.expr | None:
    if marker is None or marker.is_annotated:
        return argument.default
    return marker_default(marker)


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _may_hide_marker(project: Project, argument: Argument, annotation: Annotation | None) -> bool:
    """Whether a default or metadata that is not known could be a marker."""
    extras = [extra for extra, _ in annotation.metadata] if annotation is not None else []
    module = annotation.module if annotation is not None else argument.module
    for node in (*extras, argument.default):
        if isinstance(node, ast.Call):
            target = (
                resolve_path(project, module, node.func)
                if isinstance(node.func, (ast.Name, ast.Attribute))
                else None
            )
            if target is None or (target.kind == "external" and _is_foreign_marker(target.name)):
                return True
        elif isinstance(node, (ast.Name, ast.Attribute)) and resolve_path(project, module, node) is None:
            return infer(project, module, node) is None
    return False


def _is_foreign_marker(name: str) -> bool:
    return name.rpartition(".")[2] in {"Depends", "Inject", "Provide", "FromDishka", "Provided", "Security"}


def _scopes(project: Project, module: Module, node: ast.expr | None) -> tuple[str, ...]:
    if isinstance(node, (ast.Name, ast.Attribute)):
        target = resolve_path(project, module, node)
        node = target.node if target is not None and isinstance(target.node, ast.expr) else None
    if not isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return ()
    return tuple(value for part in node.elts if isinstance(value := literal(part), str))
