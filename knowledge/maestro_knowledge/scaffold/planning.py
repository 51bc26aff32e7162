"""What a pattern makes of a request: everything that its templates and the application need.

A pattern is one folder, `templates/<pattern>/`: `pattern.yaml` says what it writes and takes, `plan.py` has
`make_plan(request, setting)`, and its templates lie beside them. Nothing else knows it.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol, cast

from maestro_knowledge.core.records import dataclass, field, replace
from maestro_knowledge.scaffold.catalog import read_pattern
from maestro_knowledge.scaffold.layout import Layout
from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.names import Names
from maestro_knowledge.scaffold.options import Habits
from maestro_knowledge.scaffold.protection import environment_of, packages_of, steps_of
from maestro_knowledge.scaffold.reading import RouteRequest
from maestro_knowledge.scaffold.security import SAY_AUTH, Auth
from maestro_knowledge.scaffold.targets import Target


@dataclass(frozen=True, slots=True)
class Setting:
    """What the code is written for: versions, places, habits, the width of a line."""

    target: Target
    layout: Layout
    width: int
    habits: Habits = field(default_factory=Habits)
    app: str = ""
    """The project's own application, `module:variable`; empty where one is started."""

    undescribed: tuple[str, ...] = ()
    """The operations of that application that say nothing of what they do."""


@dataclass(frozen=True, slots=True)
class Router:
    """A router that the application has to include; its own lifespan comes with it."""

    module: str
    name: str


@dataclass(frozen=True, slots=True)
class Installer:
    """A function that is called with the application while that is built: it adds handlers or middleware."""

    module: str
    function: str


@dataclass(frozen=True, slots=True)
class Wiring:
    """How the files of a pattern become part of an application; installers come before routers, in order."""

    routers: tuple[Router, ...] = ()
    installers: tuple[Installer, ...] = ()

    def join(self, other: "Wiring") -> "Wiring":
        """Both, each need once."""
        return Wiring(
            tuple(dict.fromkeys((*self.routers, *other.routers))),
            tuple(dict.fromkeys((*self.installers, *other.installers))),
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """One request of one pattern, with nothing left open."""

    context: Mapping[str, Any]
    flags: frozenset[str] = frozenset()
    wiring: Wiring = field(default_factory=Wiring)
    choices: tuple[Choice, ...] = ()
    next_steps: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
    dev_dependencies: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    packages: tuple[str, ...] = ()
    """Importable names that have to be there before the code can be tried."""


class _Planner(Protocol):
    def make_plan(self, request: RouteRequest, setting: Setting) -> Plan: ...


def make_plan(request: RouteRequest, setting: Setting) -> Plan:
    """The plan of the request's pattern, or `BadArgument` with what contradicts itself."""
    name = f"{__package__}.templates.{request.pattern}.plan"
    plan = cast("_Planner", import_module(name)).make_plan(request, setting)
    return _guard(plan, request) if read_pattern(request.pattern).guarded else plan


def _guard(plan: Plan, request: RouteRequest) -> Plan:
    """The plan with what checking callers needs, or with the question whether they are to be checked."""
    auth: Auth = plan.context["auth"]
    if auth.scheme == "none":
        return plan if request.options.auth is not None else replace(plan, choices=(*plan.choices, SAY_AUTH))
    return replace(
        plan,
        next_steps=(*plan.next_steps, *steps_of(auth)),
        environment={**plan.environment, **environment_of(auth)},
        packages=(*plan.packages, *packages_of(auth)),
        choices=(*plan.choices, *plan.context["guard_choices"]),
    )


def route_by(layout: Layout, names: Names) -> Wiring:
    """The wiring of a feature that has one router of its own."""
    return Wiring(routers=(Router(layout.module("router", names), f"{names.attributes}_router"),))
