"""A PATCH operation applies fields that the client did not send."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.application import Operation, Parameter
from maestro_knowledge.project.model import Field, ModelClass
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.project.tree import keywords_of, literal, walk
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.rsp._models import models_in
from maestro_knowledge.review.view import View

RULE = Rule(id="RSP416", name="patch-overwrites-omitted", severity="error", fix="safe")

_DEPTH = 3
_PARTIAL = Pattern(r"(Update|Patch|Partial|Changes)", re.ASCII)
_DUMPS = frozenset({"model_dump", "dict"})
_SPARING = frozenset({"exclude_unset", "exclude_none", "exclude_defaults", "include"})
_ENCODER = "fastapi.encoders.jsonable_encoder"
# What is done with the values: they are put into something.
_APPLYING = (
    "update",
    "patch",
    "save",
    "modify",
    "edit",
    "merge",
    "set",
    "apply",
    "change",
    "replace",
    "values",
    "put",
)
_AUDIENCES = (
    "log",
    "debug",
    "info",
    "warning",
    "print",
    "publish",
    "emit",
    "notify",
    "send",
    "audit",
    "track",
)


def check(operation: Operation, view: View) -> Iterator[Report]:
    """Reports each dump of the body that is applied whole, in the operation or a function it calls."""
    function = operation.function
    if function is None or "PATCH" not in operation.methods or operation.kind != "http":
        return
    for parameter in operation.parameters:
        models = models_in(parameter.type, view) if parameter.location == "body" else []
        optional = sorted({field.name for model in models for field in _omittable(model)})
        unread = _unread(parameter) if not models else ""
        if not optional and not unread:
            continue
        omitted = f"has `{optional[0]}` even if it was not sent" if optional else "has what was not sent, too"
        for where, node, hops in _applied(view, function, parameter.name, _DEPTH):
            yield Report(
                where.module,
                node,
                f"`{function.name}` applies `{ast.unparse(node)}`, which {omitted}.",
                subject=f"{where.name} {parameter.name}",
                hops=hops,
                confidence="medium" if unread else None,
                edits=_edits(view, where, node),
            )


def _unread(parameter: Parameter) -> str:
    """The name of a model in a file that was not read, if it says that its fields may be left out."""
    if parameter.annotation is None or parameter.location not in {"body", "unknown"}:
        return ""
    if parameter.dependency is not None or (parameter.type is not None and parameter.type.cls is not None):
        return ""
    name = ast.unparse(parameter.annotation).rpartition(".")[2]
    return name if _PARTIAL.search(name) else ""


def _omittable(model: ModelClass) -> Iterator[Field]:
    if model.kind in {"pydantic", "sqlmodel", "table"}:
        yield from (field for field in model.fields if not field.required)


def _applied(
    view: View, function: Function, name: str, depth: int
) -> Iterator[tuple[Function, ast.expr, tuple[Hop, ...]]]:
    """The dumps of the variable that are applied, with the calls on the way to them."""
    if _looks_at_set_fields(function, name):
        return
    for node in function.scope.nodes:
        if isinstance(node, ast.For) and (setter := _sets_every_field(node, name)):
            yield function, setter, ()
        elif isinstance(node, ast.Call) and _is_whole_dump(view, function, node, name):
            if _is_applied(view, function, node):
                yield function, node, ()
        elif isinstance(node, ast.Call) and depth and (given := _handed_as(view, function, node, name)):
            helper, inner = given
            for where, found, hops in _applied(view, helper, inner, depth - 1):
                yield where, found, (Hop(function.module, node, f"hands over `{name}`"), *hops)


def _sets_every_field(loop: ast.For, name: str) -> ast.Call | None:
    """`for field in patch.model_fields: setattr(stored, field, getattr(patch, field))`, without a look."""
    fields = any(
        isinstance(one, ast.Attribute) and one.attr in {"model_fields", "__fields__", "__annotations__"}
        for one in walk(loop.iter)
    )
    if not fields or not _sets_each(loop):
        return None
    calls = [one for statement in loop.body for one in walk(statement) if isinstance(one, ast.Call)]
    reads = any(
        isinstance(one.func, ast.Name)
        and one.func.id == "getattr"
        and one.args
        and isinstance(one.args[0], ast.Name)
        and one.args[0].id == name
        for one in calls
    )
    setters = [one for one in calls if isinstance(one.func, ast.Name) and one.func.id == "setattr"]
    return setters[0] if reads and setters else None


def _looks_at_set_fields(function: Function, name: str) -> bool:
    """Whether the code asks which fields were sent, by whatever means."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in {"model_fields_set", "__fields_set__"}
        and isinstance(node.value, ast.Name)
        and node.value.id == name
        for node in function.scope.nodes
    )


def _is_whole_dump(view: View, function: Function, node: ast.Call, name: str) -> bool:
    named = keywords_of(node)
    if any(keyword.arg is None for keyword in node.keywords):
        return False
    # `exclude_unset=False` is as good as nothing.
    if any(key in named and literal(named[key]) is not False for key in _SPARING):
        return False
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=attr), args=[]):
            return owner == name and attr in _DUMPS
        case ast.Call(args=[ast.Name(id=given)]) if given == name:
            return view.name(function.module, node.func) in {_ENCODER, "builtins.vars", "builtins.dict"}
        case _:
            return False


def _handed_as(view: View, function: Function, call: ast.Call, name: str) -> tuple[Function, str] | None:
    """The function of the project that is handed the variable, and what it calls it."""
    target = view.target(function.module, call.func)
    helper = target.function if target else None
    if helper is None or helper is function:
        return None
    for keyword in call.keywords:
        if keyword.arg and isinstance(keyword.value, ast.Name) and keyword.value.id == name:
            return helper, keyword.arg
    names = [one.arg for one in (*helper.node.args.posonlyargs, *helper.node.args.args)]
    if helper.owner is not None and names[:1] in (["self"], ["cls"]):
        names = names[1:]
    for position, argument in enumerate(call.args):
        if isinstance(argument, ast.Starred):
            return None
        if isinstance(argument, ast.Name) and argument.id == name and position < len(names):
            return helper, names[position]
    return None


def _is_applied(view: View, function: Function, node: ast.AST) -> bool:
    """Whether the values go into something that is kept, directly or by way of a variable."""
    child: ast.AST = node
    around = view.parent(node)
    while around is not None and not isinstance(around, ast.stmt):
        is_argument = isinstance(around, ast.Call) and not _contains_func(around, child)
        verdict = _takes(view, function, around) if is_argument else None
        if verdict is not None:
            return verdict
        if isinstance(around, ast.DictComp) and any(one.ifs for one in around.generators):
            return False  # `{k: v for k, v in … if v is not None}` spares what was not sent
        if isinstance(around, ast.Dict) and _is_merge(around):
            return True
        child, around = around, view.parent(around)
    match around:
        case ast.For() if child is around.iter:
            return _sets_each(around)
        case ast.Assign(targets=[ast.Subscript()]):
            return True
        case ast.AugAssign(op=ast.BitOr()):
            return True
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return any(
                _is_applied(view, function, use)
                for use in function.scope.nodes
                if isinstance(use, ast.Name)
                and use.id == name
                and isinstance(use.ctx, ast.Load)
                and use.lineno > around.lineno
            )
        case _:
            return False


def _contains_func(call: ast.AST, child: ast.AST) -> bool:
    """Whether the child is what is called, as in `payload.model_dump().items()`."""
    func = getattr(call, "func", None)
    return func is child or (isinstance(func, ast.Attribute) and func.value is child)


def _takes(view: View, function: Function, call: ast.AST) -> bool | None:
    """Whether a call puts its argument into something; None where it only passes it on."""
    if not isinstance(call, ast.Call):
        return None
    last = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    for word in last.lower().split("_"):
        if word.startswith(_AUDIENCES):
            return False
        if word.startswith(_APPLYING) or word.endswith("update"):
            return True
    target = view.target(function.module, call.func)
    if target is not None and target.cls is not None:
        return True  # a new object of the dumped values takes the place of the old one
    return None


def _is_merge(node: ast.Dict) -> bool:
    """`{**stored, **payload.model_dump()}` or `{"$set": payload.model_dump()}`."""
    spread = sum(key is None for key in node.keys)
    return spread > 1 or any(literal(key) == "$set" for key in node.keys if key is not None)


def _sets_each(loop: ast.For) -> bool:
    """Whether the loop sets each value, with no look at it."""
    for node in (inner for statement in loop.body for inner in walk(statement)):
        if isinstance(node, ast.If | ast.Continue):
            return False
    return any(
        (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "setattr")
        or (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript))
        for statement in loop.body
        for node in walk(statement)
    )


def _edits(view: View, where: Function, node: ast.expr) -> tuple[Edit, ...]:
    """`exclude_unset=True`, where the call knows it."""
    if not isinstance(node, ast.Call) or not where.module.in_scope:
        return ()
    given = keywords_of(node).get("exclude_unset")
    if given is not None:
        return (view.replace(where.module, given, "True"),)
    is_method = isinstance(node.func, ast.Attribute) and node.func.attr in _DUMPS
    if not is_method and view.name(where.module, node.func) != _ENCODER:
        return ()
    parts: list[ast.AST] = [*node.args, *node.keywords]
    if parts:
        last = max(parts, key=lambda one: view.lines(where.module).offsets(one)[1])
        return (view.insert_after(where.module, last, ", exclude_unset=True"),)
    source = view.source(where.module, node)
    head = source[: source.rstrip().rfind("(")]
    return (view.replace(where.module, node, f"{head}(exclude_unset=True)"),)
