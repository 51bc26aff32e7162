"""How the parts of a plan are joined to an application that is there: the lines to add, and where."""

import ast
from collections.abc import Sequence

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.project.application import App
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.scaffold.joints import Joint, find_creation, find_joints
from maestro_knowledge.scaffold.planning import Installer, Router, Wiring


@dataclass(frozen=True, slots=True)
class Seat:
    """Where the routers of a plan go: the joint, and what is left of the prefix for the router itself."""

    joint: Joint
    prefix: str
    with_keyword: bool

    @property
    def above(self) -> str:
        """The path that the place itself brings."""
        return (self.joint.inherited or "") if self.with_keyword or not self.joint.keyword else ""


@dataclass(slots=True)
class Wired:
    """The new text of every module that is edited, and the lines that have to be added by hand."""

    edited: dict[str, str] = field(default_factory=dict)
    by_hand: list[str] = field(default_factory=list)


def choose_seat(project: Project, app: App, prefix: str | None, *, at_top: bool) -> Seat | None:
    """The best place for a router whose path begins with `prefix`; None where no place can be edited."""
    wanted = _normal(prefix)
    joints = find_joints(project, app)
    if at_top:
        joints = [joint for joint in joints if joint.inherited is not None and not joint.inherited]
    for joint in joints:
        if wanted is None:
            return Seat(joint, "", with_keyword=bool(joint.keyword))
        if joint.inherited is not None and _is_under(wanted, joint.inherited):
            return Seat(joint, wanted[len(joint.inherited.rstrip("/")) :], with_keyword=bool(joint.keyword))
    created = find_creation(app)
    home = created.module if created is not None else app.module
    app_joint = next((joint for joint in joints if joint.module is home), created)
    if app_joint is None:
        return None
    return Seat(app_joint, wanted or "", with_keyword=False)


def wire(project: Project, app: App, seat: Seat | None, wiring: Wiring) -> Wired:
    """The edits that include every router once and call every installer once."""
    wired = Wired()
    edits: dict[str, _Edit] = {}
    created = find_creation(app)
    for installer in wiring.installers:
        if created is None:
            wired.by_hand += _installer_by_hand(installer)
        else:
            _install(edits.setdefault(created.module.path, _Edit(created.module)), created, installer)
    for router in wiring.routers:
        if seat is None:
            wired.by_hand += _router_by_hand(router)
        else:
            _include(edits.setdefault(seat.joint.module.path, _Edit(seat.joint.module)), seat, router)
    own = frozenset(module.name.split(".")[0] for module in project.modules)
    for path, edit in sorted(edits.items()):
        if edit.module.encoding.lower().replace("_", "-") not in {"utf-8", "ascii"}:
            wired.by_hand += edit.lines
            continue
        try:
            wired.edited[path] = edit.apply(own)
        except LookupError:
            wired.by_hand += edit.lines
    return wired


class _Edit:
    """What one module gets."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.imports: list[tuple[str, str, str, Joint]] = []
        self.calls: list[tuple[int, str]] = []

    @property
    def lines(self) -> list[str]:
        """The lines themselves."""
        imports = [_spell_import(module, name, alias) for module, name, alias, _ in self.imports]
        return [f"{self.module.path}: {line}" for line in (*imports, *(text for _, text in self.calls))]

    def apply(self, own: frozenset[str]) -> str:
        """The module's new text."""
        from maestro_knowledge.scaffold.edits import (  # noqa: PLC0415 - LibCST loads when first needed
            CallLine,
            ImportLine,
            add_lines,
        )

        if not (self.imports or self.calls):
            return self.module.text
        imports = [
            ImportLine(_as_here(self.module, module), name, alias, _local_line(self.module, joint, own))
            for module, name, alias, joint in self.imports
        ]
        calls = [CallLine(line, text) for line, text in self.calls]
        return add_lines(self.module.text, imports, calls, own=own)


def _install(edit: _Edit, created: Joint, installer: Installer) -> None:
    known = _imported(edit.module, installer.module, installer.function)
    if known and _calls(edit.module, known):
        return
    alias = known or _free_name(edit.module, installer.function, edit)
    if not known:
        edit.imports.append((installer.module, installer.function, alias, created))
    edit.calls.append((created.anchor.lineno, f"{alias}({created.variable})"))


def _include(edit: _Edit, seat: Seat, router: Router) -> None:
    known = _imported(edit.module, router.module, "router")
    if known and _includes(edit.module, known):
        return
    alias = known or _free_name(edit.module, router.name, edit)
    if not known:
        edit.imports.append((router.module, "router", alias, seat.joint))
    keyword = f", prefix={seat.joint.keyword}" if seat.with_keyword and seat.joint.keyword else ""
    edit.calls.append((seat.joint.anchor.lineno, f"{seat.joint.variable}.include_router({alias}{keyword})"))


def _imported(module: Module, wanted: str, name: str) -> str:
    """The name that the module has this import under already."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and _absolute(module, node) == wanted:
            for alias in node.names:
                if alias.name == name:
                    return alias.asname or alias.name
    return ""


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    keep = len(parts) - node.level + (1 if module.is_package else 0)
    return ".".join([*parts[:keep], *([node.module] if node.module else [])])


def _as_here(module: Module, wanted: str) -> str:
    """The module's name as imports of this module are written: relative where all its own ones are."""
    own = [
        node
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom)
        and (node.level or (node.module or "").split(".")[0] == wanted.split(".", maxsplit=1)[0])
    ]
    if not own or not all(node.level for node in own):
        return wanted
    here = module.name.split(".") if module.is_package else module.name.split(".")[:-1]
    there = wanted.split(".")
    shared = 0
    while shared < min(len(here), len(there)) and here[shared] == there[shared]:
        shared += 1
    if not shared:
        return wanted
    return "." * (len(here) - shared + 1) + ".".join(there[shared:])


def _local_line(module: Module, joint: Joint, own: frozenset[str]) -> int | None:
    """The function to import in, where the module imports its own parts only there (to avoid a circle)."""
    function = joint.function
    if function is None or _own_imports(module.tree.body, own) or not _own_imports(function.body, own):
        return None
    return function.lineno


def _own_imports(body: Sequence[ast.stmt], own: frozenset[str]) -> bool:
    return any(
        isinstance(node, ast.ImportFrom) and (node.level > 0 or (node.module or "").split(".")[0] in own)
        for node in body
    )


def _calls(module: Module, name: str) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
        for node in ast.walk(module.tree)
    )


def _includes(module: Module, name: str) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "include_router"
        and any(isinstance(argument, ast.Name) and argument.id == name for argument in node.args)
        for node in ast.walk(module.tree)
    )


def _free_name(module: Module, name: str, edit: _Edit) -> str:
    """The name, or one beside it that the module does not use."""
    taken = {node.id for node in ast.walk(module.tree) if isinstance(node, ast.Name)}
    taken |= {binding for scope in module.scopes.values() for binding in scope.bindings}
    taken |= {alias for _, _, alias, _ in edit.imports}
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{name}_{number}"
    return candidate


def _spell_import(module: str, name: str, alias: str) -> str:
    return f"from {module} import {name}" + (f" as {alias}" if alias != name else "")


def _router_by_hand(router: Router) -> list[str]:
    return [_spell_import(router.module, "router", router.name), f"app.include_router({router.name})"]


def _installer_by_hand(installer: Installer) -> list[str]:
    return [
        _spell_import(installer.module, installer.function, installer.function),
        f"{installer.function}(app)",
    ]


def _normal(prefix: str | None) -> str | None:
    if prefix is None:
        return None
    text = prefix.rstrip("/")
    return f"/{text}" if text and not text.startswith("/") else text


def _is_under(path: str, above: str) -> bool:
    above = above.rstrip("/")
    return not above or path == above or path.startswith(f"{above}/")
