"""The same lookup on every request, and no cache."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.blocking import is_cached
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Ask
from maestro_knowledge.review.view import View

RULE = Rule(id="STR403", name="lookup-on-every-request", severity="question")

# What gives the same every time it is called with the same constants, and takes a while.
_READING = frozenset(
    {"json.load", "yaml.safe_load", "yaml.load", "tomllib.load", "pickle.load", "joblib.load", "csv.reader"}
    | {"csv.DictReader", "pandas.read_csv", "pandas.read_parquet", "pandas.read_excel", "polars.read_csv"}
    | {"torch.load", "pathlib.Path.read_text", "pathlib.Path.read_bytes", "importlib.metadata.version"}
    | {"jinja2.Environment", "fastapi.templating.Jinja2Templates", "configparser.ConfigParser.read"}
    | {"spacy.load", "transformers.pipeline", "sentence_transformers.SentenceTransformer"}
)
_DEEPEST = 2


def check(function: Function, view: View) -> Iterator[Ask]:
    """Asks where a handler or a dependency, or what it calls, reads the same thing at each request."""
    reads = any("GET" in one.methods for one in view.operations(function))
    if not (reads or view.is_dependency(function)):  # what writes is called seldom, and may mean a new look
        return
    for owner in _reached(view, function):
        if not owner.module.in_scope:
            continue
        for node in view.own(owner, ast.Call):
            what = _pure_lookup(view, owner, node)
            if what:
                yield Ask(
                    asks=f"`{owner.qualname}` does `{what}` at every request: could it be kept?",
                    looked_for="lru_cache, cache, module level, lifespan state",
                    looked_in=(owner.module.path,),
                    seen_near=(f"{owner.module.path}:{node.lineno} {what}",),
                    module=owner.module,
                    node=node,
                )


def _reached(view: View, function: Function, depth: int = _DEEPEST) -> Iterator[Function]:
    if is_cached(view.project, function) or function.is_generator:
        return
    yield function
    if depth > 1:
        for called in view.callees(function):
            # Only what is called without arguments gives the same each time.
            if not called.node.args.args and called is not function:
                yield from _reached(view, called, depth - 1)


def _pure_lookup(view: View, function: Function, node: ast.Call) -> str:
    """The source of a call that reads what constants name, or makes a settings object; else ""."""
    module = function.module
    target = view.target(module, node.func)
    if target is None:
        return ""
    if target.cls is not None and not node.args and not node.keywords:
        models = (one for one in view.project.models if one.cls is target.cls)
        is_settings = any(one.kind == "settings" for one in models)
        return view.source(module, node) if is_settings and not _is_remembered(view, node) else ""
    if target.name not in _READING or _is_remembered(view, node) or not _is_constant(view, function, node):
        return ""
    return view.source(module, node)[:60]


def _is_constant(view: View, function: Function, call: ast.Call) -> bool:
    """Whether nothing of the request has a part in it: every name in it is one of the module."""
    local = set(function.scope.bindings)
    parts = [node for node in walk(call) if isinstance(node, ast.Name)]
    opened = [_opened(function, node.id) for node in parts if node.id in local]
    return all(one is not None and _is_constant(view, function, one) for one in opened)


def _opened(function: Function, name: str) -> ast.Call | None:
    """The call behind a name that `with open(…) as name` or one assignment binds."""
    bindings = function.scope.bindings[name]
    value = bindings[0].value if len(bindings) == 1 and bindings[0].kind in {"with", "assign"} else None
    if isinstance(value, ast.Call):
        return value
    return None


def _is_remembered(view: View, node: ast.Call) -> bool:
    """Whether the result is kept in a global, an attribute or a dictionary, or only made if missing."""
    around = view.parent(node)
    while around is not None and not isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
        if isinstance(around, ast.Assign):
            return not isinstance(around.targets[0], ast.Name) or _is_outer(
                view, around, around.targets[0].id
            )
        if isinstance(around, ast.If | ast.NamedExpr):
            return True
        around = view.parent(around)
    return False


def _is_outer(view: View, statement: ast.Assign, name: str) -> bool:
    around: ast.AST | None = statement
    while around is not None and not isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
        if isinstance(around, ast.If):
            return True
        around = view.parent(around)
    if around is None:
        return False
    return any(isinstance(node, ast.Global | ast.Nonlocal) and name in node.names for node in around.body)
