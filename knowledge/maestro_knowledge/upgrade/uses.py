"""Where a project uses FastAPI, Starlette and Pydantic, each name followed to what it really means."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.known import canonical
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.names import resolve_name
from maestro_knowledge.project.symbols import Class, Module
from maestro_knowledge.upgrade.model import Use

FRAMEWORKS = ("fastapi", "starlette", "pydantic")
YIELD_DEPENDENCY = "yield-dependency"
MAX_USES = 50_000

_TEXT_MAKERS = ("json.dumps", "model_dump_json", "encode")


def find_uses(project: Project) -> tuple[Use, ...]:
    """Every use in the modules in scope, by file and line."""
    found: list[Use] = []
    for module in project.modules:
        if module.in_scope:
            found += _imports(module)
            found += _expressions(project, module)
            found += (use for cls in module.classes for use in _overrides(project, module, cls))
    found += _yield_dependencies(project)
    unique = dict.fromkeys(found)
    return tuple(sorted(unique, key=lambda use: (use.file, use.line, use.symbol, use.kind))[:MAX_USES])


def is_framework(name: str) -> bool:
    """Whether a dotted name belongs to one of the packages that are looked at."""
    return name.split(".", 1)[0] in FRAMEWORKS


def _imports(module: Module) -> Iterator[Use]:
    """The names that a module imports, as it spells them and as they are called canonically."""
    for node in (*module.nodes.get(ast.ImportFrom, ()), *module.nodes.get(ast.Import, ())):
        if isinstance(node, ast.ImportFrom) and not node.level and is_framework(node.module or ""):
            paths = [f"{node.module}.{alias.name}" for alias in node.names if alias.name != "*"]
        elif isinstance(node, ast.Import):
            paths = [alias.name for alias in node.names if is_framework(alias.name)]
        else:
            continue
        for path in paths:
            for name in dict.fromkeys((path, canonical(path))):
                yield Use("import", module.path, node.lineno, name)


def _expressions(project: Project, module: Module) -> Iterator[Use]:
    """Calls and attributes; an attribute that is called is a call alone."""
    called: set[int] = set()
    for node in module.nodes.get(ast.Call, ()):
        if isinstance(node, ast.Call):
            called.add(id(node.func))
            name = resolve_name(project, module, node.func)
            if is_framework(name):
                yield _call(module, node, name)
    for attribute in module.nodes.get(ast.Attribute, ()):
        if id(attribute) in called or not isinstance(attribute, ast.Attribute):
            continue
        name = resolve_name(project, module, attribute)
        if is_framework(name):
            yield Use("attribute", module.path, attribute.lineno, name)


def _call(module: Module, node: ast.Call, name: str) -> Use:
    given = tuple(sorted(keyword.arg for keyword in node.keywords if keyword.arg is not None))
    texts = tuple(sorted(item.arg for item in node.keywords if item.arg is not None and _is_text(item.value)))
    starred = any(isinstance(arg, ast.Starred) for arg in node.args)
    return Use(
        "call",
        module.path,
        node.lineno,
        name,
        given=given,
        texts=texts,
        positional=0 if starred else len(node.args),
        spread=starred or any(keyword.arg is None for keyword in node.keywords),
        first_is_text=bool(node.args) and _is_text(node.args[0]),
    )


def _is_text(node: ast.expr) -> bool:
    """Whether an expression plainly is text or bytes."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str | bytes)
    if isinstance(node, ast.Call):
        return ast.unparse(node.func).endswith(_TEXT_MAKERS)
    return isinstance(node, ast.JoinedStr)


def _overrides(project: Project, module: Module, cls: Class) -> Iterator[Use]:
    """The methods that a class of the project defines anew over a class of the framework."""
    for base in cls.node.bases:
        owner = resolve_name(project, module, base)
        if not is_framework(owner):
            continue
        for name, method in sorted(cls.methods.items()):
            args = method.node.args
            given = [arg.arg for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs)][1:]
            yield Use(
                "override",
                module.path,
                method.node.lineno,
                f"{owner}.{name}",
                given=tuple(given),
                spread=args.kwarg is not None,
            )


def _yield_dependencies(project: Project) -> Iterator[Use]:
    """The functions with `yield` that something depends on."""
    waiting = [parameter.dependency for operation in project.operations for parameter in operation.parameters]
    waiting += [dependency for operation in project.operations for dependency in operation.dependencies]
    waiting += [dependency for router in project.routers for dependency in router.dependencies]
    seen: set[int] = set()
    while waiting:
        dependency = waiting.pop()
        if dependency is None or id(dependency) in seen:
            continue
        seen.add(id(dependency))
        waiting += [parameter.dependency for parameter in dependency.parameters]
        function = dependency.function
        if function is not None and function.is_generator and function.module.in_scope:
            yield Use("dependency", function.module.path, function.node.lineno, YIELD_DEPENDENCY)
