"""What a registration is given besides its path, evaluated at the moment when it happens."""

import ast
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.project.tree import keywords_of
from maestro_knowledge.project.wiring.plain import as_list, as_map, text_of, truth
from maestro_knowledge.project.wiring.values import Environment, Known, Referred, Value, Written

if TYPE_CHECKING:
    from maestro_knowledge.project.wiring.follow import Wiring

_STATUS = Pattern(r"\.HTTP_(\d{3})_")


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """The keyword arguments of a registration: as written, and what is known of them."""

    keywords: Mapping[str, ast.expr] = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    dependencies: tuple[tuple[ast.expr, Module], ...] = ()
    status_code: int | None = None
    is_deprecated: bool = False
    in_schema: bool = True

    def text(self, name: str) -> str | None:
        """A keyword's text, "" where it is not given, None where it is not known."""
        return text_of(self.values[name]) if name in self.values else ""


def read_options(
    wiring: "Wiring", node: ast.Call, environment: Environment, before: Options | None = None
) -> Options:
    """The options of a call, on top of those that were given `before`."""
    keywords = dict(before.keywords) if before is not None else {}
    values = dict(before.values) if before is not None else {}
    for keyword in node.keywords:
        if keyword.arg is None:
            mapped = as_map(wiring, wiring.evaluate(keyword.value, environment))
            for key, value in mapped.items if mapped is not None else ():
                if (name := text_of(key)) is not None:
                    values[name] = value
                    if isinstance(value, Written):
                        keywords[name] = value.node
        else:
            values[keyword.arg] = wiring.evaluate(keyword.value, environment)
    keywords.update(keywords_of(node))
    return Options(
        keywords=keywords,
        values=values,
        tags=_tags(wiring, values.get("tags")),
        dependencies=_dependencies(
            wiring, values.get("dependencies"), keywords.get("dependencies"), environment
        ),
        status_code=_status_code(values.get("status_code")),
        is_deprecated="deprecated" in values and truth(values["deprecated"]) is True,
        in_schema="include_in_schema" not in values or truth(values["include_in_schema"]) is not False,
    )


def _tags(wiring: "Wiring", value: Value | None) -> tuple[str, ...]:
    listed = as_list(wiring, value) if value is not None else None
    return tuple(text for item in (listed.items if listed is not None else ()) if (text := text_of(item)))


def _dependencies(
    wiring: "Wiring", value: Value | None, node: ast.expr | None, environment: Environment
) -> tuple[tuple[ast.expr, Module], ...]:
    """The expressions of a `dependencies=[…]` argument; one that is not known stands for itself."""
    if value is None or (isinstance(value, Known) and value.value is None):
        return ()
    listed = as_list(wiring, value)
    written = node.elts if isinstance(node, (ast.List, ast.Tuple)) else []
    if listed is None:
        return ((node, environment.module),) if node is not None else ()
    found: list[tuple[ast.expr, Module]] = []
    for number, item in enumerate(listed.items):
        if isinstance(item, Written):
            found.append((item.node, item.environment.module))
        elif number < len(written):
            found.append((written[number], environment.module))
    return tuple(found)


def _status_code(value: Value | None) -> int | None:
    if isinstance(value, Known):
        return value.value if isinstance(value.value, int) else None
    if not isinstance(value, Referred):
        return None
    if (match := _STATUS.search(value.target.name)) is not None:
        return int(match.group(1))
    name = value.target.name.removeprefix("http.HTTPStatus.")
    return int(HTTPStatus[name]) if name in HTTPStatus.__members__ else None
