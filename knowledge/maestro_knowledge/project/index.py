"""One walk over a tree: nodes by type, parents, scopes and what they bind, functions, classes."""

import ast
from collections import defaultdict
from typing import Any

from maestro_knowledge.project.bindings import BINDERS
from maestro_knowledge.project.lean import FIELDS, PLAIN, by_kind
from maestro_knowledge.project.symbols import Binding, Class, Function, Module, Scope


class Walk:
    """The state of the walk over one module."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.nodes = module.nodes
        self.scope = module.scope
        self.own = module.scope.nodes
        self.owner: Class | None = None  # the class whose body is being read
        self.instance: tuple[str, Class] | None = None  # the name of `self`, and its class
        self.prefix = ""

    def visit(self, node: Any, parent: ast.AST | None) -> None:
        """Indexes `node` and what is below it."""
        node.parent = parent
        kind = type(node)
        self.nodes[kind].append(node)
        self.own.append(node)
        if kind in OPENERS:
            OPENERS[kind](self, node)
            return
        if kind in BINDERS:
            BINDERS[kind](self, node)
        for name in FIELDS[kind]:
            value = getattr(node, name, None)
            if type(value) is list:
                for child in value:
                    if child is not None:
                        self.visit(child, node)
            elif value is not None:
                self.visit(value, node)

    def visit_all(self, nodes: Any, parent: ast.AST) -> None:
        """Indexes each of `nodes` that is there."""
        for node in nodes:
            if node is not None:
                self.visit(node, parent)


def _open_function(walk: Walk, node: Any) -> None:
    walk.visit_all(node.decorator_list, node)
    walk.visit(node.args, node)
    walk.visit_all((node.returns, *getattr(node, "type_params", ())), node)
    scope = _new_scope("function", node, walk)
    is_async = isinstance(node, ast.AsyncFunctionDef)
    function = Function(node.name, walk.prefix + node.name, walk.module, node, scope, walk.owner, is_async)
    node.definition = function
    walk.module.functions.append(function)
    walk.scope.bindings[node.name].append(Binding("function", node))
    if walk.owner is not None:
        walk.owner.methods.setdefault(node.name, function)
    arguments = _bind_parameters(scope, node.args)
    saved = (walk.scope, walk.own, walk.owner, walk.instance, walk.prefix)
    if walk.owner is not None and arguments:
        walk.instance = (arguments[0].arg, walk.owner)
    walk.scope, walk.own, walk.owner, walk.prefix = scope, scope.nodes, None, f"{function.qualname}."
    walk.visit_all(node.body, node)
    walk.scope, walk.own, walk.owner, walk.instance, walk.prefix = saved


def _bind_parameters(scope: Scope, arguments: ast.arguments) -> list[ast.arg]:
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    pairs = [
        *zip(positional, defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    for position, (argument, default) in enumerate(pairs):
        scope.bindings[argument.arg].append(
            Binding("parameter", argument, default, argument.annotation, position)
        )
    for rest in (arguments.vararg, arguments.kwarg):
        if rest is not None:
            # The name holds a tuple or dict of what is annotated, so the annotation is no type of it.
            scope.bindings[rest.arg].append(Binding("parameter", rest, None, None, -1))
    return positional


def _open_class(walk: Walk, node: Any) -> None:
    walk.visit_all(node.decorator_list, node)
    walk.visit_all((*node.bases, *node.keywords, *getattr(node, "type_params", ())), node)
    scope = _new_scope("class", node, walk)
    cls = Class(node.name, walk.prefix + node.name, walk.module, node, scope, {}, defaultdict(list))
    node.definition = cls
    walk.module.classes.append(cls)
    walk.scope.bindings[node.name].append(Binding("class", node))
    saved = (walk.scope, walk.own, walk.owner, walk.instance, walk.prefix)
    walk.scope, walk.own, walk.owner, walk.instance = scope, scope.nodes, cls, None
    walk.prefix = f"{cls.qualname}."
    walk.visit_all(node.body, node)
    walk.scope, walk.own, walk.owner, walk.instance, walk.prefix = saved


def _open_lambda(walk: Walk, node: Any) -> None:
    walk.visit(node.args, node)
    scope = _new_scope("lambda", node, walk)
    _bind_parameters(scope, node.args)
    saved = (walk.scope, walk.own)
    walk.scope, walk.own = scope, scope.nodes
    walk.visit(node.body, node)
    walk.scope, walk.own = saved


def _open_comprehension(walk: Walk, node: Any) -> None:
    outer = walk.scope
    scope = Scope("comprehension", node, outer, defaultdict(list), walk.own)
    walk.module.scopes[node] = scope
    walk.scope = scope
    walk.visit_all(node.generators, node)
    if isinstance(node, ast.DictComp):
        walk.visit_all((node.key, node.value), node)
    else:
        walk.visit(node.elt, node)
    walk.scope = outer


def _new_scope(kind: Any, node: ast.AST, walk: Walk) -> Scope:
    scope = Scope(kind, node, walk.scope, defaultdict(list), [])
    walk.module.scopes[node] = scope
    return scope


OPENERS: dict[type[ast.AST], Any] = by_kind(
    {
        ast.FunctionDef: _open_function,
        ast.AsyncFunctionDef: _open_function,
        ast.ClassDef: _open_class,
        ast.Lambda: _open_lambda,
        ast.ListComp: _open_comprehension,
        ast.SetComp: _open_comprehension,
        ast.DictComp: _open_comprehension,
        ast.GeneratorExp: _open_comprehension,
    }
)


def index_module(
    *, path: str, name: str, text: str, encoding: str, tree: ast.Module, is_package: bool, in_scope: bool
) -> Module:
    """The module with all its facts; RecursionError where it is nested too deeply to be read."""
    scope = Scope("module", tree, None, defaultdict(list), [])
    module = Module(
        path=path,
        name=name,
        text=text,
        encoding=encoding,
        tree=tree,
        scope=scope,
        nodes=defaultdict(list),
        functions=[],
        classes=[],
        scopes={tree: scope},
        stars=[],
        is_package=is_package,
        is_test=is_test_path(path),
        in_scope=in_scope,
    )
    Walk(module).visit(tree, None)
    for kind in list(module.nodes):
        module.nodes[PLAIN[kind]] = module.nodes.pop(kind)
    return module


def is_test_path(path: str) -> bool:
    """Whether a file is test code, by where it lies and what it is called."""
    *folders, name = path.split("/")
    return (
        name.startswith("test_")
        or name.endswith("_test.py")
        or name == "conftest.py"
        or any(folder in {"test", "tests", "testing"} for folder in folders)
    )
