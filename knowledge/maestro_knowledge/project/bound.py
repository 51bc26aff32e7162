"""What a name holds by one of its bindings; `infer` reads expressions."""

import ast

from maestro_knowledge.core.records import replace
from maestro_knowledge.project.annotations import Annotation, read_annotation, spread, type_of
from maestro_knowledge.project.known import instance_call_result
from maestro_knowledge.project.lookup import look_up_path
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.results import Infer, element, entered, function_result, item, yielded
from maestro_knowledge.project.symbols import Binding, Class, Function, Module, Scope, Target, Type

MARKERS = frozenset({"fastapi.Depends", "fastapi.Security"})


def bound_type(project: Project, module: Module, scope: Scope, binding: Binding, infer: Infer) -> Type | None:
    """The type that one binding gives to its name."""
    kind = binding.kind
    if kind == "parameter":
        return _parameter_type(project, module, scope, binding, infer)
    if binding.annotation is not None:
        return read_annotation(project, module, binding.annotation)
    if kind in {"function", "from", "import", "class"} or binding.value is None:
        return _definition_type(binding)
    if kind in {"assign", "alias"}:
        return infer(project, module, binding.value)
    if kind == "unpack":
        return _unpacked(project, module, binding, infer)
    if kind in {"for", "comprehension"}:
        found = element(infer(project, module, binding.value))
        return item(found, binding.position - 1) if binding.position else found
    if kind == "with":
        found = entered(project, module, binding.value, infer)
        return item(found, binding.position - 1) if binding.position else found
    if kind == "except":
        target = look_up_path(project, module, binding.value)
        return Type(target.name, cls=target.cls) if target is not None and target.kind != "value" else None
    return None


def _definition_type(binding: Binding) -> Type | None:
    definition = getattr(binding.node, "definition", None)
    return Type(definition.id, cls=definition, is_class=True) if isinstance(definition, Class) else None


def _unpacked(project: Project, module: Module, binding: Binding, infer: Infer) -> Type | None:
    value, position = binding.value, binding.position - 1
    if isinstance(value, (ast.Tuple, ast.List)) and 0 <= position < len(value.elts):
        return infer(project, module, value.elts[position])
    return item(infer(project, module, value), position) if value is not None else None


def _parameter_type(
    project: Project, module: Module, scope: Scope, binding: Binding, infer: Infer
) -> Type | None:
    if binding.annotation is None:
        function = getattr(scope.node, "definition", None)
        if isinstance(function, Function) and function.owner is not None and binding.position == 0:
            return _own_type(function, function.owner)
        if isinstance(binding.value, ast.Call):
            return _provided_by(project, module, binding.value, None, infer)
        return project.memory.parameters.get(binding.node) if isinstance(binding.node, ast.arg) else None
    annotation = spread(project, module, binding.annotation)
    found = type_of(project, annotation)
    if found is not None and found.name not in {"typing.Any", "typing.Union"}:
        return found
    for marker, where in annotation.metadata:
        if isinstance(marker, ast.Call):
            provided = _provided_by(project, where, marker, annotation, infer)
            if provided is not None:
                return provided
    if isinstance(binding.value, ast.Call):
        return _provided_by(project, module, binding.value, annotation, infer) or found
    return found


def _own_type(function: Function, owner: Class) -> Type | None:
    names = {d.id for d in function.node.decorator_list if isinstance(d, ast.Name)}
    if "staticmethod" in names:
        return None
    return Type(owner.id, cls=owner, is_class="classmethod" in names or function.name == "__new__")


def _provided_by(
    project: Project, module: Module, marker: ast.Call, annotation: Annotation | None, infer: Infer
) -> Type | None:
    target = look_up_path(project, module, marker.func)
    if target is None or target.name not in MARKERS:
        return None
    given = next((k.value for k in marker.keywords if k.arg == "dependency"), None) or next(
        iter(marker.args), None
    )
    if given is None:
        return type_of(project, annotation) if annotation is not None else None
    return provided_type(project, module, given, infer)


def provided_type(project: Project, module: Module, given: ast.expr, infer: Infer) -> Type | None:
    """What a dependency hands to its dependant: the result, what it yields, or the instance of a class."""
    target = look_up_path(project, module, given)
    if target is not None and target.function is not None:
        return provided_by_function(project, target.function, infer)
    if target is not None and target.kind in {"class", "external"} and target.name[:9] != "builtins.":
        last = target.name.rpartition(".")[2]
        return Type(target.name, cls=target.cls) if target.cls is not None or last[:1].isupper() else None
    instance = infer(project, module, given)
    return provided_by_instance(project, instance, infer) if instance is not None else None


def provided_by_function(project: Project, function: Function, infer: Infer) -> Type | None:
    """What a dependency function hands out."""
    if function.is_generator:
        return yielded(project, function, infer)
    result = function_result(project, function, infer)
    if result is None or result.name == "?":
        return None
    return replace(result, is_coroutine=False)


def provided_by_instance(project: Project, instance: Type, infer: Infer) -> Type | None:
    """What a callable instance hands out."""
    if instance.cls is not None and (call := instance.cls.methods.get("__call__")) is not None:
        return provided_by_function(project, call, infer)
    return instance_call_result(instance.name)


def target_type(target: Target) -> Type | None:
    """The type of a class used as a value."""
    if target.kind == "class":
        return Type(target.name, cls=target.cls, is_class=True)
    return None
