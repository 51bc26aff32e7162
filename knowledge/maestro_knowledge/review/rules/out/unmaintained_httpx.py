"""`httpx` is imported, whose successor is `httpx2`."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.view import View

# 0.137.0 is the first FastAPI behind the Starlette whose test client takes `httpx2`.
RULE = Rule(
    id="OUT106", name="unmaintained-httpx", severity="info", umbrella=("API006",), fix="safe", since="0.137.0"
)

# These are handed clients, or raise errors, of the package that they were written for.
_BOUND_TO_HTTPX = frozenset(
    {"openai", "anthropic", "mistralai", "groq", "cohere", "respx", "pytest_httpx", "authlib", "httpx_oauth"}
    | {"httpx_sse", "httpx_auth", "httpx_ws", "hishel", "langchain", "langchain_openai", "supabase", "ollama"}
    | {"google", "elevenlabs", "together", "replicate", "asgi_lifespan", "firecrawl", "litellm", "stamina"}
)


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports a file once, at its first import of the package."""
    imports = [
        node
        for node in (*module.nodes.get(ast.Import, ()), *module.nodes.get(ast.ImportFrom, ()))
        if _imported(node) & {"httpx"}
    ]
    if not imports or _needs_httpx(view):
        return
    first = min(imports, key=lambda node: getattr(node, "lineno", 0))
    yield Report(
        module,
        first,
        "`httpx` is imported: it is not maintained any more, and its successor is `httpx2`.",
        subject="httpx",
        edits=tuple(edit for node in imports for edit in _edits(view, module, node)),
    )


def _imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and not node.level:
        return {(node.module or "").partition(".")[0]}
    return set()


def _needs_httpx(view: View) -> bool:
    """Whether another package of the project works with the types of `httpx`."""
    return view.once("out.unmaintained_httpx", lambda: _find_bound(view))


def _find_bound(view: View) -> bool:
    for module in view.project.modules:
        if module.name == "httpx":
            return True
        for node in (*module.nodes.get(ast.Import, ()), *module.nodes.get(ast.ImportFrom, ())):
            if _imported(node) & _BOUND_TO_HTTPX:
                return True
    return False


def _edits(view: View, module: Module, node: ast.AST) -> Iterator[Edit]:
    """`import httpx` becomes `import httpx2 as httpx`, so that nothing else has to change."""
    if isinstance(node, ast.ImportFrom):
        source = view.source(module, node)
        if node.module == "httpx":
            yield view.replace(module, node, source.replace("httpx", "httpx2", 1))
        return
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.name == "httpx":
                yield view.replace(module, alias, f"httpx2 as {alias.asname or 'httpx'}")
