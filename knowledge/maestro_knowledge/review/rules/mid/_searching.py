"""Looking for something in a whole project, so that what is not found can be asked about."""

import ast
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from typing import cast

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.project.application import App
from maestro_knowledge.project.importing import imported_modules
from maestro_knowledge.project.requirements import declared
from maestro_knowledge.project.settings_files import read_text
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.project.tree import parent
from maestro_knowledge.review.report import Ask
from maestro_knowledge.review.view import View

_FILES = (
    "Dockerfile", "docker-compose*.y*ml", "compose*.y*ml", "*.conf", "nginx/*.conf", "deploy/*.conf",
    "traefik*.y*ml", "traefik*.toml", "Caddyfile", "haproxy.cfg", "k8s/*.y*ml", "deploy/*.y*ml",
    "gunicorn*.py", "logging*.y*ml", "logging*.ini", "logging*.json", "log_config.*",
)  # fmt: skip
_NAMED = ((ast.Name, attrgetter("id")), (ast.Attribute, attrgetter("attr")), (ast.arg, attrgetter("arg")))
_MOST_FILES, _LARGEST, _MOST_SHOWN, _LONGEST = 30, 200_000, 20, 1_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What shows that something is there: packages, parts of identifiers, parts of texts."""

    packages: frozenset[str]
    identifiers: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    numbers: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()  # whole identifiers


@dataclass(frozen=True, slots=True)
class Traces:
    """Everything of a project that a search looks at, in lower case."""

    packages: frozenset[str]
    identifiers: frozenset[str]
    words: str  # the identifiers, each on a line of its own
    texts: str
    numbers: frozenset[int]
    files: tuple[tuple[str, str], ...]
    looked_in: tuple[str, ...]


def asked_apps(view: View) -> tuple[App, ...]:
    """The application with the most routes, if any is served and judged: about a project we ask once."""
    served: dict[App, int] = {}
    for route in view.project.routes:
        app = route.app
        if app is None or app.is_assumed or route.operation.kind != "http":
            continue
        if app.module.in_scope and not app.module.is_test:
            served[app] = served.get(app, 0) + 1
    ordered = sorted(served, key=lambda app: (-served[app], app.module.path, app.id))
    return tuple(ordered[:1])


def is_there(view: View, wanted: Wanted) -> bool:
    """Whether anything in the project's code, requirements or proxy files shows it."""
    found = traces(view)
    return bool(
        wanted.packages & found.packages
        or wanted.numbers & found.numbers
        or wanted.names & found.identifiers
        or any(part in found.words for part in wanted.identifiers)
        or any(part in found.texts for part in wanted.texts)
        or any(part in text for part in wanted.texts for _, text in found.files)
    )


def related_modules(view: View) -> frozenset[Module]:
    """The modules that belong to what is judged: in scope, or tied to one that is by imports, either way.

    A folder may hold files that have nothing to do with each other; what one has, the next one lacks.
    """
    return view.once("mid.related", lambda: _related(view))


def _related(view: View) -> frozenset[Module]:
    project = view.project
    if all(module.in_scope for module in project.modules):
        return frozenset(project.modules)
    ties: dict[Module, set[Module]] = {}
    for module in project.modules:
        for other in imported_modules(project, module):
            ties.setdefault(module, set()).add(other)
            if not module.is_test:
                ties.setdefault(other, set()).add(module)
    found = {module for module in project.modules if module.in_scope}
    waiting = list(found)
    while waiting:
        new = ties.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return frozenset(found)


def ask_unless_there(view: View, wanted: Wanted, question: str, looked_for: str) -> Iterator[Ask]:
    """The question about the one application that is asked, if nothing in the project shows it."""
    if not is_there(view, wanted):
        yield from ask_once(view, question, looked_for)


def ask_once(view: View, question: str, looked_for: str) -> Iterator[Ask]:
    """The question about the one application that is asked about absences."""
    for app in asked_apps(view):
        yield _ask(view, app, question, looked_for)


def _ask(view: View, app: App, question: str, looked_for: str) -> Ask:
    """The question about an application, with the middleware that it has as what was seen near."""
    near = tuple(
        f"{one.module.path}:{getattr(one.node, 'lineno', 1)} {one.name.rpartition('.')[2]}"
        for one in app.middleware
        if one.name != "?"
    )
    return Ask(
        asks=question,
        looked_for=looked_for,
        looked_in=traces(view).looked_in,
        seen_near=near[:5],
        module=app.module,
        node=app.node,
    )


def traces(view: View) -> Traces:
    """What there is to look at, gathered once for all questions."""
    return view.once("mid.traces", lambda: _gather(view))


def _gather(view: View) -> Traces:
    related = related_modules(view)
    modules = [one for one in view.project.modules if one in related and not one.is_test]
    required, read = _required(view.project.root)
    files = tuple(_proxy_files(view.project.root))
    looked_in = [one.path for one in modules][:_MOST_SHOWN]
    if len(modules) > _MOST_SHOWN:
        looked_in.append(f"and {len(modules) - _MOST_SHOWN} more modules")
    identifiers = frozenset(map(str.lower, set().union(*map(_identifiers, modules))))
    return Traces(
        packages=frozenset(required | {name for one in modules for name in _imported(one)}),
        identifiers=identifiers,
        words="\n".join(identifiers),
        texts="\n".join({text for one in modules for text in _texts(one)}).lower(),
        numbers=frozenset(number for one in modules for number in _numbers(one)),
        files=files,
        looked_in=(*looked_in, *read, *(name for name, _ in files)),
    )


def _imported(module: Module) -> Iterator[str]:
    for node in module.nodes.get(ast.Import, ()):
        yield from (alias.name.partition(".")[0] for alias in getattr(node, "names", ()))
    for node in module.nodes.get(ast.ImportFrom, ()):
        if isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]


def _identifiers(module: Module) -> set[str]:
    found = {name for kind, read in _NAMED for name in map(read, module.nodes.get(kind, ()))}
    return found | {one.name for one in module.functions} | {one.name for one in module.classes}


def _texts(module: Module) -> set[str]:
    """The texts of the module; docstrings say what should be, not what is."""
    values = {
        node.value
        for node in _constants(module)
        if isinstance(node.value, (str, bytes)) and not isinstance(parent(node), ast.Expr)
    }
    return {one.decode("latin-1") if isinstance(one, bytes) else one for one in values if len(one) < _LONGEST}


def _numbers(module: Module) -> set[int]:
    return {node.value for node in _constants(module) if type(node.value) is int}


def _constants(module: Module) -> list[ast.Constant]:
    return cast("list[ast.Constant]", module.nodes.get(ast.Constant, []))


def _required(root: Path) -> tuple[set[str], tuple[str, ...]]:
    """The packages that the project asks for, as they are imported, and the files that say so."""
    if not root.is_absolute():  # a piece of code without a project
        return set(), ()
    found = declared(root, root)
    paths = sorted({one.path.relative_to(root).as_posix() for one in found})
    return {one.name.replace("-", "_") for one in found}, tuple(paths)


def _proxy_files(root: Path) -> Iterator[tuple[str, str]]:
    if not root.is_absolute():
        return
    paths = sorted({path for pattern in _FILES for path in root.glob(pattern)})
    for path in paths[:_MOST_FILES]:
        text = read_text(path, root, _LARGEST)
        if text is not None:
            yield path.relative_to(root).as_posix(), text.lower()
