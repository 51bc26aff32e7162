"""What the methods of an application or a router register, and in which order."""

import ast
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.project.tree import keywords_of, source_of
from maestro_knowledge.project.wiring.options import Options, read_options
from maestro_knowledge.project.wiring.plain import as_list, text_of
from maestro_knowledge.project.wiring.relevance import ATTACHING, HTTP_METHODS
from maestro_knowledge.project.wiring.values import (
    UNKNOWN,
    Attached,
    Draft,
    Environment,
    Joined,
    Known,
    Value,
    Wired,
    Written,
)  # fmt: skip

if TYPE_CHECKING:
    from maestro_knowledge.project.wiring.follow import Wiring

RouteKind = Literal["http", "websocket", "starlette"]
AttachedKind = Literal["middleware", "exception", "lifespan", "startup", "shutdown"]
_DIRECT: dict[str, RouteKind] = {
    "add_api_route": "http", "add_route": "starlette", "add_api_websocket_route": "websocket",
    "add_websocket_route": "websocket",
}  # fmt: skip
_DECORATED: dict[str, RouteKind] = {
    **dict.fromkeys((*sorted(HTTP_METHODS), "api_route"), "http"),
    "route": "starlette",
    "websocket": "websocket",
    "websocket_route": "websocket",
}
DECORATORS = frozenset(_DECORATED) | ATTACHING
METHODS = DECORATORS | {"include_router", "add_api_route"}


@dataclass(frozen=True, slots=True)
class Registration:
    """One call of a method of an application or a router: on whom, where it stands, what is known there."""

    wiring: "Wiring"
    owner: Wired
    node: ast.Call
    environment: Environment

    def argument(self, position: int, *names: str) -> ast.expr | None:
        """An argument of the call by one of its names or its position."""
        named = next((keyword.value for keyword in self.node.keywords if keyword.arg in names), None)
        if named is None and position < len(self.node.args):
            given = self.node.args[position]
            return None if isinstance(given, ast.Starred) else given
        return named

    def value(self, node: ast.expr | None) -> Value:
        """What an argument is."""
        return self.wiring.evaluate(node, self.environment) if node is not None else UNKNOWN

    def route(
        self,
        kind: RouteKind,
        *,
        methods: tuple[str, ...] | None = None,
        handler: Value | None = None,
        at: ast.AST | None = None,
    ) -> None:
        """Registers a path operation."""
        path = text_of(self.value(self.argument(0, "path")))
        if path is None:
            self.wiring.report(self.environment.module, self.node, "the path of this route is not known")
        if handler is None:
            given = self.argument(1, "endpoint", "route")
            handler, at = self.value(given), given
        self.owner.entries.append(
            Draft(
                kind=kind,
                methods=self._methods(kind) if methods is None else methods,
                path=path,
                handler=handler,
                handler_node=at or self.node,
                node=self.node,
                options=read_options(self.wiring, self.node, self.environment),
                environment=self.environment,
                order=self.wiring.next_order(),
                is_conditional=self.wiring.conditions > 0,
            )
        )

    def _methods(self, kind: RouteKind) -> tuple[str, ...]:
        given = next((keyword.value for keyword in self.node.keywords if keyword.arg == "methods"), None)
        if kind == "websocket" or given is None:
            return () if kind == "websocket" else ("GET",)
        listed = as_list(self.wiring, self.value(given))
        names = [text_of(item) for item in listed.items] if listed is not None else []
        return tuple(dict.fromkeys(name.upper() for name in names if name))

    def include(self) -> None:
        """Registers an `include_router`."""
        given = self.argument(0, "router")
        child = self.value(given)
        options = read_options(self.wiring, self.node, self.environment)
        module = self.environment.module
        if not isinstance(child, Wired):
            shown = source_of(module, given, 60) if given is not None else "?"
            self.wiring.report(module, self.node, f"the router {shown} that is included here is not known")
        elif options.text("prefix") is None:
            self.wiring.report(module, self.node, "the prefix of this inclusion is not known")
        self._join("include", child, options.text("prefix"), options)

    def mount(self) -> None:
        """Registers a `mount`."""
        path = text_of(self.value(self.argument(0, "path")))
        child = self.value(self.argument(1, "app"))
        self._join(
            "mount", child, path.rstrip("/") if path is not None else None, Options(keywords_of(self.node))
        )

    def _join(
        self, kind: Literal["include", "mount"], child: Value, prefix: str | None, options: Options
    ) -> None:
        self.owner.entries.append(
            Joined(
                kind=kind,
                child=child if isinstance(child, Wired) else UNKNOWN,
                prefix=prefix,
                node=self.node,
                options=options,
                environment=self.environment,
                order=self.wiring.next_order(),
                seen=len(child.entries) if isinstance(child, Wired) else 0,
                is_conditional=self.wiring.conditions > 0,
            )
        )

    def attach(
        self,
        kind: AttachedKind,
        subject: ast.expr | None,
        handler: Value | None,
        at: ast.AST,
        keywords: Mapping[str, ast.expr] | None = None,
    ) -> None:
        """Registers a middleware, an exception handler or something that runs at start or stop."""
        conditional = self.wiring.conditions > 0
        self.owner.attached.append(
            Attached(kind, subject, handler, at, self.environment, dict(keywords or {}), conditional)
        )

    def event(self, subject: ast.expr | None) -> Literal["startup", "shutdown"] | None:
        """The event that an argument names."""
        text = text_of(self.value(subject))
        return "startup" if text == "startup" else "shutdown" if text == "shutdown" else None


def call_method(here: Registration, name: str) -> Value | None:
    """What calling a method of an application or a router does; None if it is not one that wires."""
    if name in DECORATORS:
        return Written(here.node, here.environment)  # the decorator by itself registers when it is applied
    if name in _DIRECT:
        here.route(_DIRECT[name])
        return Known(None)
    if (register := _CALLS.get(name)) is None:
        return None
    register(here)
    return Known(None)


def _add_middleware(here: Registration) -> None:
    given = here.argument(1, "dispatch")
    handler = here.value(given) if given is not None else None
    subject = here.argument(0, "middleware_class")
    here.attach("middleware", subject, handler, here.node, keywords_of(here.node))


def _add_exception_handler(here: Registration) -> None:
    subject = here.argument(0, "exc_class_or_status_code")
    here.attach("exception", subject, here.value(here.argument(1, "handler")), here.node)


def _add_event_handler(here: Registration) -> None:
    if (event := here.event(here.argument(0, "event_type"))) is not None:
        here.attach(event, None, here.value(here.argument(1, "func")), here.node)


_CALLS: dict[str, Callable[[Registration], None]] = {
    "include_router": Registration.include,
    "mount": Registration.mount,
    "add_middleware": _add_middleware,
    "add_exception_handler": _add_exception_handler,
    "add_event_handler": _add_event_handler,
}


def decorate(here: Registration, name: str, handler: Value, at: ast.AST) -> None:
    """Registers what a decorator of an application or a router is applied to."""
    if name in _DECORATED:
        methods = (name.upper(),) if name in HTTP_METHODS else None
        here.route(_DECORATED[name], methods=methods, handler=handler, at=at)
    elif name == "middleware":
        here.attach("middleware", None, handler, at)
    elif name == "exception_handler":
        here.attach("exception", here.argument(0, "exc_class_or_status_code"), handler, at)
    elif (event := here.event(here.argument(0, "event_type"))) is not None:
        here.attach(event, None, handler, at)
