"""A user's project as facts: each file parsed once, nothing imported, nothing run.

The nouns of Python code stand in `symbols`, those of an application in `application`, what is known before
any code is parsed in `surroundings`, and what they all belong to stands here.

How to read it
    `load.load_code(text)` and `load.load_path(path, root=…)` make a `Project`. Judge only modules with
    `in_scope`; the others are there so that names can be followed.

    What a name or attribute means       names.resolve(project, module, node) -> Target | None
    What a value is                      inference.infer(project, module, node) -> Type | None
    Which class derives from which       inference.is_kind_of(project, type, "pydantic.BaseModel")
    What an annotation says              annotations.read_annotation(project, module, node) -> Type | None
    Who is called                        calls.calls_in(project, function) -> tuple[Call, …]
    Where a function runs                calls.frames(project) -> tuple[Frame, …]
    Which way leads to a blocking call   blocking.blocking_chains(project, function)
    The node around a node               tree.parent(node), tree.function_around(module, node)

    None always means "not known": whoever asks stays silent.

Names are dotted and canonical: what FastAPI re-exports is spelled as FastAPI spells it and as shortly as it
can be imported ("fastapi.Request", never "starlette.requests.Request"; "fastapi.responses.JSONResponse").
Names that no project module defines keep the name they are imported by ("requests.get", "builtins.open").

An `Operation` is a path operation as declared: one decorator or `add_api_route` on one router. A `Route` is
what an application serves: the operation with every prefix, once per inclusion, in matching order.
"""

import ast
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.project.application import App, BackgroundTask, Inclusion, Operation, Route, Router
from maestro_knowledge.project.flow import CallSite, Chain, Frame
from maestro_knowledge.project.locating import Locator, Parts
from maestro_knowledge.project.surroundings import Config, Problem, Skipped, Version
from maestro_knowledge.project.symbols import Class, Function, Module, Target, Type

ModelKind = Literal[
    "pydantic", "settings", "sqlmodel", "table", "sqlalchemy", "dataclass", "typeddict", "namedtuple", "enum"
]  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A field of a model class."""

    name: str
    node: ast.AnnAssign | ast.Assign = field(repr=False)
    annotation: ast.expr | None = field(repr=False)
    type: Type | None
    default: ast.expr | None = field(repr=False)
    required: bool
    keywords: Mapping[str, ast.expr] = field(default_factory=dict, repr=False)  # of `Field(…)`, `Column(…)`


@dataclass(frozen=True, slots=True, eq=False)
class Validator:
    """A validator or serializer method of a Pydantic model."""

    kind: str  # "field_validator", "model_validator", "validator", "root_validator", "field_serializer", …
    function: Function
    fields: tuple[str, ...]
    mode: str | None


@dataclass(frozen=True, slots=True, eq=False)
class ModelClass:
    """A class that describes data; `fields` has the inherited ones first."""

    cls: Class
    kind: ModelKind
    fields: tuple[Field, ...]
    validators: tuple[Validator, ...] = ()
    config: Mapping[str, ast.expr] = field(default_factory=dict, repr=False)  # model_config or class Config


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """What was worked out once about a project; only the functions of this package touch it."""

    locator: Locator | None = None
    by_parts: dict[Parts, Module] = field(default_factory=dict)
    parts: dict[Module, Parts] = field(default_factory=dict)
    imports: dict[Module, tuple[tuple[Parts, bool], ...]] = field(default_factory=dict)
    importers: defaultdict[Module, list[Module]] = field(default_factory=lambda: defaultdict(list))
    groups: dict[Module, tuple[Module, ...]] = field(default_factory=dict)  # what is connected with each
    paths: dict[ast.AST, Target | None] = field(default_factory=dict)
    members: dict[tuple[Module, str], Target | None] = field(default_factory=dict)
    lineages: dict[Class, tuple[list[Class], list[str], bool]] = field(default_factory=dict)
    targets: dict[ast.AST, Target | None] = field(default_factory=dict)
    types: dict[ast.AST, Type | None] = field(default_factory=dict)
    results: dict[Function, Type | None] = field(default_factory=dict)
    parameters: dict[ast.arg, Type] = field(default_factory=dict)  # untyped ones, by what calls pass
    reading: list[Function] = field(default_factory=list)  # whose dependencies are just being read
    offloaded: dict[Function, bool] = field(default_factory=dict)
    calls: dict[Function, tuple[CallSite, ...]] = field(default_factory=dict)
    imported_calls: dict[Module, tuple[CallSite, ...]] = field(default_factory=dict)  # made by importing it
    named: dict[Module, tuple[tuple[ast.Call, str], ...]] = field(default_factory=dict)  # calls, with names
    callers: dict[Module, dict[Function, list[CallSite]]] = field(default_factory=dict)  # by module called
    frames: dict[Function, Frame] = field(default_factory=dict)
    chains: dict[Function, tuple[Chain, ...]] = field(default_factory=dict)
    settled: dict[Function, tuple[Chain, ...]] = field(default_factory=dict)  # chains known beforehand
    state: dict[str, list[tuple[Module, ast.expr]]] = field(default_factory=dict)

    def forget(self) -> None:
        """Lets go of what is worked out again when it is asked for again, but for what is carried over."""
        for known in (
            self.paths, self.members, self.lineages, self.targets, self.types, self.results,
            self.offloaded, self.callers, self.frames,
        ):  # fmt: skip
            known.clear()


@dataclass(frozen=True, slots=True, eq=False)
class Project:
    """Everything that was read, in one place."""

    root: Path
    modules: tuple[Module, ...]  # sorted by path
    skipped: tuple[Skipped, ...] = ()
    problems: tuple[Problem, ...] = ()
    config: Config = field(default_factory=Config)
    versions: Mapping[str, Version] = field(default_factory=dict)  # by package name
    apps: tuple[App, ...] = ()
    routers: tuple[Router, ...] = ()
    inclusions: tuple[Inclusion, ...] = ()
    operations: tuple[Operation, ...] = ()
    routes: tuple[Route, ...] = ()  # per application, in matching order
    models: tuple[ModelClass, ...] = ()
    background_tasks: tuple[BackgroundTask, ...] = ()
    memory: Memory = field(default_factory=Memory, repr=False)
