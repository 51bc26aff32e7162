"""Names, looked up as Python does: scopes, imports across files, re-exports, class members. No types here."""

import ast
import builtins
from collections.abc import Sequence
from functools import lru_cache

from maestro_knowledge.project.known import MOST_NAMES, bases_of, canonical
from maestro_knowledge.project.locating import folder_of
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.reaching import reaching_bindings
from maestro_knowledge.project.symbols import Binding, Class, Function, Module, Scope, Target
from maestro_knowledge.project.tree import scope_around

_BUILTINS = frozenset(dir(builtins))
_STARS = 5  # how many star imports are followed one through the other
_MOST_ANCESTORS = 200  # of a class; far fewer than would take long to look through for each class below


def find_bindings(scope: Scope, name: str) -> tuple[Scope, list[Binding]] | None:
    """The scope that holds `name` as seen from `scope`, and every place that binds it there."""
    current: Scope | None = scope
    while current is not None:
        if name in current.outer_names and current.outer_names[name] == "global":
            while current.parent is not None:
                current = current.parent
        if (found := current.bindings.get(name)) and (current.kind != "class" or current is scope):
            return current, found
        current = current.parent
    return None


def look_up(project: Project, module: Module, name: ast.Name) -> Target | None:
    """What a name stands for where it is written."""
    scope = scope_around(module, name)
    found = find_bindings(scope, name.id)
    if found is None:
        return _from_stars(project, module, name.id, _STARS) or _builtin(name.id)
    holder, bindings = found
    return _agree(project, module, holder, name.id, reaching_bindings(holder, bindings, name, scope))


def is_bound(module: Module, name: ast.Name) -> bool:
    """Whether anything in sight gives the name a meaning."""
    if find_bindings(scope_around(module, name), name.id) is not None or name.id in _BUILTINS:
        return True
    return bool(module.stars) or name.id in {
        "__file__",
        "__name__",
        "__doc__",
        "__package__",
        "__path__",
        "__spec__",
    }


def _builtin(name: str) -> Target | None:
    return from_elsewhere(f"builtins.{name}") if name in _BUILTINS else None


@lru_cache(maxsize=MOST_NAMES)
def from_elsewhere(name: str) -> Target:
    """What a name from elsewhere stands for: the same object each time, since there are few such names."""
    return Target(name, "external")


def _agree(
    project: Project, module: Module, holder: Scope, name: str, bindings: Sequence[Binding]
) -> Target | None:
    """The one thing that a name is by all of `bindings`; what follows an import stands in for it."""
    if len(bindings) == 1:
        return target_of(project, module, holder, bindings[0], name)
    targets = [target_of(project, module, holder, binding, name) for binding in bindings]
    known = [target for target in targets if target is not None and not _is_placeholder(target)]
    if not known:
        return targets[0] if targets else None
    if len(known) < len(targets) and None in targets:
        return None
    first = known[0]
    if bindings[0].kind in {"import", "from"} or all(target.name == first.name for target in known[1:]):
        return first
    return None


def _is_placeholder(target: Target) -> bool:
    return (
        target.kind == "value"
        and isinstance(target.node, ast.Constant)
        and (target.node.value is None or target.node.value is ...)
    )


def target_of(project: Project, module: Module, scope: Scope, binding: Binding, name: str) -> Target | None:
    """What one binding makes of a name; None for parameters, loops and the like, which only have a type."""
    kind, node = binding.kind, binding.node
    if kind == "import" and isinstance(node, ast.Import):
        alias = node.names[binding.position]
        return import_target(project, module, alias.name if alias.asname else alias.name.partition(".")[0], 0)
    if kind == "from" and isinstance(node, ast.ImportFrom):
        return _imported_member(project, module, node, node.names[binding.position].name)
    if kind == "function" and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        function: Function = node.definition  # type: ignore[union-attr]  # set by the index
        return Target(canonical(function.id), "function", module, function=function, node=node)
    if kind == "class":
        cls: Class = node.definition  # type: ignore[attr-defined]  # set by the index
        return Target(canonical(cls.id), "class", module, cls=cls, node=node)
    if kind in {"assign", "alias"}:
        return _assigned(project, module, scope, binding, name)
    return None


def _assigned(project: Project, module: Module, scope: Scope, binding: Binding, name: str) -> Target | None:
    value = binding.value
    if isinstance(value, (ast.Name, ast.Attribute)):
        target = look_up_path(project, module, value)
        if target is not None:
            return target
    holder = module.name if scope.kind == "module" else f"{module.name}.{_scope_name(scope)}"
    return Target(f"{holder}.{name}", "value", module, node=value or binding.annotation)


def _scope_name(scope: Scope) -> str:
    definition = getattr(scope.node, "definition", None)
    return definition.qualname if isinstance(definition, (Function, Class)) else f"<{scope.kind}>"


def look_up_path(project: Project, module: Module, node: ast.expr) -> Target | None:
    """What a dotted path stands for, as far as names alone tell; remembered."""
    memory = project.memory.paths
    if node not in memory:
        memory[node] = None  # what refers to itself stays unknown
        if isinstance(node, ast.Name):
            memory[node] = look_up(project, module, node)
        elif isinstance(node, ast.Attribute):
            owner = look_up_path(project, module, node.value)
            memory[node] = member_of(project, module, owner, node.attr) if owner is not None else None
    return memory[node]


def member_of(project: Project, importer: Module, owner: Target, name: str) -> Target | None:
    """What `owner.name` stands for, of a module or a class."""
    if owner.kind == "module":
        if owner.module is not None:
            found = member_of_module(project, owner.module, name)
            if found is not None:
                return found
        return import_target(project, importer, f"{owner.name}.{name}", 0, only_project=True)
    if owner.kind == "external":
        return from_elsewhere(canonical(f"{owner.name}.{name}"))
    if owner.kind == "class" and owner.cls is not None:
        return member_of_class(project, owner.cls, name)
    return None


def member_of_module(project: Project, module: Module, name: str) -> Target | None:
    """What a module's attribute stands for once the module has run; remembered."""
    key = (module, name)
    memory = project.memory.members
    if key not in memory:
        memory[key] = None
        bindings = module.scope.bindings.get(name)
        if bindings:
            reaching = reaching_bindings(module.scope, bindings, None, None)
            memory[key] = _agree(project, module, module.scope, name, reaching)
        else:
            memory[key] = _from_stars(project, module, name, _STARS) or _submodule(project, module, name)
    return memory[key]


def _submodule(project: Project, module: Module, name: str) -> Target | None:
    parts = project.memory.parts.get(module)
    if not module.is_package or parts is None:
        return None
    inner = project.memory.by_parts.get((*parts, name))
    return Target(inner.name, "module", inner) if inner is not None else None


def _from_stars(project: Project, module: Module, name: str, depth: int) -> Target | None:
    if depth == 0 or name.startswith("_"):
        return None
    for star in reversed(module.stars):
        source = import_target(project, module, star.module or "", star.level)
        if source is None or source.module is None:
            continue
        found = (
            member_of_module(project, source.module, name)
            if name in source.module.scope.bindings
            else _from_stars(project, source.module, name, depth - 1)
        )
        if found is not None:
            return found
    return None


def _imported_member(project: Project, module: Module, node: ast.ImportFrom, name: str) -> Target | None:
    source = import_target(project, module, node.module or "", node.level)
    if source is None:
        return None
    if source.kind == "external":
        return from_elsewhere(canonical(f"{source.name}.{name}"))
    if source.module is not None and source.module is not module:
        found = member_of_module(project, source.module, name)
        if found is not None:
            return found
    inner = import_target(
        project, module, f"{node.module or ''}.{name}".lstrip("."), node.level, only_project=True
    )
    return inner or (from_elsewhere(f"{source.name}.{name}") if source.module is not None else None)


def import_target(
    project: Project, module: Module, name: str, level: int, *, only_project: bool = False
) -> Target | None:
    """The module that an import names: the project's, else one from elsewhere under its dotted name."""
    memory = project.memory
    parts = memory.parts.get(module, ())
    located = (
        memory.locator.locate(folder_of(parts, is_package=module.is_package), name, level)
        if memory.locator is not None and (name or level)
        else None
    )
    if located is not None:
        found = memory.by_parts.get(located)
        return Target(found.name if found is not None else ".".join(located), "module", found)
    if only_project:
        return None
    if level:
        base = module.name.split(".")
        above = base[: len(base) - (level - (1 if module.is_package else 0))]
        name = ".".join([*above, *([name] if name else [])])
    return from_elsewhere(canonical(name)) if name else None


def bases(project: Project, cls: Class) -> list[Target | None]:
    """What a class derives from, as written; None for what is not known."""
    found: list[Target | None] = []
    for base in cls.node.bases:
        inner = base.value if isinstance(base, ast.Subscript) else base
        found.append(look_up_path(project, cls.module, inner))
    return found


def ancestors_of(project: Project, cls: Class) -> tuple[list[Class], list[str], bool]:
    """The project's own classes from `cls` upwards, the foreign ones, and whether these are all."""
    memory = project.memory.lineages
    if cls not in memory:
        own, foreign, complete = [cls], list[str](), True
        for current in own:
            if len(own) > _MOST_ANCESTORS:
                complete = False
                break
            for target in bases(project, current):
                if target is None:
                    complete = False
                elif target.cls is not None:
                    if target.cls not in own:
                        own.append(target.cls)
                elif target.kind == "external":
                    foreign += [name for name in bases_of(target.name) if name not in foreign]
                else:
                    complete = False
        memory[cls] = (own, foreign, complete)
    return memory[cls]


def member_of_class(project: Project, cls: Class, name: str) -> Target | None:
    """A method or class attribute, looked for along the base classes."""
    own, foreign, _ = ancestors_of(project, cls)
    for holder in own:
        if (method := holder.methods.get(name)) is not None:
            return Target(method.id, "function", holder.module, function=method, node=method.node)
        if bindings := holder.scope.bindings.get(name):
            return target_of(project, holder.module, holder.scope, bindings[-1], name)
    outside = [base for base in foreign if base not in {"builtins.object", "typing.Generic", "abc.ABC"}]
    return from_elsewhere(f"{outside[0]}.{name}") if outside else None
