"""What parameters without a type hint hold: what all calls of their function pass, where these agree.

Worked out once, after the application is known, in a few rounds: what one round finds out lets the next one
follow more calls. A function that is handed around as a value may be called by anybody, so its parameters
stay unknown; so do those that the framework fills.
"""

import ast
from collections.abc import Iterable, Iterator

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.project.calls import frames
from maestro_knowledge.project.inference import infer, resolve_path
from maestro_knowledge.project.lookup import look_up_path
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.offloading import handed_over
from maestro_knowledge.project.results import agree
from maestro_knowledge.project.symbols import Binding, Function, Module, Target, Type
from maestro_knowledge.project.tree import scope_around

_Mention = tuple[Module, ast.Name | ast.Attribute]

_ROUNDS = 3
_TRANSPARENT = ("functools.", "contextlib.", "builtins.staticmethod", "builtins.classmethod", "tenacity.")
_HOLDERS = frozenset(
    {"contextlib.AbstractContextManager", "collections.abc.Generator", "collections.abc.AsyncGenerator"}
)
_FRAMEWORK = {
    "middleware": (Type("fastapi.Request"),),
    "exception handler": (Type("fastapi.Request"),),
    "lifespan": (Type("fastapi.FastAPI"),),
}


@dataclass(slots=True, eq=False)
class _Slot:
    """An untyped parameter and everything that is passed for it; `is_open` if that is not all in sight."""

    given: list[tuple[Module, ast.expr]] = field(default_factory=list)
    is_open: bool = False


@dataclass(slots=True, eq=False)
class _Learning:
    """One project's functions with untyped parameters, and what is passed for these."""

    project: Project
    slots: dict[ast.arg, _Slot]
    wanted: dict[Function, dict[str, ast.arg]]


def learn_parameters(project: Project) -> None:
    """Notes the types of untyped parameters and lets what was not known before be worked out again."""
    _note_framework(project)
    wanted = dict(_candidates(project))
    mentions = _mentions(project, wanted) if wanted else []
    for _ in range(_ROUNDS if wanted else 0):
        learning = _collect(project, wanted, mentions)
        found = {
            arg: type_
            for arg, slot in learning.slots.items()
            if arg not in project.memory.parameters and (type_ := _settle(learning, arg, slot)) is not None
        }
        if not found:
            return
        project.memory.parameters.update(found)
        _forget_unknown(project)


def _note_framework(project: Project) -> None:
    """What Starlette passes to middleware functions, exception handlers and lifespans."""
    known = project.memory.parameters
    for frame in frames(project):
        arguments = frame.function.node.args.args[1 if frame.function.owner else 0 :]
        for argument, type_ in zip(arguments, _FRAMEWORK.get(frame.role, ()), strict=False):
            if argument.annotation is None:
                known[argument] = type_
    if known:
        _forget_unknown(project)


def _candidates(project: Project) -> Iterator[tuple[Function, dict[str, ast.arg]]]:
    """Functions of ours with untyped parameters that only calls can fill."""
    framework = {frame.function for frame in frames(project) if frame.role not in {"coroutine", "test"}}
    for module in project.modules:
        if module.is_test:
            continue
        for function in module.functions:
            arguments = function.node.args
            positional = [*arguments.posonlyargs, *arguments.args]
            own = positional[1:] if _is_bound(function) else positional
            untyped = {one.arg: one for one in (*own, *arguments.kwonlyargs) if one.annotation is None}
            if untyped and function not in framework and _is_plain(project, function):
                yield function, untyped


def _is_bound(function: Function) -> bool:
    names = {d.id for d in function.node.decorator_list if isinstance(d, ast.Name)}
    return function.owner is not None and "staticmethod" not in names


def _is_plain(project: Project, function: Function) -> bool:
    """Whether nothing above the function could call it with something of its own."""
    for decorator in function.node.decorator_list:
        node = decorator.func if isinstance(decorator, ast.Call) else decorator
        target = look_up_path(project, function.module, node)
        if target is None or not target.name.startswith(_TRANSPARENT):
            return False
    return True


def _mentions(project: Project, wanted: Iterable[Function]) -> list[_Mention]:
    """Every name and attribute that may stand for one of the functions, by how they are called."""
    names = {f.owner.name if f.name == "__init__" and f.owner else f.name for f in wanted}
    modules = [module for module in project.modules if not module.is_test]
    for module in modules:
        names |= {
            alias.asname
            for node in module.nodes.get(ast.ImportFrom, ())
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
            if alias.asname and alias.name in names
        }
    found: list[_Mention] = []
    for module in modules:
        for node in (*module.nodes.get(ast.Name, ()), *module.nodes.get(ast.Attribute, ())):
            name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
            if name in names and isinstance(node, (ast.Name, ast.Attribute)) and _may_pass(node):
                found.append((module, node))
    return found


def _may_pass(node: ast.Name | ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Load) and not isinstance(getattr(node, "parent", None), ast.Attribute)


def _collect(
    project: Project, wanted: dict[Function, dict[str, ast.arg]], mentions: list[_Mention]
) -> _Learning:
    slots = {argument: _Slot() for arguments in wanted.values() for argument in arguments.values()}
    learning = _Learning(project, slots, wanted)
    for module, node in mentions:
        _read_mention(learning, module, node)
    return learning


def _read_mention(learning: _Learning, module: Module, node: ast.Name | ast.Attribute) -> None:
    """A call is read, a hand-over too; whatever else happens to a function opens its parameters."""
    around = getattr(node, "parent", None)
    function = _function(resolve_path(learning.project, module, node))
    arguments = learning.wanted.get(function) if function is not None else None
    if function is None or arguments is None:
        return
    if isinstance(around, ast.Call) and around.func is node:
        _read_call(learning, module, function, around.args, around.keywords)
        return
    if isinstance(around, ast.Call) and node in around.args:
        handed = handed_over(learning.project, module, around)
        if handed is not None and handed[1] is node:
            given = around.args[around.args.index(node) + 1 :]
            keywords = [k for k in around.keywords if k.arg in arguments]
            _read_call(learning, module, function, given, keywords)
            return
    if not isinstance(around, (ast.Compare, ast.ClassDef, ast.arg, ast.AnnAssign, ast.ExceptHandler)):
        _open(learning, arguments)


def _function(target: Target | None) -> Function | None:
    if target is None:
        return None
    return target.cls.methods.get("__init__") if target.cls is not None else target.function


def _open(learning: _Learning, arguments: dict[str, ast.arg]) -> None:
    for argument in arguments.values():
        learning.slots[argument].is_open = True


def _read_call(
    learning: _Learning,
    module: Module,
    function: Function,
    given: list[ast.expr],
    keywords: list[ast.keyword],
) -> None:
    arguments = learning.wanted[function]
    positional = [*function.node.args.posonlyargs, *function.node.args.args]
    own = positional[1:] if _is_bound(function) else positional
    if any(isinstance(value, ast.Starred) for value in given) or any(k.arg is None for k in keywords):
        _open(learning, arguments)
        return
    for argument, value in zip(own, given, strict=False):
        if argument.arg in arguments:
            learning.slots[arguments[argument.arg]].given.append((module, value))
    for keyword in keywords:
        if keyword.arg in arguments:
            learning.slots[arguments[keyword.arg]].given.append((module, keyword.value))


def _settle(learning: _Learning, argument: ast.arg, slot: _Slot) -> Type | None:
    """The type that everything agrees on that reaches the parameter, also by way of other untyped ones."""
    seen = {argument}
    waiting = [slot]
    given: list[tuple[Module, ast.expr]] = []
    while waiting:
        current = waiting.pop()
        if current.is_open:
            return None
        for module, value in current.given:
            source = _untyped_parameter(learning, module, value)
            if source is None:
                given.append((module, value))
            elif source not in seen:
                seen.add(source)
                waiting.append(learning.slots[source])
    found = agree(infer(learning.project, module, value) for module, value in given) if given else None
    return None if found is None or found.name in {"?", "builtins.None"} else found


def _untyped_parameter(learning: _Learning, module: Module, value: ast.expr) -> ast.arg | None:
    """The untyped parameter that the value simply passes on."""
    if not isinstance(value, ast.Name):
        return None
    bindings: list[Binding] = scope_around(module, value).bindings.get(value.id, [])
    node = bindings[0].node if len(bindings) == 1 else None
    return node if isinstance(node, ast.arg) and node in learning.slots else None


def _forget_unknown(project: Project) -> None:
    """Forgets what was not known; what was known stays, since more knowledge never takes it back."""
    memory = project.memory
    for vague in [node for node, type_ in memory.types.items() if _is_vague(type_)]:
        del memory.types[vague]
    for unknown in [node for node, target in memory.targets.items() if target is None]:
        del memory.targets[unknown]
    for function in [function for function, type_ in memory.results.items() if _is_vague(type_)]:
        del memory.results[function]
    for derived in (
        memory.calls,
        memory.imported_calls,
        memory.named,
        memory.callers,
        memory.chains,
        memory.offloaded,
    ):
        derived.clear()


def _is_vague(type_: Type | None) -> bool:
    """Whether knowing more could say more: nothing known, or a generator of things not known."""
    return type_ is None or type_.name == "?" or (not type_.args and type_.name in _HOLDERS)
