"""Statements, as far as they matter for wiring."""

import ast
from typing import TYPE_CHECKING, Any

from maestro_knowledge.project.lean import by_kind
from maestro_knowledge.project.lookup import import_target
from maestro_knowledge.project.symbols import Class, Function, Target
from maestro_knowledge.project.wiring.decorating import apply_decorators
from maestro_knowledge.project.wiring.plain import LONGEST, LONGEST_TEXT, as_list, as_map, text_of, truth
from maestro_knowledge.project.wiring.values import (
    UNKNOWN,
    Environment,
    Known,
    Listed,
    Made,
    Referred,
    Unknown,
    Value,
    Wired,
)  # fmt: skip

if TYPE_CHECKING:
    from maestro_knowledge.project.wiring.follow import Wiring

_ROUNDS = 200


def assign(wiring: "Wiring", target: ast.AST, value: Value, environment: Environment) -> None:
    """Gives a target its value."""
    if isinstance(target, ast.Name):
        holder = environment
        if target.id in environment.outer_names:
            holder = wiring.environment_of(environment.module)
        holder.names[target.id] = value
        if isinstance(value, Wired):
            _name(value, target.id, holder)
    elif isinstance(target, ast.Attribute):
        _assign_attribute(wiring, target, value, environment)
    elif isinstance(target, (ast.Tuple, ast.List)):
        parts = as_list(wiring, value)
        for position, part in enumerate(target.elts):
            known = parts is not None and parts.is_whole and position < len(parts.items)
            assign(
                wiring, part, parts.items[position] if parts is not None and known else UNKNOWN, environment
            )


def _name(wired: Wired, name: str, holder: Environment) -> None:
    """The name a router is known by: the first it is given, unless a module's own comes later."""
    at_module = holder.function is None
    if not wired.name or (at_module and not wired.is_module_level):
        wired.name = name
        if at_module and not wired.is_assumed:
            wired.module, wired.is_module_level = holder.module, True


def _assign_attribute(
    wiring: "Wiring", target: ast.Attribute, value: Value, environment: Environment
) -> None:
    owner = wiring.evaluate(target.value, environment)
    if isinstance(owner, Made):
        owner.attributes[target.attr] = value
        if isinstance(value, Wired) and not value.name:
            value.name = target.attr
    elif isinstance(owner, Wired):
        if target.attr == "prefix":
            owner.prefix = value.value if isinstance(value, Known) and isinstance(value.value, str) else None
        owner.attributes[target.attr] = value


def _assignment(wiring: "Wiring", node: ast.Assign, environment: Environment) -> None:
    value = wiring.evaluate(node.value, environment)
    for target in node.targets:
        assign(wiring, target, value, environment)


def _annotated(wiring: "Wiring", node: ast.AnnAssign, environment: Environment) -> None:
    if node.value is not None:
        assign(wiring, node.target, wiring.evaluate(node.value, environment), environment)


def _augmented(wiring: "Wiring", node: ast.AugAssign, environment: Environment) -> None:
    added = wiring.evaluate(node.value, environment)
    if not isinstance(node.target, (ast.Name, ast.Attribute)) or not isinstance(node.op, ast.Add):
        return
    current = wiring.evaluate(node.target, environment)
    extra = as_list(wiring, added)
    if isinstance(current, Listed) and extra is not None and len(current.items) + len(extra.items) <= LONGEST:
        current.items.extend(extra.items)
        return
    first, second = text_of(current), text_of(added)
    known = first is not None and second is not None and len(first) + len(second) < LONGEST_TEXT
    assign(wiring, node.target, Known(f"{first}{second}") if known else UNKNOWN, environment)


def _expression(wiring: "Wiring", node: ast.Expr, environment: Environment) -> None:
    if isinstance(node.value, (ast.Yield, ast.YieldFrom)):
        if node.value.value is not None:
            environment.returned.append(wiring.evaluate(node.value.value, environment))
    elif not isinstance(node.value, ast.Constant):
        wiring.evaluate(node.value, environment)


def _function(wiring: "Wiring", node: Any, environment: Environment) -> None:
    function: Function = node.definition
    target = Target(function.id, "function", function.module, function=function, node=node)
    closure = environment if environment.function is not None else None
    value: Value = Referred(target, closure)
    environment.names[node.name] = value
    if node.decorator_list:
        apply_decorators(wiring, node, value, environment)


def _class(wiring: "Wiring", node: ast.ClassDef, environment: Environment) -> None:
    cls: Class = node.definition  # type: ignore[attr-defined]  # set by the index
    inner = Environment(environment.module, {}, environment, environment.function)
    wiring.class_names[cls] = inner
    wiring.execute([part for part in node.body if _matters(part)], inner)
    closure = environment if environment.function is not None else None
    environment.names[node.name] = Referred(Target(cls.id, "class", cls.module, cls=cls, node=node), closure)


def _matters(statement: ast.stmt) -> bool:
    """Whether a statement of a class body can wire: a decorated method, an attribute made by a call."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return bool(statement.decorator_list)
    return isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call)


def _imports(wiring: "Wiring", node: Any, environment: Environment) -> None:
    module = environment.module
    if isinstance(node, ast.Import):
        names = [(alias.name, 0) for alias in node.names]
    else:
        base = node.module or ""
        names = [
            (base, node.level),
            *((f"{base}.{alias.name}".lstrip("."), node.level) for alias in node.names),
        ]
    for name, level in names:
        target = import_target(wiring.project, module, name, level, only_project=True)
        if target is not None and target.module is not None:
            _run_packages(wiring, target.module.name)
            wiring.run_module(target.module)
    for alias in node.names:
        # What is imported hides what the name meant before; it is looked up where it is used.
        environment.names.pop(alias.asname or alias.name.partition(".")[0], None)


def _run_packages(wiring: "Wiring", name: str) -> None:
    """Importing a module runs the packages it lies in first."""
    parts = name.split(".")
    for end in range(1, len(parts)):
        package = wiring.by_name.get(".".join(parts[:end]))
        if package is not None:
            wiring.run_module(package)


def _if(wiring: "Wiring", node: ast.If, environment: Environment) -> None:
    test = truth(wiring.evaluate(node.test, environment))
    if test is not None:
        wiring.execute(node.body if test else node.orelse, environment)
        return
    _branches(wiring, [node.body, node.orelse], environment)


def _branches(wiring: "Wiring", bodies: list[list[ast.stmt]], environment: Environment) -> None:
    """Follows alternatives one after the other; a name keeps the first meaning that is known."""
    wiring.conditions += 1
    first: dict[str, Value] = {}
    for body in bodies:
        before = dict(environment.names)
        wiring.execute(body, environment)
        for name, value in environment.names.items():
            if before.get(name) is not value and not _says_little(value):
                first.setdefault(name, value)
    environment.names.update(first)
    wiring.conditions -= 1


def _says_little(value: Value) -> bool:
    return isinstance(value, Unknown) or (isinstance(value, Known) and value.value is None)


def _for(wiring: "Wiring", node: Any, environment: Environment) -> None:
    looped = wiring.evaluate(node.iter, environment)
    listed = as_list(wiring, looped)
    if listed is None and (mapped := as_map(wiring, looped)) is not None:
        listed = Listed([key for key, _ in mapped.items])
    if listed is None or not listed.is_whole or len(listed.items) > _ROUNDS:
        wiring.conditions += 1
        assign(wiring, node.target, UNKNOWN, environment)
        wiring.execute(node.body, environment)
        wiring.conditions -= 1
    else:
        for item in listed.items:
            assign(wiring, node.target, item, environment)
            wiring.execute(node.body, environment)
    wiring.execute(node.orelse, environment)


def _while(wiring: "Wiring", node: ast.While, environment: Environment) -> None:
    wiring.conditions += 1
    wiring.execute(node.body, environment)
    wiring.conditions -= 1


def _with(wiring: "Wiring", node: Any, environment: Environment) -> None:
    for item in node.items:
        value = wiring.evaluate(item.context_expr, environment)
        if item.optional_vars is not None:
            assign(
                wiring,
                item.optional_vars,
                value if isinstance(value, (Wired, Made)) else UNKNOWN,
                environment,
            )
    wiring.execute(node.body, environment)


def _try(wiring: "Wiring", node: Any, environment: Environment) -> None:
    wiring.execute([*node.body, *node.orelse], environment)
    kept = {name: value for name, value in environment.names.items() if not _says_little(value)}
    _branches(wiring, [handler.body for handler in node.handlers], environment)
    environment.names.update(kept)
    wiring.execute(node.finalbody, environment)


def _match(wiring: "Wiring", node: ast.Match, environment: Environment) -> None:
    _branches(wiring, [case.body for case in node.cases], environment)


def _return(wiring: "Wiring", node: ast.Return, environment: Environment) -> None:
    if node.value is not None:
        environment.returned.append(wiring.evaluate(node.value, environment))


STATEMENTS: dict[type[ast.stmt], Any] = by_kind(
    {
        ast.Assign: _assignment,
        ast.AnnAssign: _annotated,
        ast.AugAssign: _augmented,
        ast.Expr: _expression,
        ast.FunctionDef: _function,
        ast.AsyncFunctionDef: _function,
        ast.ClassDef: _class,
        ast.Import: _imports,
        ast.ImportFrom: _imports,
        ast.If: _if,
        ast.For: _for,
        ast.AsyncFor: _for,
        ast.While: _while,
        ast.With: _with,
        ast.AsyncWith: _with,
        ast.Try: _try,
        ast.TryStar: _try,
        ast.Match: _match,
        ast.Return: _return,
    }
)
