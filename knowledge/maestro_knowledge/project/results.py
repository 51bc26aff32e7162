"""What calling a function, entering a context or looping over a value gives; `infer` reads expressions."""

import ast
from collections.abc import Callable, Iterable

from maestro_knowledge.core.records import replace
from maestro_knowledge.project.annotations import read_annotation
from maestro_knowledge.project.known import entered_type
from maestro_knowledge.project.lookup import ancestors_of, look_up_path
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Class, Function, Module, Type
from maestro_knowledge.project.tree import parent

Infer = Callable[[Project, Module, ast.expr], Type | None]

_ITERABLES = frozenset(
    f"collections.abc.{name}"
    for name in (
        "Iterable", "Iterator", "Generator", "AsyncIterable", "AsyncIterator", "AsyncGenerator", "Sequence",
        "MutableSequence", "Collection", "Set",
    )
) | {
    "builtins.list", "builtins.set", "builtins.frozenset", "collections.deque", "sqlalchemy.ScalarResult",
    "sqlalchemy.orm.Query",
}  # fmt: skip
_MANAGERS = frozenset({"contextlib.contextmanager", "contextlib.asynccontextmanager"})
_SELF = frozenset({"typing.Self"})


def agree(types: Iterable[Type | None]) -> Type | None:
    """The one type that all of `types` are; None among them only makes it optional."""
    found: Type | None = None
    optional = False
    for type_ in types:
        if type_ is None:
            return None
        if type_.name == "builtins.None":
            optional = True
        elif found is None:
            found = type_
        elif (found.name, found.is_class, found.is_coroutine) != (
            type_.name,
            type_.is_class,
            type_.is_coroutine,
        ):
            return None
    if found is None:
        return Type("builtins.None", is_optional=True) if optional else None
    return replace(found, is_optional=True) if optional else found


def element(type_: Type | None) -> Type | None:
    """What looping over a value gives."""
    if type_ is None or type_.is_class or not type_.args:
        return None
    if type_.name in _ITERABLES:
        return certain(type_.args[0])
    if type_.name == "builtins.tuple":
        return agree(certain(argument) for argument in type_.args if argument.name != "?")
    if type_.name in {"builtins.dict", "collections.abc.Mapping", "collections.abc.MutableMapping"}:
        return certain(type_.args[0])
    return None


def item(type_: Type | None, position: int | None) -> Type | None:
    """What indexing a value gives; `position` where it is a known number."""
    if type_ is None or type_.is_class or not type_.args:
        return None
    if type_.name == "builtins.tuple":
        is_inside = position is not None and 0 <= position < len(type_.args)
        return certain(type_.args[position]) if is_inside and position is not None else None
    if type_.name.rpartition(".")[2] in {"dict", "Mapping", "MutableMapping", "defaultdict", "OrderedDict"}:
        return certain(type_.args[1]) if len(type_.args) == 2 else None
    return element(type_)


def certain(type_: Type) -> Type | None:
    """The type, or None where it stands for something that is not known."""
    return None if type_.name == "?" else type_


def function_result(project: Project, function: Function, infer: Infer) -> Type | None:
    """What calling a function gives: a coroutine's type is marked, a generator's holds what it yields."""
    memory = project.memory.results
    if function not in memory:
        memory[function] = None
        found: Type | None
        if is_context_manager(project, function):
            found = Type("contextlib.AbstractContextManager", _arguments(yielded(project, function, infer)))
        elif function.is_generator:
            name = "AsyncGenerator" if function.is_async else "Generator"
            found = Type(f"collections.abc.{name}", _arguments(yielded(project, function, infer)))
        else:
            inner = _returned(project, function, infer)
            found = replace(inner or Type("?"), is_coroutine=True) if function.is_async else inner
        memory[function] = found
    return memory[function]


def _arguments(type_: Type | None) -> tuple[Type, ...]:
    return (type_,) if type_ is not None else ()


def _returned(project: Project, function: Function, infer: Infer) -> Type | None:
    if function.node.returns is not None:
        found = read_annotation(project, function.module, function.node.returns)
        if found is not None and found.name in _SELF and function.owner is not None:
            return Type(function.owner.id, cls=function.owner)
        return found
    values = [node.value for node in function.scope.nodes if isinstance(node, ast.Return)]
    if not values or len(values) > 10:
        return None
    return agree(
        infer(project, function.module, value) if value is not None else Type("builtins.None")
        for value in values
    )


def yielded(project: Project, function: Function, infer: Infer) -> Type | None:
    """What a generator hands out, be it a context manager or a yield dependency."""
    if function.node.returns is not None:
        whole = read_annotation(project, function.module, function.node.returns)
        if whole is not None and whole.name in _ITERABLES:
            return certain(whole.args[0]) if whole.args else None
    values = [node.value for node in function.scope.nodes if isinstance(node, ast.Yield)]
    return agree(
        infer(project, function.module, value) if value is not None else Type("builtins.None")
        for value in values
    )


def is_context_manager(project: Project, function: Function) -> bool:
    """Whether `@contextmanager` or its async sister stands above the function."""
    for decorator in function.node.decorator_list:
        target = look_up_path(project, function.module, decorator)
        if target is not None and target.name in _MANAGERS:
            return True
    return False


def entered(project: Project, module: Module, node: ast.expr, infer: Infer) -> Type | None:
    """What `as` gets for the context expression `node`."""
    type_ = infer(project, module, node)
    if isinstance(node, ast.Call):
        callee = look_up_path(project, module, node.func)
        known = entered_type(callee.name) if callee is not None else None
        if known is not None:
            return Type(known) if known else None
    if type_ is None:
        return None
    if type_.name == "contextlib.AbstractContextManager":
        return certain(type_.args[0]) if type_.args else None
    if type_.cls is None:
        return type_
    return _entered_class(project, type_, type_.cls, infer)


def _entered_class(project: Project, type_: Type, cls: Class, infer: Infer) -> Type | None:
    own, foreign, _ = ancestors_of(project, cls)
    for holder in own:
        for name in ("__aenter__", "__enter__"):
            if (method := holder.methods.get(name)) is not None:
                result = function_result(project, method, infer)
                if result is not None and result.name in {holder.id, "?"}:
                    return type_
                return replace(result, is_coroutine=False) if result is not None else None
    return type_ if foreign else None


def _makes_application(module: Module) -> bool:
    calls = (node.func for node in module.nodes.get(ast.Call, ()) if isinstance(node, ast.Call))
    return any(
        (one.id if isinstance(one, ast.Name) else getattr(one, "attr", "")) == "FastAPI" for one in calls
    )


def state_type(project: Project, asking: Module, name: str, infer: Infer) -> Type | None:
    """What `….state.<name>` holds, where all that its file, else the project, puts there agrees."""
    memory = project.memory.state
    if not memory:
        memory[""] = []
        for module in project.modules:
            for node in module.nodes.get(ast.Attribute, ()):
                around = parent(node)
                if (
                    isinstance(node, ast.Attribute)
                    and isinstance(node.ctx, ast.Store)
                    and isinstance(node.value, ast.Attribute)
                    and node.value.attr == "state"
                    and isinstance(around, (ast.Assign, ast.AnnAssign))
                    and around.value is not None
                ):
                    memory.setdefault(node.attr, []).append((module, around.value))
    put = memory.get(name, [])
    # Of several applications in one project each has a state of its own.
    own = [one for one in put if one[0] is asking] if _makes_application(asking) else []
    return agree(infer(project, module, value) for module, value in own or put)
