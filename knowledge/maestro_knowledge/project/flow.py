"""The nouns of control flow: who calls whom, where it runs, which way leads to something that blocks."""

import ast
from typing import Literal

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.project.symbols import Function, Module, Target

Place = Literal["loop", "thread"]


@dataclass(frozen=True, slots=True, eq=False)
class CallSite:
    """One call in a function, or one callable that a call hands on."""

    node: ast.Call = field(repr=False)
    module: Module = field(repr=False)
    caller: Function | None
    target: Target | None  # None: not known
    hand_off: Literal["thread", "process", "background"] | None = None  # the target runs there, not here
    is_awaited: bool = False

    @property
    def function(self) -> Function | None:
        """The function of the project that runs: the one called, or the constructor of the class called."""
        if self.target is None:
            return None
        if self.target.cls is not None:
            return self.target.cls.methods.get("__init__")
        return self.target.function


@dataclass(frozen=True, slots=True)
class Frame:
    """A function that something outside the project's code starts, and where it then runs."""

    function: Function
    place: Place
    role: Literal[
        "path operation", "websocket", "dependency", "lifespan", "startup", "shutdown", "middleware",
        "exception handler", "background task", "coroutine", "test",
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Blocking:
    """Why a name blocks, and what to use on the event loop."""

    name: str  # as the call resolves: "requests.Session.get"
    kind: str  # sleep, http, database, file, process, spawn, network, cpu, lock, run; custom: of the project
    why: str
    instead: str


@dataclass(frozen=True, slots=True)
class Chain:
    """The way from a function to a blocking call: `sites[0]` stands in the function, the last one blocks."""

    sites: tuple[CallSite, ...]
    blocking: Blocking
    is_cached: bool = False  # a cached function lies on the way: it blocks once, not for each request
