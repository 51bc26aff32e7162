"""Every parameter that FastAPI fills, of path operations and of what they depend on."""

import ast
from collections.abc import Iterable, Iterator

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.project.annotations import Annotation, spread
from maestro_knowledge.project.application import Dependency, Operation, Parameter
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.view import View

# Requests of these methods have no body that servers, proxies and clients would pass on.
BODYLESS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """A parameter, where it is written, and which operations take it."""

    parameter: Parameter
    node: ast.AST  # the `ast.arg`, or the field of a class
    function: Function | None  # whose signature it stands in; None for a field
    operations: tuple[Operation, ...]

    @property
    def module(self) -> Module:
        """Where it is written."""
        return self.parameter.module

    @property
    def subject(self) -> str:
        """Its name in its function, which outlives line numbers."""
        return f"{self.function.qualname}.{self.parameter.name}" if self.function else self.parameter.name


def taken_parameters(view: View) -> tuple[Taken, ...]:
    """Every parameter once for each place where it is written, as its first operation reads it."""
    return view.once("rte._parameters.taken", lambda: tuple(_collect(view)))


def taken_in(view: View, module: Module) -> tuple[Taken, ...]:
    """Those that are written in the module."""
    table = view.once("rte._parameters.by_module", lambda: _by_module(taken_parameters(view)))
    return table.get(module.path, ())


def _by_module(parameters: Iterable[Taken]) -> dict[str, tuple[Taken, ...]]:
    table: dict[str, list[Taken]] = {}
    for taken in parameters:
        table.setdefault(taken.module.path, []).append(taken)
    return {path: tuple(rows) for path, rows in table.items()}


def dependencies_of(view: View, operation: Operation) -> tuple[Dependency, ...]:
    """What stands in `dependencies=[…]` for the operation, at whatever level."""
    found = [*operation.dependencies, *operation.router.dependencies]
    for route in view.routes(operation.function):
        if route.operation is operation:
            found += route.dependencies
    return tuple(dict.fromkeys(found))


def parameters_below(parameters: Iterable[Parameter], depth: int = 12) -> Iterator[Parameter]:
    """The parameters and those of their dependencies."""
    for parameter in parameters:
        yield parameter
        if parameter.dependency is not None and depth:
            yield from parameters_below(parameter.dependency.parameters, depth - 1)


def annotation_of(view: View, parameter: Parameter) -> Annotation | None:
    """The annotation of the parameter, taken apart."""
    if parameter.annotation is None:
        return None
    return spread(view.project, parameter.module, parameter.annotation)


def written_at(view: View, parameter: Parameter) -> ast.AST:
    """The node that declares it: the argument, or the annotated field of a class."""
    above = view.parent(parameter.annotation) if parameter.annotation is not None else None
    return above if isinstance(above, ast.AnnAssign) else parameter.node


def _collect(view: View) -> list[Taken]:
    seen: dict[ast.AST, tuple[Parameter, Function | None, list[Operation]]] = {}
    for operation in view.project.operations:
        if operation.kind not in {"http", "websocket"}:
            continue
        _enter(view, operation, operation.parameters, operation.function, seen)
        for dependency in dependencies_of(view, operation):
            _enter(view, operation, dependency.parameters, dependency.function, seen)
    return [
        Taken(parameter, node, function, tuple(operations))
        for node, (parameter, function, operations) in seen.items()
        if not _is_made_over(view, parameter.module)
    ]


def _is_made_over(view: View, module: Module) -> bool:
    """Whether signatures are set at run time in the module, so that what is written is not what counts."""
    key = ("rte._parameters.made_over", module.path)
    return view.once(key, lambda: "__signature__" in module.text or "with_signature" in module.text)


def _enter(
    view: View,
    operation: Operation,
    parameters: tuple[Parameter, ...],
    function: Function | None,
    seen: dict[ast.AST, tuple[Parameter, Function | None, list[Operation]]],
) -> None:
    for parameter in parameters:
        node = written_at(view, parameter)
        holder = None if isinstance(node, ast.AnnAssign) else function
        operations = seen.setdefault(node, (parameter, holder, []))[2]
        if operations and operations[-1] is operation:
            continue
        operations.append(operation)
        if parameter.dependency is not None:
            _enter(view, operation, parameter.dependency.parameters, parameter.dependency.function, seen)
