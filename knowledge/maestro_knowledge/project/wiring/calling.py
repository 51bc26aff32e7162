"""Calls, as far as they matter for wiring: making routers, following functions, changing lists."""

import ast
from typing import TYPE_CHECKING, Any

from maestro_knowledge.project.inference import infer, is_kind_of
from maestro_knowledge.project.lookup import ancestors_of, import_target, member_of_module
from maestro_knowledge.project.symbols import Class, Function, Module, Target
from maestro_knowledge.project.wiring.assuming import assume_router
from maestro_knowledge.project.wiring.attributes import attribute_of, attribute_of_made, of_target
from maestro_knowledge.project.wiring.configuring import configure
from maestro_knowledge.project.wiring.decorating import apply_decorator
from maestro_knowledge.project.wiring.plain import LONGEST, as_list, as_map, text_method, text_of
from maestro_knowledge.project.wiring.registering import DECORATORS, METHODS, Registration, call_method
from maestro_knowledge.project.wiring.relevance import (
    APP_CLASSES,
    ROUTER_CLASSES,
    is_decorator_call,
)
from maestro_knowledge.project.wiring.values import (
    NONE,
    UNKNOWN,
    Environment,
    Known,
    Listed,
    Made,
    Mapped,
    Referred,
    Unknown,
    Value,
    Wired,
    Written,
)  # fmt: skip

if TYPE_CHECKING:
    from maestro_knowledge.project.wiring.follow import Wiring

_SAME = frozenset(
    {
        "fastapi_versioning.VersionedFastAPI",
        "fastapi_pagination.add_pagination",
        "builtins.list",
        "builtins.tuple",
    }
    | {"builtins.sorted", "builtins.reversed", "builtins.str", "typing.cast"}
)


def evaluate_call(wiring: "Wiring", node: ast.Call, environment: Environment) -> Value:
    """What a call gives, with every registration that it makes."""
    func = node.func
    if isinstance(func, ast.Attribute):
        if _is_super(func.value):
            return _call_parent(wiring, func.attr, node, environment)
        owner = wiring.evaluate(func.value, environment)
        if func.attr in METHODS and not isinstance(owner, (Wired, Made, Known, Listed, Mapped)):
            owner = assume_router(wiring, func, node, owner, environment) or owner
        if isinstance(owner, Wired):
            found = call_method(Registration(wiring, owner, node, environment), func.attr)
            if found is not None:
                return found
        if isinstance(owner, (Known, Listed, Mapped, Written)):
            return _builtin_method(wiring, owner, func.attr, node, environment)
        if isinstance(owner, Made):
            return _call_value(wiring, attribute_of_made(wiring, owner, func.attr), node, environment)
        return _call_value(wiring, attribute_of(wiring, owner, func, environment), node, environment)
    if isinstance(func, ast.Call) and node.args and is_decorator_call(func):
        return _call_value(wiring, Written(func, environment), node, environment)
    return _call_value(wiring, wiring.evaluate(func, environment), node, environment)


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def _call_value(wiring: "Wiring", called: Value, node: ast.Call, environment: Environment) -> Value:
    if (
        isinstance(called, Written)
        and (found := _call_written(wiring, called, node, environment)) is not None
    ):
        return found
    if not isinstance(called, Referred):
        made = infer(wiring.project, environment.module, node.func)
        if (
            made is not None
            and made.is_class
            and is_kind_of(wiring.project, made, *APP_CLASSES, *ROUTER_CLASSES)
        ):
            kind: Any = "class" if made.cls is not None else "external"
            return _make_router(wiring, Target(made.name, kind, cls=made.cls), node, environment)
        _evaluate_arguments(wiring, node, environment)
        return Written(node, environment)
    target = called.target
    if target.function is not None:
        return _follow(wiring, target.function, called, node, environment)
    if is_kind_of(wiring.project, target, *APP_CLASSES, *ROUTER_CLASSES):
        return _make_router(wiring, target, node, environment)
    if target.cls is not None:
        return _make_instance(wiring, target.cls, called, node, environment)
    return _call_external(wiring, target.name, node, environment)


def _call_written(
    wiring: "Wiring", called: Written, node: ast.Call, environment: Environment
) -> Value | None:
    """What a method or decorator of a router does that got a name before: `add = app.add_middleware`."""
    what = called.node
    if isinstance(what, ast.Call) and node.args and is_decorator_call(what):
        handler = wiring.evaluate(node.args[0], environment)
        apply_decorator(wiring, what, handler, node.args[0], called.environment)
        return handler
    if isinstance(what, ast.Attribute):
        owner = wiring.evaluate(what.value, called.environment)
        if isinstance(owner, Wired) and what.attr not in DECORATORS:
            return call_method(Registration(wiring, owner, node, environment), what.attr)
    return None


def _evaluate_arguments(wiring: "Wiring", node: ast.Call, environment: Environment) -> None:
    """Calls among the arguments may wire, whatever is done with their results."""
    for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
        if isinstance(argument, ast.Call):
            wiring.evaluate(argument, environment)


def _follow(
    wiring: "Wiring", function: Function, called: Referred, node: ast.Call, environment: Environment
) -> Value:
    positional = [wiring.evaluate(argument, environment) for argument in node.args]
    named = {k.arg: wiring.evaluate(k.value, environment) for k in node.keywords if k.arg is not None}
    involved = any(_holds_wired(value) for value in (*positional, *named.values()))
    if not involved and not wiring.may_wire(function):
        return Written(node, environment)
    return wiring.run_function(
        function, bind(wiring, function, called.instance, positional, named), called.environment
    )


def _holds_wired(value: Value) -> bool:
    if isinstance(value, Listed):
        return any(isinstance(item, Wired) for item in value.items)
    return isinstance(value, (Wired, Made))


def bind(
    wiring: "Wiring",
    function: Function,
    instance: Value | None,
    positional: list[Value],
    named: dict[str, Value],
) -> dict[str, Value]:
    """The arguments of a call by parameter name, with the defaults of those that are not given."""
    arguments = function.node.args
    names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    if instance is not None:
        positional = [instance, *positional]
    bound: dict[str, Value] = dict(zip(names, positional, strict=False))
    known = {*names, *(argument.arg for argument in arguments.kwonlyargs)}
    bound.update({name: value for name, value in named.items() if name in known and name not in bound})
    if arguments.kwarg is not None:
        rest: list[tuple[Value, Value]] = [(Known(name), v) for name, v in named.items() if name not in known]
        bound[arguments.kwarg.arg] = Mapped(rest)
    own = Environment(function.module)
    defaults = [*zip(names[::-1], arguments.defaults[::-1], strict=False)]
    defaults += [
        (a.arg, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None
    ]
    for name, default in defaults:
        if name not in bound:
            bound[name] = wiring.evaluate(default, own)
    if arguments.vararg is not None:
        bound[arguments.vararg.arg] = Listed(positional[len(names) :])
    return bound


def _make_router(wiring: "Wiring", target: Target, node: ast.Call, environment: Environment) -> Wired:
    is_app = bool(is_kind_of(wiring.project, target, *APP_CLASSES))
    made = Wired(is_app, environment.module, node, factory=environment.function)
    wiring.wired.append(made)
    init = _own_init(wiring, target.cls)
    if init is None:
        configure(wiring, made, node, environment)
    else:
        positional = [wiring.evaluate(argument, environment) for argument in node.args]
        named = {k.arg: wiring.evaluate(k.value, environment) for k in node.keywords if k.arg is not None}
        configure(wiring, made, node, environment)
        wiring.run_function(init, bind(wiring, init, made, positional, named), None)
    return made


def _own_init(wiring: "Wiring", cls: Class | None) -> Function | None:
    if cls is None:
        return None
    return next(
        (c.methods["__init__"] for c in ancestors_of(wiring.project, cls)[0] if "__init__" in c.methods), None
    )


def _call_parent(wiring: "Wiring", name: str, node: ast.Call, environment: Environment) -> Value:
    """`super().method(…)`: the parent's method, or that of the router which the class is."""
    function = environment.function
    if function is None or function.owner is None or not function.node.args.args:
        return UNKNOWN
    instance = environment.names.get(function.node.args.args[0].arg, UNKNOWN)
    for parent in ancestors_of(wiring.project, function.owner)[0][1:]:
        if name in parent.methods:
            method = parent.methods[name]
            called = Referred(Target(method.id, "function", parent.module, function=method), None, instance)
            return _follow(wiring, method, called, node, environment)
    if isinstance(instance, Wired):
        if name == "__init__":
            configure(wiring, instance, node, environment)
            return NONE
        return call_method(Registration(wiring, instance, node, environment), name) or UNKNOWN
    return UNKNOWN


def _make_instance(
    wiring: "Wiring", cls: Class, called: Referred, node: ast.Call, environment: Environment
) -> Value:
    init = _own_init(wiring, cls)
    positional = [wiring.evaluate(argument, environment) for argument in node.args]
    named = {k.arg: wiring.evaluate(k.value, environment) for k in node.keywords if k.arg is not None}
    involved = any(_holds_wired(value) for value in (*positional, *named.values()))
    wires = any(wiring.may_wire(m) for c in ancestors_of(wiring.project, cls)[0] for m in c.methods.values())
    if not wires and not involved:
        return Written(node, environment)
    made = Made(cls)
    wiring.made.setdefault(cls, made)
    if init is not None:
        wiring.run_function(init, bind(wiring, init, made, positional, named), called.environment)
    return made


def _call_external(wiring: "Wiring", name: str, node: ast.Call, environment: Environment) -> Value:
    values = [wiring.evaluate(argument, environment) for argument in node.args]
    _evaluate_arguments(wiring, ast.Call(node.func, [], node.keywords), environment)
    if name in _SAME and values:
        return values[-1] if name == "typing.cast" else values[0]
    if name == "importlib.import_module" and values and (text := text_of(values[0])) is not None:
        return _import(wiring, environment.module, text)
    if name == "builtins.getattr" and len(values) > 1 and (text := text_of(values[1])) is not None:
        return _get_attribute(wiring, values[0], text)
    if name == "builtins.enumerate" and values and (listed := as_list(wiring, values[0])) is not None:
        pairs: list[Value] = [Listed([Known(n), item]) for n, item in enumerate(listed.items)]
        return Listed(pairs, listed.is_whole)
    if name == "builtins.zip" and values:
        columns = [as_list(wiring, value) for value in values]
        if all(column is not None and column.is_whole for column in columns):
            rows = zip(*(column.items for column in columns if column is not None), strict=False)
            return Listed([Listed(list(row)) for row in rows])
    return Written(node, environment)


def _import(wiring: "Wiring", module: Module, name: str) -> Value:
    level = len(name) - len(name.lstrip("."))
    target = import_target(wiring.project, module, name.lstrip("."), level, only_project=True)
    if target is None or target.module is None:
        return UNKNOWN
    wiring.run_module(target.module)
    return Referred(target)


def _get_attribute(wiring: "Wiring", owner: Value, name: str) -> Value:
    if isinstance(owner, Made):
        return attribute_of_made(wiring, owner, name)
    if isinstance(owner, Referred) and owner.target.module is not None and owner.target.kind == "module":
        target = member_of_module(wiring.project, owner.target.module, name)
        return of_target(wiring, target) if target is not None else UNKNOWN
    return UNKNOWN


def _builtin_method(
    wiring: "Wiring", owner: Value, name: str, node: ast.Call, environment: Environment
) -> Value:
    values = [wiring.evaluate(argument, environment) for argument in node.args]
    if isinstance(owner, Known) and isinstance(owner.value, str):
        return text_method(owner.value, name, [text_of(value) for value in values])
    if isinstance(owner, Listed) and name in {"append", "extend", "insert"} and values:
        extra = as_list(wiring, values[-1]) if name == "extend" else Listed([values[-1]])
        if len(owner.items) < LONGEST:
            owner.items.extend(extra.items[:LONGEST] if extra is not None else [UNKNOWN])
        return NONE
    mapped = as_map(wiring, owner)
    if mapped is not None and name in {"items", "keys", "values"}:
        return Listed([_part(name, key, value) for key, value in mapped.items])
    return Written(node, environment) if not isinstance(owner, Unknown) else UNKNOWN


def _part(name: str, key: Value, value: Value) -> Value:
    return Listed([key, value]) if name == "items" else key if name == "keys" else value
