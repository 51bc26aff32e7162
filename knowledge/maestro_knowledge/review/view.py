"""What a rule can ask about the project: names, types, who runs where, and edits to its text.

Everything that is not known comes back empty: "" for a name, None for a type, False for a question.
"""

import ast
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property
from typing import Any, TypeVar

from maestro_knowledge.project import inference, names, tree
from maestro_knowledge.project.application import Dependency, Operation, Parameter, Route
from maestro_knowledge.project.lean import LEAN
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Function, Module, Target, Type
from maestro_knowledge.review.model import Edit
from maestro_knowledge.review.positions import Lines, raw_place

T = TypeVar("T")
N = TypeVar("N", bound=ast.AST)
Kind = type[N]
_UNKNOWN = object()


class View:
    """The project as rules see it; what costs something is worked out once."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._callees: dict[str, dict[str, list[int]]] = {}
        self._own: dict[type[ast.AST], dict[Function, tuple[Any, ...]]] = {}
        self._lines: dict[str, Lines] = {}
        self._known: dict[object, Any] = {}
        self._targets = project.memory.targets
        self._types = project.memory.types

    def forget(self) -> None:
        """Lets go of all that was worked out, for a project that nobody is going to ask any more."""
        for known in (self._callees, self._own, self._lines, self._known):
            known.clear()
        self.project.memory.forget()

    def name(self, module: Module, node: ast.AST | None) -> str:
        """The canonical dotted name of what the expression refers to."""
        target = self.target(module, node)
        return target.name if target is not None else ""

    def target(self, module: Module, node: ast.AST | None) -> Target | None:
        """What the expression refers to: a function, class, module or value, and where it is defined."""
        if node is None:
            return None
        # Asked so often that the way to a known answer counts.
        return self._targets.get(node) or names.resolve(self.project, module, node)

    def type(self, module: Module, node: ast.expr | None) -> Type | None:
        """The class of the expression's value."""
        if node is None:
            return None
        return self._types.get(node) or inference.infer(self.project, module, node)

    def is_a(self, what: Type | None, *classes: str) -> bool:
        """Whether the type is known to be, or to derive from, one of the classes."""
        return what is not None and bool(inference.is_kind_of(self.project, what, *classes))

    def calls(self, module: Module) -> tuple[tuple[ast.Call, str], ...]:
        """Every call of the module whose callee has a known name, with that name, in source order."""
        return names.named_calls(self.project, module)

    def calls_to(self, module: Module, callees: Collection[str]) -> Iterable[tuple[ast.Call, str]]:
        """The calls of the module to one of these names."""
        table = self._callees.get(module.path)
        if table is None:
            table = self._callees[module.path] = {}
            for number, (_, name) in enumerate(self.calls(module)):
                table.setdefault(name, []).append(number)
        if table.keys().isdisjoint(callees):  # as nearly always
            return ()
        made, calls = table.keys() & callees, self.calls(module)
        return [calls[number] for number in sorted(number for name in made for number in table[name])]

    def own_calls_to(self, function: Function, callees: Collection[str]) -> Sequence[ast.Call]:
        """The calls of the function's own body to one of these names, in source order."""
        own = self.own(function, ast.Call)
        found = {node for node, _ in self.calls_to(function.module, callees)} if own else ()
        return [node for node in own if node in found] if found else ()

    def own(self, function: Function, kind: Kind[N]) -> tuple[N, ...]:
        """The nodes of a kind in the function's own body, in source order."""
        known = self._own.get(kind)
        if known is None:
            known = self._own[kind] = {}
        found = known.get(function)
        if found is None:
            lean = LEAN[kind]
            is_there = function.module.nodes.get(kind)
            own: list[Any] = [n for n in function.scope.nodes if type(n) is lean] if is_there else []
            found = known[function] = tuple(own)
        return found

    def once(self, key: object, make: Callable[[], T]) -> T:
        """What `make` gives, made at the first call with this key; begin keys with your module's name."""
        known: T = self._known.get(key, _UNKNOWN)
        if known is _UNKNOWN:
            known = self._known[key] = make()
        return known

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node around the node."""
        return getattr(node, "parent", None)

    def around(self, module: Module, node: ast.AST) -> Function | None:
        """The function in whose body the node runs."""
        return tree.function_around(module, node)

    def callees(self, function: Function) -> tuple[Function, ...]:
        """The functions of the project that the function calls itself."""
        called = (
            inference.called(self.project, function.module, node.func)
            for node in self.own(function, ast.Call)
        )
        return tuple(target.function for target in called if target and target.function)

    def operations(self, function: Function | None) -> tuple[Operation, ...]:
        """The path operations that the function handles."""
        return self._operations.get(function, ()) if function else ()

    def routes(self, function: Function | None) -> tuple[Route, ...]:
        """The routes that the function serves, with every prefix."""
        return self._routes.get(function, ()) if function else ()

    def routes_in(self, module: Module) -> tuple[Route, ...]:
        """The routes whose path operations are declared in the module."""
        return self._routes_by_module.get(module.path, ())

    def is_handler(self, function: Function | None) -> bool:
        """Whether a path operation is handled by the function."""
        return bool(self.operations(function))

    def is_dependency(self, function: Function | None) -> bool:
        """Whether FastAPI calls the function because something depends on it."""
        return function is not None and function in self._dependency_functions

    @cached_property
    def dependencies(self) -> tuple[Dependency, ...]:
        """Every dependency of the project, sub-dependencies too, once for each place where it is written."""
        seen: dict[ast.AST, Dependency] = {}
        waiting = [d for operation in self.project.operations for d in operation.dependencies]
        waiting += [d for router in self.project.routers for d in router.dependencies]
        waiting += [d for inclusion in self.project.inclusions for d in inclusion.dependencies]
        waiting += _of_parameters(p for operation in self.project.operations for p in operation.parameters)
        while waiting:
            dependency = waiting.pop()
            if dependency.node not in seen:
                seen[dependency.node] = dependency
                waiting += _of_parameters(dependency.parameters)
        return tuple(sorted(seen.values(), key=lambda d: (d.module.path, *raw_place(d.node))))

    def source(self, module: Module, node: ast.AST) -> str:
        """The source of the node."""
        start, end = self.lines(module).offsets(node)
        return module.text[start:end]

    def lines(self, module: Module) -> Lines:
        """The lines of the module, for places in its text."""
        if module.path not in self._lines:
            self._lines[module.path] = Lines(module.text)
        return self._lines[module.path]

    def as_written(self, edit: Edit) -> Edit:
        """The edit with the line ends that its file has at that place."""
        module = self._modules.get(edit.path)
        if module is None or "\n" not in edit.text:
            return edit
        text = edit.text.replace("\r\n", "\n").replace("\n", self.lines(module).end_at(edit.start))
        return Edit(edit.path, edit.start, edit.end, text)

    def replace(self, module: Module, node: ast.AST, text: str) -> Edit:
        """The edit that puts `text` in place of the node."""
        return Edit(module.path, *self.lines(module).offsets(node), text)

    def insert_before(self, module: Module, node: ast.AST, text: str) -> Edit:
        """The edit that puts `text` in front of the node."""
        start, _ = self.lines(module).offsets(node)
        return Edit(module.path, start, start, text)

    def insert_after(self, module: Module, node: ast.AST, text: str) -> Edit:
        """The edit that puts `text` behind the node."""
        _, end = self.lines(module).offsets(node)
        return Edit(module.path, end, end, text)

    @cached_property
    def _modules(self) -> dict[str, Module]:
        return {module.path: module for module in self.project.modules}

    @cached_property
    def _operations(self) -> dict[Function, tuple[Operation, ...]]:
        table: dict[Function, list[Operation]] = {}
        for operation in self.project.operations:
            if operation.function:
                table.setdefault(operation.function, []).append(operation)
        return {function: tuple(operations) for function, operations in table.items()}

    @cached_property
    def _routes(self) -> dict[Function, tuple[Route, ...]]:
        table: dict[Function, list[Route]] = {}
        for route in self.project.routes:
            if (function := route.operation.function) is not None:
                table.setdefault(function, []).append(route)
        return {function: tuple(routes) for function, routes in table.items()}

    @cached_property
    def _routes_by_module(self) -> dict[str, tuple[Route, ...]]:
        table: dict[str, list[Route]] = {}
        for route in self.project.routes:
            table.setdefault(route.operation.module.path, []).append(route)
        return {path: tuple(routes) for path, routes in table.items()}

    @cached_property
    def _dependency_functions(self) -> frozenset[Function]:
        return frozenset(d.function for d in self.dependencies if d.function)


def _of_parameters(parameters: Iterable[Parameter]) -> list[Dependency]:
    return [parameter.dependency for parameter in parameters if parameter.dependency]
