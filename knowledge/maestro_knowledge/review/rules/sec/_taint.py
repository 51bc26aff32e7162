"""Where data of the request goes: from what a client sends, through names, text and calls, to its use.

`flow_of(view)` is worked out once. `carried` says what of the request an expression holds; a value that was
tested anywhere in the function (see `_examined`), or went through a call that is not known, holds nothing.
"""

import ast

from maestro_knowledge.core.records import dataclass, replace
from maestro_knowledge.project.application import Parameter
from maestro_knowledge.project.inference import called
from maestro_knowledge.project.lookup import find_bindings
from maestro_knowledge.project.offloading import handed_over
from maestro_knowledge.project.reaching import reaching_bindings
from maestro_knowledge.project.symbols import Binding, Function, FunctionNode, Module, Scope, Type
from maestro_knowledge.project.tree import function_at, scope_around
from maestro_knowledge.review.rules.sec._examined import dotted, examined
from maestro_knowledge.review.rules.sec._passing import (
    CONNECTIONS,
    KEEPING,
    PASSING,
    READS,
    SENT,
    TAKING,
    arguments_of,
)
from maestro_knowledge.review.rules.sec._texts import (
    is_free_field,
    is_free_parameter,
    may_be_text,
    models_by_class,
)
from maestro_knowledge.review.view import View

_REQUEST = frozenset({"path", "query", "header", "cookie", "body", "form", "file"})
_LIMIT = 4000


@dataclass(frozen=True, slots=True)
class Origin:
    """What the client sent: how it is called in the code; `is_segment` if it cannot hold a slash."""

    label: str
    is_segment: bool = False


class Flow:
    """The project's functions that get data of a request, and what their expressions hold of it."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._found: dict[Function, dict[str, Origin]] | None = None
        self._by_scope: dict[int, Function] = {}
        for module in view.project.modules:
            for function in module.functions:
                self._by_scope[id(function.scope)] = function

    @property
    def _inputs(self) -> dict[Function, dict[str, Origin]]:
        """What functions get of the request: in few projects a value of any parameter is ever asked about."""
        if self._found is None:
            self._found = {}
            waiting = self._start()
            for _ in range(_LIMIT):
                if not waiting:
                    break
                waiting += self._pass_on(waiting.pop())
        return self._found

    def functions(self) -> tuple[Function, ...]:
        """Every function that request data reaches, sorted."""
        return tuple(sorted(self._inputs, key=lambda one: (one.module.path, one.node.lineno)))

    def is_reached(self, function: Function) -> bool:
        """Whether request data can stand in the function."""
        return function in self._inputs

    def carried(self, module: Module, node: ast.AST | None) -> Origin | None:
        """What of the request the value of the expression holds."""
        return self._carried(module, node, frozenset())

    def _start(self) -> list[Function]:
        for operation in self._view.project.operations:
            if operation.function:
                path = operation.path or ""
                self._add(operation.function, operation.parameters, path)
        for dependency in self._view.dependencies:
            if dependency.function and dependency.kind != "security":
                self._add(dependency.function, dependency.parameters, "")
        return list(self._inputs)

    def _add(self, function: Function, parameters: tuple[Parameter, ...], path: str) -> None:
        known = self._inputs.setdefault(function, {})
        for one in parameters:
            if one.location in _REQUEST and is_free_parameter(self._view, one):
                is_segment = one.location == "path" and f"{{{one.alias}:path}}" not in path
                known[one.name] = Origin(one.name, is_segment and bool(path))

    def _pass_on(self, function: Function) -> list[Function]:
        """Notes what the calls of a function hand on, and gives the functions that learnt something."""
        learnt: list[Function] = []
        own = self._view.own
        definitions: list[FunctionNode] = [*own(function, ast.FunctionDef)]
        definitions += own(function, ast.AsyncFunctionDef)
        for definition in definitions:
            inner = function_at(function.module, definition)
            if inner and inner not in self._inputs:
                self._inputs[inner] = {}
                learnt.append(inner)
        for node in own(function, ast.Call):
            for target, name, value in arguments_of(self._view, function, node):
                origin = self.carried(function.module, value)
                if origin and name not in self._inputs.setdefault(target, {}):
                    self._inputs[target][name] = origin
                    learnt.append(target)
        return learnt

    def _carried(self, module: Module, node: ast.AST | None, seen: frozenset[int]) -> Origin | None:
        match node:
            case ast.Name():
                return self._of_name(module, node, seen)
            case ast.Attribute():
                return self._of_attribute(module, node, seen)
            case ast.Call():
                return self._of_call(module, node, seen)
            case ast.Await(value=value) | ast.Starred(value=value) | ast.NamedExpr(value=value):
                return self._carried(module, value, seen)
            case ast.Subscript(value=value):
                return self._of_subscript(module, node, value, seen)
            case ast.FormattedValue(value=value, format_spec=None):
                return self._carried(module, value, seen)
            case ast.JoinedStr(values=values) | ast.BoolOp(values=values) | ast.Dict(values=values):
                return self._first(module, values, seen)
            case ast.BinOp(op=ast.Add() | ast.Mod() | ast.Div()):
                return self._first(module, [node.left, node.right], seen)
            case ast.IfExp():
                return self._first(module, [node.body, node.orelse], seen)
            case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
                return self._first(module, items, seen)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                return self._carried(module, node.elt, seen)
            case _:
                return None

    def _first(self, module: Module, nodes: list[ast.expr], seen: frozenset[int]) -> Origin | None:
        found = [origin for node in nodes if (origin := self._carried(module, node, seen))]
        return next((one for one in found if not one.is_segment), found[0] if found else None)

    def _of_name(self, module: Module, node: ast.Name, seen: frozenset[int]) -> Origin | None:
        scope = scope_around(module, node) if hasattr(node, "lineno") else None
        held = find_bindings(scope, node.id) if scope else None
        if scope is None or held is None:
            return None
        holder, bindings = held
        function = self._by_scope.get(id(holder)) or self._view.around(module, node)
        if function is None or node.id in examined(self._view, function):
            return None
        if holder.kind == "module":
            return None
        if not any(one.kind == "augment" for one in bindings):
            bindings = list(reaching_bindings(holder, bindings, node, scope))
        for binding in bindings:
            if id(binding) in seen:
                continue
            origin = self._of_binding(module, holder, binding, node.id, seen | {id(binding)})
            if origin:
                return origin
        return None

    def _of_binding(
        self, module: Module, holder: Scope, binding: Binding, name: str, seen: frozenset[int]
    ) -> Origin | None:
        if binding.kind == "parameter":
            function = self._by_scope.get(id(holder))
            return self._inputs.get(function, {}).get(name) if function else None
        if binding.kind in {"assign", "unpack", "augment", "for", "comprehension"}:
            origin = self._carried(module, binding.value, seen)
            return origin or self._put_in(module, holder, binding, name, seen)
        return None

    def _put_in(
        self, module: Module, holder: Scope, binding: Binding, name: str, seen: frozenset[int]
    ) -> Origin | None:
        """What is appended to a list that the name was given."""
        if not isinstance(binding.value, ast.List):
            return None
        for node in holder.nodes:
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"append", "extend", "insert"}
                and dotted(node.func.value) == name
                and (origin := self._first(module, node.args, seen))
            ):
                return origin
        return None

    def _of_attribute(self, module: Module, node: ast.Attribute, seen: frozenset[int]) -> Origin | None:
        base = self._view.type(module, node.value)
        function = self._view.around(module, node)
        path = dotted(node)
        if function is not None and path and path in examined(self._view, function):
            return None
        if node.attr in SENT and self._view.is_a(base, *CONNECTIONS):
            return Origin(path or node.attr)
        if self._view.is_a(base, "pathlib.Path", "pathlib.PurePath"):
            return self._carried(module, node.value, seen) if node.attr == "parent" else None
        if (origin := self._of_dependency(module, node)) is not None:
            return origin
        origin = self._carried(module, node.value, seen)
        if origin is None or not self._is_text_member(module, node, base):
            return None
        return replace(origin, label=path) if path else origin

    def _is_text_member(self, module: Module, node: ast.Attribute, base: Type | None) -> bool:
        model = models_by_class(self._view).get(base.cls) if base and base.cls else None
        if model is not None:
            field = next((one for one in model.fields if one.name == node.attr), None)
            return field is not None and is_free_field(self._view, model, field)
        what = self._view.type(module, node)
        if base is not None and base.name.endswith("UploadFile"):
            return node.attr in {"filename", "file", "content_type"}
        return what is not None and may_be_text(self._view, what)

    def _of_dependency(self, module: Module, node: ast.Attribute) -> Origin | None:
        """`filters.q` of a class that FastAPI fills from the request."""
        function = self._view.around(module, node)
        if not isinstance(node.value, ast.Name) or function is None:
            return None
        for operation in self._view.operations(function):
            for parameter in operation.parameters:
                given = parameter.dependency
                if parameter.name != node.value.id or given is None or given.kind != "class":
                    continue
                for inner in given.parameters:
                    if inner.name == node.attr and inner.location in _REQUEST:
                        return Origin(dotted(node)) if is_free_parameter(self._view, inner) else None
        return None

    def _of_subscript(
        self, module: Module, node: ast.Subscript, value: ast.expr, seen: frozenset[int]
    ) -> Origin | None:
        # A piece of fixed length, or the last of several: somebody took it apart on purpose.
        if isinstance(node.slice, ast.Slice) or (
            isinstance(node.slice, ast.UnaryOp) and isinstance(value, ast.Call)
        ):
            return None
        return self._carried(module, value, seen)

    def _of_call(self, module: Module, node: ast.Call, seen: frozenset[int]) -> Origin | None:
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        name = self._view.name(module, node.func)
        handed = handed_over(self._view.project, module, node)
        if handed and handed[1] in given:
            given = given[given.index(handed[1]) + 1 :]
            name = self._view.name(module, handed[1]) or name
        if name in PASSING:
            return self._first(module, given, seen)
        if isinstance(node.func, ast.Attribute) and not handed:
            base = node.func.value
            if node.func.attr in READS and self._view.is_a(self._view.type(module, base), *CONNECTIONS):
                return Origin(f"{ast.unparse(node.func)}()")
            if node.func.attr in TAKING and (origin := self._first(module, given, seen)):
                return origin
            if node.func.attr in KEEPING:
                return self._carried(module, base, seen)
        return self._of_own_call(module, node, seen)

    def _of_own_call(self, module: Module, node: ast.Call, seen: frozenset[int]) -> Origin | None:
        """What a function of the project returns of what it is given."""
        found = called(self._view.project, module, node.func)
        target = found.function if found and found.kind == "function" else None
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        if target is None or not given or id(target) in seen or target not in self._inputs:
            return None
        returned = [
            one.value for one in target.scope.nodes if isinstance(one, ast.Return) and one.value is not None
        ]
        inner = self._first(target.module, returned, seen | {id(target)})
        return inner and (self._first(module, given, seen) or None)


def flow_of(view: View) -> Flow:
    """The flow of request data through the project."""
    return view.once("sec.flow", lambda: Flow(view))
