"""HTTP clients: the calls that make one."""

import ast

from maestro_knowledge.project.symbols import Function
from maestro_knowledge.project.tree import keywords_of
from maestro_knowledge.review.view import View

ASYNC_CLIENTS = frozenset({"httpx.AsyncClient", "httpx2.AsyncClient", "aiohttp.ClientSession"})
CLIENTS = ASYNC_CLIENTS | {"httpx.Client", "httpx2.Client", "requests.Session", "requests.session"}
# A client with one of these belongs to one tenant, or to a test.
_OWN = frozenset({"verify", "cert", "transport", "app", "proxy", "proxies", "mounts", "connector", "ssl"})
_CACHES = frozenset({"functools.lru_cache", "functools.cache", "async_lru.alru_cache"})


def is_special(node: ast.Call) -> bool:
    """Whether the client is made with something that others do not share."""
    return bool(_OWN & set(keywords_of(node))) or any(one.arg is None for one in node.keywords)


def is_made_once(view: View, function: Function, node: ast.AST) -> bool:
    """Whether the function keeps what it makes: a cache above it, or a look at what is there already."""
    for decorator in function.node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if view.name(function.module, called) in _CACHES:
            return True
    # What a class that is itself a dependency keeps, it keeps for one request.
    is_own = function.name == "__init__" and view.is_dependency(function)
    return (not is_own and _is_stored_outside(view, function, node)) or _is_first_time(view, node)


def _is_stored_outside(view: View, function: Function, node: ast.AST) -> bool:
    """`app.state.client = …`, `global client`, `self._client = …`."""
    around = view.parent(node)
    while isinstance(around, ast.Await | ast.IfExp | ast.BoolOp | ast.NamedExpr):
        around = view.parent(around)
    targets = around.targets if isinstance(around, ast.Assign) else []
    if isinstance(around, ast.AnnAssign):
        targets = [around.target]
    return any(
        (isinstance(one, ast.Attribute | ast.Subscript))
        or (isinstance(one, ast.Name) and one.id in function.scope.outer_names)
        for one in targets
    )


def _is_first_time(view: View, node: ast.AST) -> bool:
    """Whether the call stands below `if client is None`."""
    around = view.parent(node)
    while around is not None and not isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
        if isinstance(around, ast.If | ast.IfExp):
            test = ast.unparse(around.test)
            if "None" in test or test.startswith("not ") or " not in " in test:
                return True
        around = view.parent(around)
    return False
