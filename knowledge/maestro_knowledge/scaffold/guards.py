"""The dependency by which a project checks its callers already."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from typing import Literal

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.project.application import Dependency
from maestro_knowledge.project.model import Project

BEARER = frozenset({"OAuth2PasswordBearer", "OAuth2AuthorizationCodeBearer", "HTTPBearer", "OpenIdConnect"})
KEYS = frozenset({"APIKeyHeader", "APIKeyQuery", "APIKeyCookie"})
_STATUS = re.compile(r"\b(?:HTTP_)?(401|403)(?:_[A-Z]+)?\b")
OURS = frozenset({"get_caller", "get_token"})
"""What earlier requests have brought: shared modules are taken up as such."""


@dataclass(frozen=True, slots=True)
class GuardSource:
    """A function that gives the caller of a request, or refuses it."""

    module: str
    name: str
    kind: Literal["token", "api_key"]
    path: str
    codes: tuple[int, ...] = (401,)
    """The statuses that it refuses callers with."""


def find_guard(project: Project) -> GuardSource | None:
    """What most protected routes of the project depend on; None where nothing that can be imported is."""
    used: Counter[GuardSource] = Counter()
    for route in project.routes:
        asked = [*route.dependencies, *(one.dependency for one in route.parameters if one.dependency)]
        used.update({found for one in asked if (found := _read(one)) is not None})
    ordered = sorted(used, key=lambda one: (-used[one], one.module, one.name))
    return ordered[0] if ordered else None


def _read(dependency: Dependency) -> GuardSource | None:
    function = dependency.function
    if function is None or function.owner is not None or "." in function.qualname or function.name in OURS:
        return None
    schemes = set(_schemes(dependency))
    if function.module.is_test or not schemes or not schemes <= BEARER | KEYS:
        return None
    kind: Literal["token", "api_key"] = "api_key" if schemes <= KEYS else "token"
    codes = tuple(sorted(set(_codes(dependency)))) or (401,)
    return GuardSource(function.module.name, function.name, kind, function.module.path, codes)


def _codes(dependency: Dependency) -> Iterator[int]:
    """The refusals that are raised on the way: 401 and 403, by number or by name."""
    if dependency.function is not None:
        for node in dependency.function.scope.nodes:
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("HTTPException"):
                said = [*node.args[:1], *(one.value for one in node.keywords if one.arg == "status_code")]
                found = _STATUS.findall(ast.unparse(said[0])) if said else []
                yield from (int(code) for code in found)
    for parameter in dependency.parameters:
        if parameter.dependency is not None:
            yield from _codes(parameter.dependency)


def _schemes(dependency: Dependency) -> Iterator[str]:
    if dependency.scheme is not None:
        yield dependency.scheme.name
    for parameter in dependency.parameters:
        if parameter.dependency is not None:
            yield from _schemes(parameter.dependency)
