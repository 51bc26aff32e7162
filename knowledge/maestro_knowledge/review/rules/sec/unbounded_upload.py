"""An upload is read into memory whole, whatever its size."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.application import Parameter
from maestro_knowledge.project.calls import callers_of
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.project.tree import statement_of
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.sec._secrets import name_of, words_of
from maestro_knowledge.review.view import View

RULE = Rule(id="SEC619", name="unbounded-upload", severity="warning")

_UPLOADS = ("fastapi.UploadFile", "fastapi.datastructures.UploadFile", "starlette.datastructures.UploadFile")
_BOUNDS = frozenset({"content-length", "content_length"})


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports reads of uploads without a size, and files declared as bytes, where no size is checked."""
    found = [*_reads(view, function), *_declared(view, function)]
    if found and not _checks_size(view, function) and not _limited_elsewhere(view, function):
        yield from found


def _reads(view: View, function: Function) -> Iterator[Report]:
    seen: set[str] = set()
    for call in view.own(function, ast.Call):
        if call.args or call.keywords:
            continue
        upload = _read_whole(view, function, call)
        if upload and upload not in seen:
            seen.add(upload)
            message = f"`{function.name}` reads the upload `{upload}` into memory whole, whatever its size."
            yield Report(function.module, call, message, subject=upload)


def _declared(view: View, function: Function) -> Iterator[Report]:
    known = view.once("sec.unbounded_upload", set[ast.AST])
    for operation in view.operations(function):
        for parameter in operation.parameters:
            if _is_bytes(parameter) and parameter.node not in known:
                known.add(parameter.node)
                message = f"`{parameter.name}: bytes` holds the whole file in memory before anything runs."
                yield Report(parameter.module, parameter.node, message, subject=parameter.name)


def _read_whole(view: View, function: Function, call: ast.Call) -> str:
    """The upload that a `read()` without a size reads, or its `file`."""
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr not in {"read", "readlines"}:
        return ""
    value = func.value
    if isinstance(value, ast.Attribute) and value.attr == "file":
        value = value.value
    if not view.is_a(view.type(function.module, value), *_UPLOADS):
        return ""
    return ast.unparse(value)


def _is_bytes(parameter: Parameter) -> bool:
    if parameter.location != "file" or parameter.type is None:
        return False
    kinds = {parameter.type.name, *(one.name for one in parameter.type.args)}
    return "builtins.bytes" in kinds


def _checks_size(view: View, function: Function) -> bool:
    """Whether the function, or one that it hands the upload to, looks at a size."""
    called = [one for one in view.callees(function) if one is not function]
    called += [site.caller for site in callers_of(view.project, function) if site.caller is not None]
    depended = [
        parameter.dependency.function
        for operation in view.operations(function)
        for parameter in operation.parameters
        if parameter.dependency is not None and parameter.dependency.function is not None
    ]
    depended += [
        dependency.function
        for route in view.routes(function)
        for dependency in route.dependencies
        if dependency.function is not None
    ]
    return any(_compares_size(one) for one in (function, *called, *depended))


def _compares_size(function: Function) -> bool:
    for node in function.scope.nodes:
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Gt | ast.GtE | ast.Lt | ast.LtE):
            if any(_is_size(one) for one in (node.left, *node.comparators)):
                return True
        elif isinstance(node, ast.Constant) and str(node.value).lower() in _BOUNDS:
            return statement_of(node) is not None
    return False


def _is_size(node: ast.expr) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len":
        return True
    if isinstance(node, ast.BoolOp):
        return any(_is_size(one) for one in node.values)
    words = set(words_of(name_of(node)))
    return bool(words & {"size", "length", "bytes", "total", "max", "limit", "written", "received"})


def _limited_elsewhere(view: View, function: Function) -> bool:
    """Whether the module, the application's, or a middleware looks at the announced length."""
    modules = {function.module}
    for route in view.routes(function):
        if route.app is not None:
            modules.add(route.app.module)
            modules |= {one.function.module for one in route.app.middleware if one.function}
            modules |= {one.cls.module for one in route.app.middleware if one.cls}
    return any(_names_length(view, module) for module in modules)


def _names_length(view: View, module: Module) -> bool:
    def find() -> bool:
        return any(
            isinstance(node, ast.Constant)
            and isinstance(node.value, str | bytes)
            and (node.value if isinstance(node.value, str) else node.value.decode("latin-1")).lower()
            == "content-length"
            for node in module.nodes.get(ast.Constant, ())
        )

    return view.once(("sec.content_length", module.path), find)
