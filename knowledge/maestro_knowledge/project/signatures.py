"""What a dependency calls, and with which signature: functions, classes, callable instances, factories."""

import ast
from collections.abc import Sequence

from maestro_knowledge.core.records import dataclass, replace
from maestro_knowledge.project.application import DependencyKind, SecurityScheme
from maestro_knowledge.project.inference import infer, is_kind_of, resolve_path
from maestro_knowledge.project.lookup import ancestors_of, find_bindings
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.shapes import is_dataclass
from maestro_knowledge.project.symbols import Class, Function, Module, Target, Type
from maestro_knowledge.project.tree import source_of, walk

_SECURITY = "fastapi.security.base.SecurityBase"
_FORMS = {
    "fastapi.security.OAuth2PasswordRequestForm", "fastapi.security.OAuth2PasswordRequestFormStrict",
}  # fmt: skip
_FORM_FIELDS = (
    ("grant_type", False), ("username", True), ("password", True), ("scope", False), ("client_id", False),
    ("client_secret", False),
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Argument:
    """A parameter as it stands in a signature."""

    name: str
    node: ast.arg
    module: Module
    annotation: ast.expr | None
    default: ast.expr | None
    location: str = ""  # where it surely comes from, whatever is written


@dataclass(frozen=True, slots=True, eq=False)
class Callee:
    """What a dependency calls."""

    name: str
    kind: DependencyKind
    function: Function | None = None
    cls: Class | None = None
    scheme: SecurityScheme | None = None
    arguments: tuple[Argument, ...] = ()
    is_known: bool = True


def function_signature(function: Function, *, skip: int = 0) -> tuple[Argument, ...]:
    """The parameters of a function in order, `*args` and `**kwargs` included, as FastAPI sees them."""
    arguments = function.node.args
    return arguments_of(function.module, arguments)[skip:]


def arguments_of(module: Module, arguments: ast.arguments) -> tuple[Argument, ...]:
    """The parameters of a signature in order."""
    positional = [*arguments.posonlyargs, *arguments.args]
    first = len(positional) - len(arguments.defaults)
    found = [
        Argument(a.arg, a, module, a.annotation, arguments.defaults[n - first] if n >= first else None)
        for n, a in enumerate(positional)
    ]
    if arguments.vararg is not None:
        found.append(
            Argument(arguments.vararg.arg, arguments.vararg, module, arguments.vararg.annotation, None)
        )
    found += [
        Argument(a.arg, a, module, a.annotation, default)
        for a, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]
    if arguments.kwarg is not None:
        found.append(Argument(arguments.kwarg.arg, arguments.kwarg, module, arguments.kwarg.annotation, None))
    return tuple(found)


def class_signature(project: Project, cls: Class) -> tuple[Argument, ...] | None:
    """The parameters of a class's constructor; None where a base class hides them."""
    own, foreign, complete = ancestors_of(project, cls)
    for holder in own:
        if "__init__" in holder.methods:
            return function_signature(holder.methods["__init__"], skip=1)
    if "pydantic.BaseModel" in foreign or any(is_dataclass(project, holder) for holder in own):
        return _fields_signature(own)
    return () if complete and not [name for name in foreign if name not in _PLAIN] else None


_PLAIN = frozenset({"builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol"})


def _fields_signature(own: Sequence[Class]) -> tuple[Argument, ...]:
    fields: dict[str, Argument] = {}
    for holder in reversed(own):
        for statement in holder.node.body:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                name = statement.target.id
                if name.startswith("_") or name == "model_config":
                    continue
                node = ast.arg(
                    name, statement.annotation, lineno=statement.lineno, col_offset=statement.col_offset
                )
                fields[name] = Argument(name, node, holder.module, statement.annotation, statement.value)
    return tuple(fields.values())


def read_callee(project: Project, module: Module, node: ast.expr) -> Callee:
    """What `Depends(node)` calls."""
    if isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Lambda):
        return Callee("<lambda>", "function", arguments=arguments_of(module, node.args))
    if isinstance(node, (ast.Name, ast.Attribute)):
        target = resolve_path(project, module, node)
        if target is not None and target.kind in {"function", "class", "external"}:
            return _of_target(project, module, node, target)
        return _of_instance(
            project, module, node, target.name if target is not None else source_of(module, node, 60)
        )
    if isinstance(node, ast.Call):
        return _of_call(project, module, node)
    return Callee(source_of(module, node, 60), "unknown", is_known=False)


def _of_target(project: Project, module: Module, node: ast.expr, target: Target) -> Callee:
    if target.function is not None:
        return _of_function(
            project, target.function, is_bound=_is_bound(project, module, node, target.function)
        )
    if target.cls is not None:
        return _of_class(project, target.cls)
    if target.name in _FORMS:
        return Callee(target.name, "external", arguments=_form_arguments(module))
    if bool(is_kind_of(project, target, _SECURITY)):
        return Callee(target.name, "external", is_known=False)
    return Callee(target.name, "external", is_known=False)


def _is_bound(project: Project, module: Module, node: ast.expr, function: Function) -> bool:
    """Whether a method is taken from an instance or a class method, so that its first parameter is filled."""
    if function.owner is None:
        return False
    names = {d.id for d in function.node.decorator_list if isinstance(d, ast.Name)}
    if "staticmethod" in names:
        return False
    if "classmethod" in names:
        return True
    owner = infer(project, module, node.value) if isinstance(node, ast.Attribute) else None
    return owner is not None and not owner.is_class


def _of_function(
    project: Project, function: Function, *, is_bound: bool, kind: DependencyKind = "function"
) -> Callee:
    """A function; decorators that are not known may change its signature."""
    known = all(is_transparent(project, function.module, d) for d in function.node.decorator_list)
    return Callee(
        function.id,
        kind,
        function=function,
        arguments=function_signature(function, skip=1 if is_bound else 0),
        is_known=known,
    )


def is_transparent(project: Project, module: Module, decorator: ast.expr) -> bool:
    """Whether a decorator surely keeps the signature that FastAPI sees."""
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    target = resolve_path(project, module, node) if isinstance(node, (ast.Name, ast.Attribute)) else None
    if target is None:
        return isinstance(
            node, ast.Attribute
        )  # `@app.get`, `@limiter.limit`: registered or wrapped with `wraps`
    if target.function is None:
        return True
    inner = _returned_function(target.function) if isinstance(decorator, ast.Call) else None
    return _keeps_signature(target.function, inner or target.function)


def _keeps_signature(whole: Function, receiver: Function) -> bool:
    """Whether a decorator of the project hands back what it is given, or wraps it with `functools.wraps`."""
    if _returned_function(receiver) is None:
        return True
    wraps = {"wraps", "update_wrapper"}
    return any(
        isinstance(inner, (ast.Name, ast.Attribute))
        and getattr(inner, "attr", getattr(inner, "id", "")) in wraps
        for inner in walk(whole.node)
    )


def _returned_function(function: Function) -> Function | None:
    """The inner function that a function returns."""
    for node in function.scope.nodes:
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Name):
            for binding in function.scope.bindings.get(node.value.id, ()):
                inner = getattr(binding.node, "definition", None)
                if binding.kind == "function" and isinstance(inner, Function):
                    return inner
    return None


def _of_class(project: Project, cls: Class) -> Callee:
    arguments = class_signature(project, cls)
    init = next(
        (c.methods["__init__"] for c in ancestors_of(project, cls)[0] if "__init__" in c.methods), None
    )
    return Callee(
        cls.id, "class", function=init, cls=cls, arguments=arguments or (), is_known=arguments is not None
    )


def _form_arguments(module: Module) -> tuple[Argument, ...]:
    """The form fields of FastAPI's own OAuth2 form."""
    default = ast.Constant("")
    return tuple(
        Argument(name, ast.arg(name), module, None, None if required else default, "form")
        for name, required in _FORM_FIELDS
    )


def _of_instance(project: Project, module: Module, node: ast.expr, name: str) -> Callee:
    """A callable instance, or a security scheme."""
    type_ = infer(project, module, node)
    if type_ is None:
        return Callee(name, "unknown", is_known=False)
    if type_.cls is not None:
        return _of_made(project, type_.cls, type_, node, module)
    if bool(is_kind_of(project, type_, _SECURITY)):
        return Callee(name, "security", scheme=scheme_of(project, module, node, type_))
    return Callee(name, "external", is_known=False)


def _of_made(project: Project, cls: Class, type_: Type, node: ast.expr, module: Module) -> Callee:
    own, foreign, _ = ancestors_of(project, cls)
    call = next((holder.methods["__call__"] for holder in own if "__call__" in holder.methods), None)
    scheme = scheme_of(project, module, node, type_) if _SECURITY in foreign else None
    if call is None:
        return Callee(
            cls.id, "security" if scheme else "instance", None, cls, scheme, is_known=scheme is not None
        )
    kind: DependencyKind = "security" if scheme is not None else "instance"
    return Callee(cls.id, kind, call, cls, scheme, function_signature(call, skip=1))


def scheme_of(project: Project, module: Module, node: ast.expr, type_: Type) -> SecurityScheme:
    """The security scheme that an expression is, with the call that makes it."""
    target = resolve_path(project, module, node) if isinstance(node, (ast.Name, ast.Attribute)) else None
    made = target.node if target is not None else node
    where = target.module if target is not None else module
    return SecurityScheme(type_.name.rpartition(".")[2], made if isinstance(made, ast.Call) else None, where)


def _of_call(project: Project, module: Module, node: ast.Call) -> Callee:
    """A factory's product, an instance made on the spot, or a partial function."""
    target = (
        resolve_path(project, module, node.func) if isinstance(node.func, (ast.Name, ast.Attribute)) else None
    )
    if target is not None and target.name == "functools.partial" and node.args:
        return _of_partial(project, module, node)
    if target is None or target.function is None:
        return _of_instance(project, module, node, source_of(module, node, 60))
    product = _product(project, target.function)
    if product is not None:
        return product
    return _of_instance(project, module, node, target.function.id)


def _product(project: Project, factory: Function) -> Callee | None:
    """The function, lambda or instance that a factory returns."""
    values = [n.value for n in factory.scope.nodes if isinstance(n, ast.Return) and n.value is not None]
    if len(values) != 1:
        return None
    value = values[0]
    if isinstance(value, ast.Lambda):
        return Callee(factory.id, "factory", arguments=arguments_of(factory.module, value.args))
    if isinstance(value, ast.Name):
        found = find_bindings(factory.scope, value.id)
        for binding in found[1] if found is not None else ():
            inner = getattr(binding.node, "definition", None)
            if binding.kind == "function" and isinstance(inner, Function):
                return _of_function(project, inner, is_bound=False, kind="factory")
    return None


def _of_partial(project: Project, module: Module, node: ast.Call) -> Callee:
    inner = read_callee(project, module, node.args[0])
    named = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg is not None}
    rest = inner.arguments[len(node.args) - 1 :]
    arguments = (replace(one, default=named.get(one.name, one.default)) for one in rest)
    return Callee(
        inner.name,
        inner.kind,
        inner.function,
        inner.cls,
        inner.scheme,
        tuple(arguments),
        inner.is_known,
    )
