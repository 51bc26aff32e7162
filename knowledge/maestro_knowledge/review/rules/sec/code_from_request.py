"""Data of the request is evaluated as code, or unpickled."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.sec._sinks import argument, is_true, keyword_of, uses_of
from maestro_knowledge.review.rules.sec._taint import flow_of
from maestro_knowledge.review.view import View

RULE = Rule(id="SEC604", name="code-from-request", severity="error", fix="suggest")

_EVALUATING = frozenset(
    {"builtins.eval", "builtins.exec", "builtins.compile", "builtins.__import__", "importlib.import_module"}
    | {"pandas.eval", "numexpr.evaluate", "code.interact"}
)
_LOADING = frozenset(
    {
        f"{library}.{verb}"
        for library in ("pickle", "_pickle", "cPickle", "dill", "cloudpickle")
        for verb in ("load", "loads", "Unpickler")
    }
    | {"marshal.load", "marshal.loads", "shelve.open", "jsonpickle.decode", "jsonpickle.loads", "joblib.load"}
    | {"torch.load", "pandas.read_pickle", "yaml.unsafe_load", "yaml.unsafe_load_all", "yaml.full_load"}
    | {"pickle.Unpickler.load", "ruamel.yaml.unsafe_load"}
)
_YAML = frozenset({"yaml.load", "yaml.load_all"})
_SAFE_LOADERS = frozenset({"yaml.SafeLoader", "yaml.CSafeLoader", "yaml.BaseLoader", "yaml.CBaseLoader"})


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports what runs, or rebuilds objects from, something that a client sent."""
    for call, name, use in uses_of(view, module):
        if not _is_sink(view, module, use, name):
            continue
        given = argument(use, 0, "expression", "source", "data", "stream", "file", "f", "filename", "string")
        origin = flow_of(view).carried(module, given)
        if origin is None:
            continue
        short = name.removeprefix("builtins.")
        message = f"`{short}` gets the request's `{origin.label}`: the client decides what the server runs."
        edits = _safe_yaml(view, module, call, name)
        yield Report(module, call, message, subject=f"{short} {origin.label}", edits=edits)


def _is_sink(view: View, module: Module, call: ast.Call, name: str) -> bool:
    if name in _YAML:
        loader = argument(call, 1, "Loader")
        return loader is None or view.name(module, loader) not in _SAFE_LOADERS
    if name == "numpy.load":
        return is_true(keyword_of(call, "allow_pickle"))
    if name == "torch.load" and is_true(keyword_of(call, "weights_only")):
        return False
    return name in _EVALUATING or name in _LOADING


def _safe_yaml(view: View, module: Module, call: ast.Call, name: str) -> tuple[Edit, ...]:
    """`yaml.safe_load(…)` in place of `yaml.load(…, Loader=…)`."""
    if name != "yaml.load" or not isinstance(call.func, ast.Attribute) or not call.args:
        return ()
    given = view.source(module, call.args[0])
    return (view.replace(module, call, f"{view.source(module, call.func.value)}.safe_load({given})"),)
