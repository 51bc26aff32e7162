"""What tests are made of: what pytest calls, fixtures, clients, and the application that they drive."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.application import App
from maestro_knowledge.project.symbols import Function, Module, Type
from maestro_knowledge.project.tree import literal
from maestro_knowledge.review.rules.aut._tokens import value_of
from maestro_knowledge.review.view import View

CLIENT = "fastapi.testclient.TestClient"
_FIXTURES = frozenset({"pytest.fixture", "pytest_asyncio.fixture"})
_TOOLS = ("pytest", "unittest", "fastapi.testclient", "starlette.testclient")
_DEEPEST = 4


def is_testing(module: Module) -> bool:
    """Whether the module tests: by its place, or by what it imports."""
    return module.is_test or any(name.startswith(_TOOLS) for name in _imports(module))


def _imports(module: Module) -> Iterator[str]:
    for node in module.nodes.get(ast.Import, ()):
        yield from (alias.name for alias in getattr(node, "names", ()))
    for node in module.nodes.get(ast.ImportFrom, ()):
        if isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""


def is_test(function: Function) -> bool:
    """Whether it is a test itself, not what prepares one."""
    return function.name.startswith("test")


def is_fixture(view: View, function: Function) -> bool:
    """Whether pytest hands its result to tests."""
    return any(
        view.name(function.module, one.func if isinstance(one, ast.Call) else one) in _FIXTURES
        for one in function.node.decorator_list
    )


def lasts(view: View, function: Function) -> bool:
    """Whether it is a fixture that is made once for all tests, so that there is nothing to take back."""
    return is_fixture(view, function) and any(
        keyword.arg == "scope" and literal(keyword.value) in {"session", "package"}
        for decorator in function.node.decorator_list
        for keyword in (decorator.keywords if isinstance(decorator, ast.Call) else ())
    )


def fixture(view: View, module: Module, name: str) -> Function | None:
    """The fixture that a parameter of this name gets: of the module, else of a `conftest.py` above it."""
    table = view.once("tst.fixtures", lambda: _fixtures(view))
    folder = module.path.rpartition("/")[0]
    while True:
        conftest = f"{folder}/conftest.py".lstrip("/")
        for path in (module.path, conftest):
            if (found := table.get((path, name))) is not None:
                return found
        if not folder:
            return None
        folder = folder.rpartition("/")[0]


def _fixtures(view: View) -> dict[tuple[str, str], Function]:
    found: dict[tuple[str, str], Function] = {}
    for module in view.project.modules:
        for function in module.functions:
            if is_fixture(view, function):
                found[module.path, _fixture_name(function)] = function
    return found


def _fixture_name(function: Function) -> str:
    for decorator in function.node.decorator_list:
        for keyword in decorator.keywords if isinstance(decorator, ast.Call) else ():
            if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                return str(keyword.value.value)
    return function.name


def parameter_fixture(view: View, module: Module, node: ast.expr) -> Function | None:
    """The fixture behind a name that is a parameter of the test around."""
    function = view.around(module, node) if isinstance(node, ast.Name) else None
    if function is None or not isinstance(node, ast.Name):
        return None
    arguments = function.node.args
    names = {one.arg for one in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]}
    return fixture(view, module, node.id) if node.id in names else None


def given_by(function: Function) -> list[ast.expr]:
    """What a fixture hands over: the values that it returns or yields."""
    return [
        node.value
        for node in function.scope.nodes
        if isinstance(node, ast.Return | ast.Yield) and node.value is not None
    ]


def type_of(view: View, module: Module, node: ast.expr, depth: int = _DEEPEST) -> Type | None:
    """The type of a value, also of one that a fixture hands over."""
    known = view.type(module, node)
    if known is not None or depth == 0:
        return known
    giver = parameter_fixture(view, module, node)
    if giver is None:
        return None
    types = [type_of(view, giver.module, value, depth - 1) for value in given_by(giver)]
    return next((one for one in types if one is not None), None)


def app_of(view: View, module: Module, node: ast.expr | None, depth: int = _DEEPEST) -> App | None:
    """The application that an expression stands for: by name, by its factory, by a fixture."""
    if node is None or depth == 0:
        return None
    if isinstance(node, ast.Call):
        target = view.target(module, node.func)
        function = target.function if target is not None else None
        return next((app for app in view.project.apps if function and app.factory is function), None)
    target = view.target(module, node)
    if target is not None and target.node is not None:
        found = next((app for app in view.project.apps if app.node is target.node), None)
        if found is not None:
            return found
        if target.module is not None and isinstance(target.node, ast.Call):
            return app_of(view, target.module, target.node, depth - 1)
    value = value_of(view, module, node)
    if value is not None and value is not node:
        return app_of(view, module, value, depth - 1)
    giver = parameter_fixture(view, module, node)
    if giver is not None:
        apps = [app_of(view, giver.module, one, depth - 1) for one in given_by(giver)]
        return next((one for one in apps if one is not None), None)
    return None
