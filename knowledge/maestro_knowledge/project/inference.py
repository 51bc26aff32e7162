"""What a value is and what an expression refers to, inside the project only; None means not known."""

import ast

from maestro_knowledge.core.records import replace
from maestro_knowledge.project.annotations import read_annotation
from maestro_knowledge.project.bound import bound_type, provided_type, target_type
from maestro_knowledge.project.displays import Reader, display_readers
from maestro_knowledge.project.handing_on import handed_on
from maestro_knowledge.project.keeping import kept_type
from maestro_knowledge.project.known import (
    attribute_type,
    call_result,
    canonical,
    instance_call_result,
    is_deep,
    kinds_of,
)
from maestro_knowledge.project.lean import by_kind
from maestro_knowledge.project.lookup import (
    ancestors_of,
    find_bindings,
    from_elsewhere,
    look_up_path,
    member_of_class,
)
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.queries import queried
from maestro_knowledge.project.reaching import reaching_bindings
from maestro_knowledge.project.results import agree, function_result, item, state_type, yielded
from maestro_knowledge.project.symbols import Class, Function, Module, Target, Type
from maestro_knowledge.project.tree import literal, scope_around, scope_of

_STATE = "starlette.datastructures.State"
_FACTORIES = frozenset({"sqlalchemy.orm.sessionmaker", "sqlalchemy.orm.scoped_session"})


def infer(project: Project, module: Module, node: ast.expr) -> Type | None:
    """The type of an expression's value."""
    memory = project.memory.types
    if node not in memory:
        memory[node] = None  # what is defined by itself stays unknown
        reader = _READERS.get(type(node))
        try:
            memory[node] = reader(project, module, node) if reader is not None else None
        except RecursionError:
            return None
    return memory[node]


def resolve_path(project: Project, module: Module, node: ast.expr) -> Target | None:
    """What a name or attribute refers to: by name where it can be, else as a member of the value's class."""
    memory = project.memory.targets
    if node not in memory:
        memory[node] = look_up_path(project, module, node)
        if memory[node] is None and isinstance(node, ast.Attribute):
            try:
                memory[node] = _member_of_value(project, module, node)
            except RecursionError:
                return None
    return memory[node]


def _member_of_value(project: Project, module: Module, node: ast.Attribute) -> Target | None:
    owner = infer(project, module, node.value)
    if (
        isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "super"
    ):
        return _member_of_parent(project, module, node)
    if (
        owner is None
        or owner.is_coroutine
        or owner.name in {"?", "typing.Any", "typing.Union", "builtins.None"}
    ):
        return None
    if owner.cls is None:
        return from_elsewhere(canonical(f"{owner.name}.{node.attr}"))
    for holder in ancestors_of(project, owner.cls)[0]:
        if (bindings := holder.attributes.get(node.attr)) and node.attr not in holder.scope.bindings:
            values = [b.value for b in bindings if b.value is not None and literal(b.value) is not None]
            if len(values) == 1 and isinstance(values[0], (ast.Name, ast.Attribute)):
                return resolve_path(project, holder.module, values[0])
            return Target(
                f"{holder.id}.{node.attr}", "value", holder.module, node=values[0] if values else None
            )
    return member_of_class(project, owner.cls, node.attr)


def _member_of_parent(project: Project, module: Module, node: ast.Attribute) -> Target | None:
    owner = infer(project, module, node.value)
    if owner is None or owner.cls is None:
        return None
    own, foreign, _ = ancestors_of(project, owner.cls)
    for holder in own[1:]:
        if (method := holder.methods.get(node.attr)) is not None:
            return Target(method.id, "function", holder.module, function=method, node=method.node)
    return from_elsewhere(f"{foreign[0]}.{node.attr}") if foreign else None


def is_kind_of(project: Project, what: Type | Target | Class | None, *names: str) -> bool | None:
    """Whether a class is, or derives from, one of `names`; None where a base class is not known."""
    if what is None:
        return None
    cls = what if isinstance(what, Class) else what.cls
    if cls is None:
        return not kinds_of(what.name).isdisjoint(names)
    own, foreign, complete = ancestors_of(project, cls)
    if any(base in names for base in foreign) or any(holder.id in names for holder in own):
        return True
    return False if complete else None


def result_of(project: Project, function: Function) -> Type | None:
    """What calling a function of the project gives, marked as coroutine where it has to be awaited."""
    return function_result(project, function, infer)


def yielded_by(project: Project, function: Function) -> Type | None:
    """What a generator function of the project yields."""
    return yielded(project, function, infer)


def provided(project: Project, module: Module, given: ast.expr) -> Type | None:
    """What the dependency `given` (the argument of `Depends`) hands to its dependant."""
    return provided_type(project, module, given, infer)


def _name(project: Project, module: Module, node: ast.Name) -> Type | None:
    scope = scope_around(module, node)
    found = find_bindings(scope, node.id)
    if found is not None:
        holder, bindings = found
        reaching = reaching_bindings(holder, bindings, node, scope)
        if all(binding.kind not in {"import", "from", "function"} for binding in reaching):
            return agree(bound_type(project, module, holder, binding, infer) for binding in reaching)
    target = look_up_path(project, module, node)
    return _of_target(project, target) if target is not None else None


def _of_target(project: Project, target: Target) -> Type | None:
    if target.kind == "value" and target.module is not None and isinstance(target.node, ast.expr):
        return infer(project, target.module, target.node)
    if target.kind == "external" and target.name.startswith("builtins.") and target.name != "builtins.None":
        return Type(target.name, is_class=True)
    return target_type(target)


def _attribute(project: Project, module: Module, node: ast.Attribute) -> Type | None:
    target = look_up_path(project, module, node)
    if target is not None:
        return _of_target(project, target)
    owner = infer(project, module, node.value)
    if owner is None or owner.is_coroutine:
        return None
    if owner.name == _STATE:
        return state_type(project, module, node.attr, infer)
    if owner.cls is None:
        found = attribute_type(owner.name, node.attr)
        return found or (Type(f"{owner.name}.{node.attr}") if is_deep(owner.name) else None)
    own, foreign, _ = ancestors_of(project, owner.cls)
    for holder in own:
        if (method := holder.methods.get(node.attr)) is not None:
            return result_of(project, method) if _is_property(method) else None
        bindings = holder.scope.bindings.get(node.attr) or holder.attributes.get(node.attr)
        if bindings:
            annotated = [b for b in bindings if b.annotation is not None]
            return agree(
                bound_type(project, holder.module, holder.scope, b, infer) for b in annotated or bindings
            )
    return next((found for name in foreign if (found := attribute_type(name, node.attr)) is not None), None)


def _is_property(method: Function) -> bool:
    names = {d.id if isinstance(d, ast.Name) else getattr(d, "attr", "") for d in method.node.decorator_list}
    return bool(names & {"property", "cached_property"})


def called(project: Project, module: Module, node: ast.expr) -> Target | None:
    """What runs when the value of `node` is called: `partial` in between is looked through."""
    target = resolve_path(project, module, node) if isinstance(node, (ast.Name, ast.Attribute)) else None
    if isinstance(node, ast.Call):
        return _in_partial(project, module, node)
    if target is None or target.kind != "value" or target.module is None:
        return target
    return _in_partial(project, target.module, target.node) or target


def _in_partial(project: Project, module: Module, node: ast.AST | None) -> Target | None:
    """What `partial(function, …)` calls."""
    if not isinstance(node, ast.Call) or not node.args:
        return None
    maker = look_up_path(project, module, node.func)
    is_partial = maker is not None and maker.name in {"functools.partial", "functools.partialmethod"}
    return called(project, module, node.args[0]) if is_partial else None


def _call(project: Project, module: Module, node: ast.Call) -> Type | None:
    target = called(project, module, node.func)
    if target is not None and target.function is not None:
        return result_of(project, target.function)
    if target is not None and target.kind == "class":
        return Type(target.name, cls=target.cls)
    name = target.name if target is not None else ""
    handed = handed_on(project, module, node, name, infer) or queried(project, module, node, name, infer)
    handed = kept_type(project, module, node, infer) if _is_anything(handed) else handed
    if handed is not None:
        return handed
    if target is not None and target.kind == "external":
        return _external_call(project, module, node, target.name)
    if isinstance(node.func, ast.Name) and node.func.id == "super":
        return None
    maker = infer(project, module, node.func)
    return _instance_call(project, maker) if maker is not None else None


def _is_anything(what: Type | None) -> bool:
    return what is None or what.name == "typing.Any"


def _external_call(project: Project, module: Module, node: ast.Call, name: str) -> Type | None:
    if name == "typing.cast" and node.args:
        return read_annotation(project, module, node.args[0])
    if name == "builtins.super":
        return _super(module, node)
    if name in _FACTORIES:
        given = next((k.value for k in node.keywords if k.arg == "class_"), None)
        made = infer(project, module, given) if given is not None else None
        target = (
            resolve_path(project, module, given) if isinstance(given, (ast.Name, ast.Attribute)) else None
        )
        if target is not None and (made is None or made.is_class):
            return Type(name, (Type(target.name, cls=target.cls),))
    return call_result(name)


def _super(module: Module, node: ast.Call) -> Type | None:
    scope = scope_of(module, node)
    function = getattr(scope.node, "definition", None)
    if isinstance(function, Function) and function.owner is not None:
        return Type(function.owner.id, cls=function.owner)
    return None


def _instance_call(project: Project, maker: Type) -> Type | None:
    if maker.is_class:
        return Type(maker.name, maker.args, maker.cls)
    if maker.cls is not None:
        call = member_of_class(project, maker.cls, "__call__")
        return result_of(project, call.function) if call is not None and call.function is not None else None
    if maker.name in _FACTORIES and maker.args:
        return maker.args[0]
    return instance_call_result(maker.name)


def _await(project: Project, module: Module, node: ast.Await) -> Type | None:
    inner = infer(project, module, node.value)
    if inner is None or not inner.is_coroutine or inner.name == "?":
        return None
    return replace(inner, is_coroutine=False)


def _subscript(project: Project, module: Module, node: ast.Subscript) -> Type | None:
    position = literal(node.slice)
    owner = infer(project, module, node.value)
    if owner is not None and owner.cls is None and is_deep(owner.name):
        return Type(f"{owner.name}.item")
    found = item(owner, position if isinstance(position, int) else None)
    return kept_type(project, module, node, infer) if _is_anything(found) else found


_READERS: dict[type[ast.expr], Reader] = by_kind(
    {
        ast.Name: _name,
        ast.Attribute: _attribute,
        ast.Call: _call,
        ast.Await: _await,
        ast.Subscript: _subscript,
        **display_readers(infer),
        ast.NamedExpr: lambda project, module, node: infer(project, module, node.value),
        ast.IfExp: lambda project, module, node: agree(
            infer(project, module, n) for n in (node.body, node.orelse)
        ),
        ast.BoolOp: lambda project, module, node: agree(infer(project, module, n) for n in node.values),
    }
)
