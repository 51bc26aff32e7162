"""`__root__` fields and `GenericModel`."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.lookup import bases
from maestro_knowledge.project.symbols import Class
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.upg._pydantic import has_pydantic_2, is_model, is_shim
from maestro_knowledge.review.view import View

RULE = Rule(id="UPG612", name="old-generic-or-root-model", severity="error", preview=True)

_GENERIC = "pydantic.generics.GenericModel"


def check(cls: Class, view: View) -> Iterator[Report]:
    """Reports each model that has one nameless value, or is generic, in the way of Pydantic 1."""
    if not has_pydantic_2(view) or is_shim(view, cls.node):
        return
    if is_model(view, cls):
        for statement in cls.node.body:
            if isinstance(statement, ast.AnnAssign | ast.Assign) and _target(statement) == "__root__":
                yield Report(
                    cls.module,
                    statement,
                    f"`{cls.name}` has a `__root__` field, which Pydantic 2 refuses: use `RootModel`.",
                    subject=cls.qualname,
                )
    for node, base in zip(cls.node.bases, bases(view.project, cls), strict=True):
        if base is not None and base.name == _GENERIC:
            yield Report(
                cls.module,
                node,
                f"`{cls.name}` derives from `GenericModel`: a generic `BaseModel` needs no other base now.",
                subject=cls.qualname,
                severity="warning",
            )


def _target(statement: ast.AnnAssign | ast.Assign) -> str:
    target = statement.target if isinstance(statement, ast.AnnAssign) else statement.targets[0]
    return target.id if isinstance(target, ast.Name) else ""
