"""Looks at what handlers and models declare."""

import ast
from collections.abc import Iterator

from maestro_knowledge.diagnosis.scene import Scene, Seen
from maestro_knowledge.diagnosis.syntax import (
    Function,
    annotation_names,
    calls,
    classes_of,
    functions,
    handlers,
    keyword,
    last_name,
    own_nodes,
    parameters,
    source,
    text_of,
)

_SCALARS = {"str", "int", "float", "bool"}
_MARKS = {"Query", "Path", "Header", "Cookie", "Body", "Form", "File", "Depends", "Security"}
_LISTS = {"list", "List", "set", "Set", "tuple", "Tuple", "Sequence"}
_SESSIONS = {"Session", "AsyncSession", "AsyncClient", "Engine", "AsyncEngine", "Redis", "Connection"}


def optional_without_default(scene: Scene) -> Iterator[Seen]:
    """`Optional[X]` and `X | None` without a default: nullable, yet required."""
    for module, node in scene.walk():
        if isinstance(node, ast.AnnAssign) and node.value is None and _is_optional(node.annotation):
            yield Seen(f"`{source(node)}` allows null but has no default", module.file, node.lineno)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for arg, default in parameters(node):
                if default is None and _is_optional(arg.annotation):
                    yield Seen(f"`{source(arg)}` allows null but has no default", module.file, arg.lineno)


def models_read_from_the_body(scene: Scene) -> Iterator[Seen]:
    """Models and lists on GET handlers without `Query()`: they are read from the body."""
    for module in scene.modules:
        models = set(classes_of(module.tree, "BaseModel", "SQLModel"))
        for function, method in handlers(module.tree):
            if method not in ("GET", "HEAD"):
                continue
            for arg, default in parameters(function):
                names = annotation_names(arg.annotation) | {last_name(default)}
                if names & (models | _LISTS) and not names & _MARKS:
                    yield Seen(f"`{source(arg)}` of a GET is read from the body", module.file, arg.lineno)


def scalars_read_from_the_query(scene: Scene) -> Iterator[Seen]:
    """Plain parameters of writing handlers: they are query parameters, not parts of the JSON body."""
    for module in scene.modules:
        for function, method in handlers(module.tree):
            for arg, default in parameters(function) if method in ("POST", "PUT", "PATCH") else ():
                names = annotation_names(arg.annotation)
                if not names <= _SCALARS | {"Optional", "?"} or last_name(default) in _MARKS:
                    continue
                if names and _is_asked(scene, arg.arg):
                    yield Seen(f"`{source(arg)}` is read from the query string", module.file, arg.lineno)


def several_bodies(scene: Scene) -> Iterator[Seen]:
    """Handlers with more than one body parameter, or an embedded one: each is a key of the JSON."""
    for module in scene.modules:
        models = set(classes_of(module.tree, "BaseModel", "SQLModel")) | {"Body"}
        for function, _ in handlers(module.tree):
            found = [
                arg
                for arg, default in parameters(function)
                if (annotation_names(arg.annotation) | {last_name(default)}) & models
                and not (annotation_names(arg.annotation) | {last_name(default)}) & (_MARKS - {"Body"})
            ]
            if len(found) > 1 or any(_is_embedded(arg) for arg in found):
                keys = ", ".join(f'"{arg.arg}"' for arg in found)
                yield Seen(
                    f"`{function.name}` expects the keys {keys} in one object", module.file, function.lineno
                )


def body_beside_form(scene: Scene) -> Iterator[Seen]:
    """A JSON body and form fields or files in one handler."""
    for module in scene.modules:
        models = set(classes_of(module.tree, "BaseModel", "SQLModel"))
        for function, _ in handlers(module.tree):
            names = [
                annotation_names(arg.annotation) | {last_name(default)}
                for arg, default in parameters(function)
            ]
            has_form = any(found & {"Form", "File", "UploadFile"} for found in names)
            has_body = any(found & (models | {"Body"}) and not found & (_MARKS - {"Body"}) for found in names)
            if has_form and has_body:
                yield Seen(
                    f"`{function.name}` mixes a JSON body with form data", module.file, function.lineno
                )


def plain_strings_beside_files(scene: Scene) -> Iterator[Seen]:
    """Plain parameters beside an `UploadFile`: query parameters, though the form sends them."""
    for module in scene.modules:
        for function, _ in handlers(module.tree):
            rows = [
                (arg, annotation_names(arg.annotation) | {last_name(value)})
                for arg, value in parameters(function)
            ]
            if any(names & {"UploadFile", "File", "Form"} for _, names in rows):
                for arg, names in rows:
                    if names & _SCALARS and not names & _MARKS and _is_asked(scene, arg.arg):
                        yield Seen(f"`{source(arg)}` lacks `Form()`", module.file, arg.lineno)


def resources_without_depends(scene: Scene) -> Iterator[Seen]:
    """Sessions, clients and engines as bare parameters of handlers."""
    for module in scene.modules:
        for function, _ in handlers(module.tree):
            for arg, default in parameters(function):
                names = annotation_names(arg.annotation) | {last_name(default)}
                if names & _SESSIONS and not names & _MARKS:
                    yield Seen(f"`{source(arg)}` has no `Depends`", module.file, arg.lineno)


def untyped_injections(scene: Scene) -> Iterator[Seen]:
    """`request` and its kind without an annotation: they become query parameters."""
    for module in scene.modules:
        for function, _ in handlers(module.tree):
            for arg, default in parameters(function):
                if arg.annotation is None and default is None and arg.arg in _INJECTED:
                    yield Seen(f"`{arg.arg}` of `{function.name}` has no annotation", module.file, arg.lineno)


def forms_sent_as_data(scene: Scene) -> Iterator[Seen]:
    """Client calls with `data=`: they send a form (or raw bytes), not JSON."""
    for module in scene.modules:
        for call in calls(module.tree, "post", "put", "patch", "request"):
            if keyword(call, "data") is not None:
                yield Seen(f"`{source(call)}` sends a form, not JSON", module.file, call.lineno)


def wrappers_without_wraps(scene: Scene) -> Iterator[Seen]:
    """Decorators of handlers whose wrapper takes `*args, **kwargs` and does not say whom it wraps."""
    for module in scene.modules:
        used = {last_name(item) for function, _ in handlers(module.tree) for item in function.decorator_list}
        for outer in functions(module.tree):
            for inner in own_nodes(outer) if outer.name in used else ():
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and _hides(inner):
                    yield Seen(f"`{outer.name}` wraps without `functools.wraps`", module.file, inner.lineno)


def missing_returns(scene: Scene) -> Iterator[Seen]:
    """Handlers that promise a value and can end without one."""
    for module in scene.modules:
        for function, _ in handlers(module.tree):
            promised = function.returns is not None or any(
                keyword(item, "response_model")
                for item in function.decorator_list
                if isinstance(item, ast.Call)
            )
            none = isinstance(function.returns, ast.Constant) and function.returns.value is None
            yields = any(isinstance(node, ast.Yield) for node in own_nodes(function))
            open_ended = none or yields or _is_optional(function.returns)
            if promised and not open_ended and _can_end(function.body):
                yield Seen(f"`{function.name}` can end without `return`", module.file, function.lineno)


def models_without_from_attributes(scene: Scene) -> Iterator[Seen]:
    """Models of the file that are not told to read attributes."""
    for module in scene.modules:
        for name, node in sorted(classes_of(module.tree, "BaseModel").items()):
            if "from_attributes" not in ast.unparse(node) and "orm_mode" not in ast.unparse(node):
                yield Seen(f"`{name}` has no `from_attributes=True`", module.file, node.lineno)


def settings_made_at_import(scene: Scene) -> Iterator[Seen]:
    """Settings that are made when their module is imported."""
    for module in scene.modules:
        known = classes_of(module.tree, "BaseSettings")
        for statement in module.tree.body:
            if isinstance(statement, ast.Assign) and last_name(statement.value) in known:
                yield Seen(f"`{source(statement)}` runs at import", module.file, statement.lineno)


def imports_for_checkers_only(scene: Scene) -> Iterator[Seen]:
    """Imports under `if TYPE_CHECKING`."""
    for module, node in scene.walk():
        if isinstance(node, ast.If) and last_name(node.test) == "TYPE_CHECKING":
            yield Seen(f"`{source(node.body[0])}` is for type checkers only", module.file, node.lineno)


_INJECTED = ("request", "response", "websocket", "background_tasks")


def _is_optional(node: ast.expr | None) -> bool:
    """Whether an annotation is `Optional[X]` or `X | None`, metadata of `Annotated` aside."""
    if isinstance(node, ast.Subscript):
        if last_name(node.value) == "Annotated" and isinstance(node.slice, ast.Tuple) and node.slice.elts:
            return _is_optional(node.slice.elts[0])
        return last_name(node.value) == "Optional"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _is_none(node.right) or _is_none(node.left) or _is_optional(node.left)
    return bool(text_of(node)) and ("Optional[" in text_of(node) or "| None" in text_of(node))


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_asked(scene: Scene, name: str) -> bool:
    """Whether the error is about this parameter, or about none in particular."""
    return not scene.error.fields or any(item.location.split(".")[0] == name for item in scene.error.fields)


def _is_embedded(arg: ast.arg) -> bool:
    return arg.annotation is not None and "embed=True" in ast.unparse(arg.annotation)


def _hides(inner: Function) -> bool:
    """Whether a wrapper takes anything and carries no `wraps`."""
    takes_all = inner.args.vararg is not None and inner.args.kwarg is not None
    return takes_all and not any(
        last_name(item) in ("wraps", "update_wrapper") for item in inner.decorator_list
    )


def _can_end(body: list[ast.stmt]) -> bool:
    """Whether control can run off the end of a block, as far as its last statement tells."""
    if not body:
        return True
    last = body[-1]
    if isinstance(last, ast.Return):
        return last.value is None or _is_none(last.value)
    if isinstance(last, ast.Raise | ast.While | ast.Match):
        return False
    if isinstance(last, ast.If):
        return _can_end(last.body) or _can_end(last.orelse)
    if isinstance(last, ast.With | ast.AsyncWith):
        return _can_end(last.body)
    if isinstance(last, ast.Try):
        return (_can_end(last.body) and _can_end(last.orelse)) or any(
            _can_end(item.body) for item in last.handlers
        )
    return True
