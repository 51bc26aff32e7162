"""Following how a project puts its applications together, statement by statement, without running it.

Modules are read in the order in which Python would import them; functions that create or change an
application or a router are followed where they are called. Values are known only where the source says them.
"""

import ast
from collections.abc import Sequence

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.project.annotations import read_annotation
from maestro_knowledge.project.inference import is_kind_of
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.names import callee
from maestro_knowledge.project.surroundings import Problem
from maestro_knowledge.project.symbols import Class, Function, Module
from maestro_knowledge.project.wiring.calling import evaluate_call
from maestro_knowledge.project.wiring.evaluating import READERS
from maestro_knowledge.project.wiring.executing import STATEMENTS
from maestro_knowledge.project.wiring.relevance import (
    APP_CLASSES,
    ROUTER_CLASSES,
    creates,
    find_relevant,
    find_wiring_functions,
)
from maestro_knowledge.project.wiring.values import NONE, UNKNOWN, Environment, Made, Referred, Value, Wired

_DEPTH = 20
_STEPS = 2_000_000


@dataclass(slots=True, eq=False)
class Wiring:
    """The state of following one project."""

    project: Project
    relevant: frozenset[Module]
    by_name: dict[str, Module]
    functions: dict[Function, set[Function]]
    class_names: dict[Class, Environment] = field(default_factory=dict)
    environments: dict[Module, Environment] = field(default_factory=dict)
    wired: list[Wired] = field(default_factory=list)
    assumed: dict[tuple[Module, str], Wired] = field(default_factory=dict)
    made: dict[Class, Made] = field(default_factory=dict)
    ran: set[Function] = field(default_factory=set)
    running: list[Function] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    order: int = 0
    steps: int = 0
    conditions: int = 0

    def evaluate(self, node: ast.expr, environment: Environment) -> Value:
        """What an expression is, with every registration that it makes."""
        self.steps += 1
        if self.steps > _STEPS:
            return UNKNOWN
        if isinstance(node, ast.Call):
            return evaluate_call(self, node, environment)
        reader = READERS.get(type(node))
        return reader(self, node, environment) if reader is not None else UNKNOWN

    def execute(self, body: Sequence[ast.stmt], environment: Environment) -> None:
        """Follows statements in order."""
        for statement in body:
            self.steps += 1
            handler = STATEMENTS.get(type(statement))
            if handler is None or self.steps > _STEPS:
                continue
            try:
                handler(self, statement, environment)
            except RecursionError:
                self.report(environment.module, statement, "nested too deeply to be followed")

    def may_wire(self, function: Function) -> bool:
        """Whether a function makes or changes an application or a router, itself or through what it calls."""
        return function in self.functions

    def next_order(self) -> int:
        """The number of the next registration in the project."""
        self.order += 1
        return self.order

    def environment_of(self, module: Module) -> Environment:
        """The module's names as far as it has run."""
        if module not in self.environments:
            self.environments[module] = Environment(module)
        return self.environments[module]

    def run_module(self, module: Module) -> None:
        """Follows a module once."""
        if module in self.environments or module not in self.relevant:
            return
        self.execute(module.tree.body, self.environment_of(module))

    def run_function(
        self, function: Function, arguments: dict[str, Value], outer: Environment | None
    ) -> Value:
        """Follows a function's body with what is known of its arguments."""
        if len(self.running) >= _DEPTH or self.running.count(function) > 1:
            return UNKNOWN
        self.ran.add(function)
        names = dict.fromkeys(_parameter_names(function), UNKNOWN) | arguments
        inner = Environment(function.module, names, outer, function, frozenset(function.scope.outer_names))
        self.running.append(function)
        try:
            self.execute(function.node.body, inner)
        finally:
            self.running.pop()
        wired = [value for value in inner.returned if isinstance(value, (Wired, Made))]
        for value in wired:
            if isinstance(value, Wired) and value.factory is None:
                value.factory = function
        return (wired or inner.returned or [NONE])[0]

    def report(self, module: Module, node: ast.AST, message: str) -> None:
        """Notes something that could not be followed."""
        self.problems.append(Problem(module.path, getattr(node, "lineno", None), message))


def _parameter_names(function: Function) -> list[str]:
    arguments = function.node.args
    rest = [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    return [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *rest)]


def follow(project: Project) -> Wiring:
    """Everything that the project wires."""
    relevant = find_relevant(project)
    by_name = {module.name: module for module in project.modules}
    wiring = Wiring(project, relevant, by_name, find_wiring_functions(project, relevant))
    for module in sorted(
        relevant, key=lambda each: (each.is_test, not _creates_app(project, each), each.path)
    ):
        wiring.run_module(module)
    started = _start_all(wiring, set())
    for is_test in (False, True):
        alone = [f for f in wiring.functions if f.module.is_test == is_test and _is_outermost(f)]
        alone.sort(key=lambda f: (f.module.path, f.node.lineno))
        for is_next in (_is_first_maker, _is_first, _is_left):
            for function in alone:
                if function not in wiring.ran and is_next(wiring, function):
                    _run_alone(wiring, function)
            started = _start_all(wiring, started)
    return wiring


def _is_first(wiring: Wiring, function: Function) -> bool:
    """Whether no other function of the same kind of code calls it, which would have to be followed before."""
    return not any(
        caller is not function
        and caller.module.is_test == function.module.is_test
        and caller not in wiring.ran
        for caller in wiring.functions[function]
    )


def _is_first_maker(wiring: Wiring, function: Function) -> bool:
    return creates(function) and _is_first(wiring, function)


def _is_left(_wiring: Wiring, _function: Function) -> bool:
    return True


def _start_all(wiring: Wiring, started: set[Wired]) -> set[Wired]:
    """Follows what applications do when they start, each once."""
    for wired in list(wiring.wired):
        if wired not in started:
            _run_lifespans(wiring, wired)
    return set(wiring.wired)


def _run_lifespans(wiring: Wiring, wired: Wired) -> None:
    """What an application registers on itself when it starts."""
    for item in list(wired.attached):
        handler = item.handler
        if item.kind not in {"lifespan", "startup"} or not isinstance(handler, Referred):
            continue
        function = handler.target.function
        if function is None or not wiring.may_wire(function):
            continue
        names = [argument.arg for argument in function.node.args.args]
        wiring.run_function(function, dict.fromkeys(names[:1], wired), handler.environment)


def _creates_app(project: Project, module: Module) -> bool:
    return any(
        isinstance(statement, (ast.Assign, ast.AnnAssign))
        and isinstance(statement.value, ast.Call)
        and (target := callee(project, module, statement.value)) is not None
        and is_kind_of(project, target, *APP_CLASSES)
        for statement in module.tree.body
    )


def _is_outermost(function: Function) -> bool:
    """Whether it stands in a module or a class; an inner function means nothing without its surroundings."""
    scope = function.scope.parent
    while scope is not None:
        if scope.kind in {"function", "lambda"}:
            return False
        scope = scope.parent
    return True


def _run_alone(wiring: Wiring, function: Function) -> None:
    """Follows a function that nobody was seen to call; applications it is given are taken as they come."""
    arguments: dict[str, Value] = {}
    for argument in (
        *function.node.args.posonlyargs,
        *function.node.args.args,
        *function.node.args.kwonlyargs,
    ):
        if argument.annotation is not None:
            type_ = read_annotation(wiring.project, function.module, argument.annotation)
            is_app = is_kind_of(wiring.project, type_, *APP_CLASSES)
            if is_app or is_kind_of(wiring.project, type_, *ROUTER_CLASSES):
                lent = Wired(bool(is_app), function.module, argument, argument.arg, is_assumed=True)
                wiring.wired.append(lent)
                arguments[argument.arg] = lent
    if function.owner is not None and function.node.args.args:
        arguments[function.node.args.args[0].arg] = instance_of(wiring, function.owner)
    outer = wiring.environment_of(function.module)
    wiring.run_function(function, arguments, outer)


def instance_of(wiring: Wiring, cls: Class) -> Made:
    """The one instance that stands for all of a class, made as its `__init__` makes it."""
    if cls not in wiring.made:
        made = wiring.made[cls] = Made(cls)
        init = cls.methods.get("__init__")
        if init is not None and init not in wiring.ran and wiring.may_wire(init):
            wiring.run_function(init, {init.node.args.args[0].arg: made} if init.node.args.args else {}, None)
    return wiring.made[cls]
