"""Passwords that reach a column as they came in."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.model import ModelClass
from maestro_knowledge.project.symbols import Class, Module, Type
from maestro_knowledge.review.rules.sec._secrets import name_of, words_of
from maestro_knowledge.review.rules.sec._taint import flow_of
from maestro_knowledge.review.rules.sec._texts import models_by_class
from maestro_knowledge.review.view import View

_WORDS = frozenset({"password", "passwd", "pwd", "passphrase", "passcode"})
_HASHED = frozenset({"hash", "hashed", "digest", "encrypted", "encoded", "crypted", "fake", "dummy"})
_TABLES = frozenset({"table", "sqlalchemy"})
# Columns and classes that hash by themselves.
_HASHING = Pattern(
    r"PasswordType|Encrypted|HashedP|@validates|\.setter|hash_password|set_password", re.IGNORECASE
)
_DUMPS = frozenset({"model_dump", "dict"})


def is_password(name: str) -> bool:
    """Whether a thing of that name is a password as people type it."""
    words = words_of(name)
    return bool(words) and words[-1] in _WORDS and not _HASHED & set(words)


def is_parameter(view: View, module: Module, node: ast.expr) -> bool:
    """Whether the expression is a parameter of the function, never given another value."""
    if not isinstance(node, ast.Name):
        return False
    function = view.around(module, node)
    bindings = function.scope.bindings.get(node.id, ()) if function else ()
    return len(bindings) == 1 and isinstance(bindings[0].node, ast.arg)


def keeps_passwords(view: View) -> bool:
    """Whether any table has a column for passwords."""
    return view.once(
        "sec.has_password_columns", lambda: any(_columns(view, one.cls) for one in view.project.models)
    )


def stored(view: View, module: Module, call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """The columns that a new row gets passwords for: by keyword, or with a whole model."""
    func = call.func
    validates = isinstance(func, ast.Attribute) and func.attr in {"model_validate", "from_orm"}
    maker = func.value if isinstance(func, ast.Attribute) and validates else func
    target = view.target(module, maker) if isinstance(maker, ast.Name | ast.Attribute) else None
    columns = _columns(view, target.cls if target else None)
    if not columns:
        return
    named = {keyword.arg for keyword in call.keywords}
    for keyword in call.keywords:
        if keyword.arg in columns and _is_plain(view, module, keyword.value):
            yield keyword.arg, keyword.value
        elif keyword.arg is None and not named & columns:
            for column in _dumped(view, module, keyword.value, columns):
                if not _is_replaced(view, module, call, column):
                    yield column, keyword.value
        elif keyword.arg == "update" and isinstance(keyword.value, ast.Dict):
            for key, value in zip(keyword.value.keys, keyword.value.values, strict=True):
                name = key.value if isinstance(key, ast.Constant) else None
                if isinstance(name, str) and _keeps_password(name) and _is_plain(view, module, value):
                    yield name, value
    if validates and call.args and "update" not in named:
        for column in _shared(view, view.type(module, call.args[0]), columns):
            yield column, call.args[0]


def assigned(view: View, module: Module, node: ast.Assign) -> str:
    """The column of a row that is given a password as it came."""
    target = node.targets[0]
    if not isinstance(target, ast.Attribute) or not _is_plain(view, module, node.value):
        return ""
    what = view.type(module, target.value)
    return target.attr if what is not None and target.attr in _columns(view, what.cls) else ""


def _columns(view: View, cls: Class | None) -> frozenset[str]:
    """The columns of a table that are there for passwords, unless the class hashes by itself."""
    model = models_by_class(view).get(cls) if cls is not None else None
    if model is None or model.kind not in _TABLES:
        return frozenset()
    found = frozenset(one.name for one in model.fields if _WORDS & set(words_of(one.name)))
    return frozenset() if found and _hashes(view, model) else found


def _hashes(view: View, model: ModelClass) -> bool:
    return _HASHING.search(view.source(model.cls.module, model.cls.node)) is not None


def _keeps_password(column: str) -> bool:
    return is_password(column) or column in {"hashed_password", "password_hash"}


def _is_replaced(view: View, module: Module, call: ast.Call, column: str) -> bool:
    """Whether the column of the new row gets another value right behind: `user.password = hash(…)`."""
    function, statement = view.around(module, call), view.parent(call)
    if function is None or not isinstance(statement, ast.Assign | ast.AnnAssign):
        return False
    target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
    return isinstance(target, ast.Name) and any(
        isinstance(one, ast.Attribute)
        and isinstance(one.ctx, ast.Store)
        and one.attr == column
        and name_of(one.value) == target.id
        for one in function.scope.nodes
    )


def _is_plain(view: View, module: Module, node: ast.expr) -> bool:
    """Whether the value is what the client typed: an attribute of a form, or a parameter."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "get_secret_value"
    ):
        node = node.func.value
    if isinstance(node, ast.Attribute) and is_password(node.attr):
        function = view.around(module, node)
        text = ast.unparse(node)
        # `form.password = hash(form.password)` further up.
        return function is None or not any(
            isinstance(one, ast.Assign) and any(ast.unparse(target) == text for target in one.targets)
            for one in function.scope.nodes
        )
    if not is_password(name_of(node)) or not is_parameter(view, module, node):
        return False
    # What a request leads to unchanged; other callers may pass the hash.
    return flow_of(view).carried(module, node) is not None


def _dumped(view: View, module: Module, node: ast.expr, columns: frozenset[str]) -> list[str]:
    """The password columns that `**form.model_dump()` fills."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return []
    if node.func.attr not in _DUMPS or any(one.arg in {"exclude", "include"} for one in node.keywords):
        return []
    return _shared(view, view.type(module, node.func.value), columns)


def _shared(view: View, what: Type | None, columns: frozenset[str]) -> list[str]:
    """The password columns that a model has a field of the same name for."""
    model = models_by_class(view).get(what.cls) if what is not None and what.cls else None
    if model is None or model.kind in _TABLES:
        return []
    return [one.name for one in model.fields if one.name in columns and is_password(one.name)]
