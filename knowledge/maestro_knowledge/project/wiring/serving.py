"""Routers and path operations → what each application serves, in matching order."""

from collections.abc import Iterator

from maestro_knowledge.core.records import dataclass, field, replace
from maestro_knowledge.project.application import (
    App,
    Dependency,
    Inclusion,
    Level,
    Operation,
    Parameter,
    Route,
    Router,
)
from maestro_knowledge.project.signatures import Callee
from maestro_knowledge.project.template import compile_template
from maestro_knowledge.project.wiring.declaring import (
    Sources,
    declare_inclusion,
    declare_operation,
    declare_router,
    handler_callee,
    mount_operation,
    read_dependencies,
    read_parameters,
)  # fmt: skip
from maestro_knowledge.project.wiring.follow import Wiring
from maestro_knowledge.project.wiring.options import Options
from maestro_knowledge.project.wiring.values import Draft, Joined, Wired

_Source = tuple[Sources, Level]  # the elements of a `dependencies=` argument, and its level


@dataclass(frozen=True, slots=True)
class _Around:
    """What an entry inherits from everything around its router."""

    app: App | None
    prefix: str | None = ""
    inclusions: tuple[Inclusion, ...] = ()
    tags: tuple[str, ...] = ()
    sources: tuple[_Source, ...] = ()
    is_deprecated: bool = False
    in_schema: bool = True


@dataclass(slots=True)
class Assembly:
    """Records turned into what the model holds, each once; `is_live` as in FastAPI from 0.137 on."""

    wiring: Wiring
    is_live: bool
    apps: dict[Wired, App]
    ids: dict[Wired, str]
    routers: dict[Wired, Router] = field(default_factory=dict)
    callees: dict[Draft, Callee] = field(default_factory=dict)
    operations: dict[Draft, Operation] = field(default_factory=dict)
    inclusions: dict[Joined, Inclusion] = field(default_factory=dict)
    mounts: dict[Joined, Operation] = field(default_factory=dict)
    read: dict[tuple[Sources, Level, frozenset[str]], tuple[Dependency, ...]] = field(default_factory=dict)

    def router(self, wired: Wired) -> Router:
        """The router of a record."""
        if wired not in self.routers:
            self.routers[wired] = declare_router(self.wiring, wired, self.ids[wired])
        return self.routers[wired]

    def callee(self, draft: Draft) -> Callee:
        """What the path operation of a record calls."""
        if draft not in self.callees:
            self.callees[draft] = handler_callee(self.wiring, draft)
        return self.callees[draft]

    def operation(self, draft: Draft, owner: Wired) -> Operation:
        """The path operation of a record."""
        if draft not in self.operations:
            router, callee = self.router(owner), self.callee(draft)
            self.operations[draft] = declare_operation(self.wiring, draft, router, callee)
        return self.operations[draft]

    def inclusion(self, joined: Joined, owner: Wired) -> Inclusion:
        """The inclusion of a record."""
        if joined not in self.inclusions:
            child = self.ids[joined.child] if isinstance(joined.child, Wired) else "?"
            self.inclusions[joined] = declare_inclusion(self.wiring, joined, self.ids[owner], child)
        return self.inclusions[joined]

    def routes(self, owner: Wired) -> Iterator[Route]:
        """What an application, or a router that is included nowhere, serves."""
        yield from self._entries(owner, _Around(self.apps.get(owner)), len(owner.entries), ())

    def _entries(
        self, owner: Wired, around: _Around, limit: int, above: tuple[Wired, ...]
    ) -> Iterator[Route]:
        if owner in above:
            return
        inner = self._inside(owner, around)
        for entry in owner.entries[:limit]:
            if isinstance(entry, Draft):
                yield self._route(entry, owner, inner)
            elif entry.kind == "mount":
                yield from self._mounted(entry, owner, inner, (*above, owner))
            elif isinstance(entry.child, Wired):
                child_limit = len(entry.child.entries) if self.is_live else entry.seen
                yield from self._entries(
                    entry.child, self._joined(entry, owner, inner), child_limit, (*above, owner)
                )

    def _inside(self, owner: Wired, around: _Around) -> _Around:
        """What the entries of a router inherit, its own arguments included."""
        router = self.router(owner)
        options = owner.options or Options()
        own: _Source = (options.dependencies, "app" if owner.is_app else "router")
        return replace(
            around,
            prefix=_join(around.prefix, router.prefix),
            tags=(*around.tags, *router.tags),
            sources=(*around.sources, own),
            is_deprecated=around.is_deprecated or options.is_deprecated,
            in_schema=around.in_schema and options.in_schema,
        )

    def _joined(self, joined: Joined, owner: Wired, around: _Around) -> _Around:
        """What a router inherits that is included here."""
        inclusion = self.inclusion(joined, owner)
        options = joined.options
        return replace(
            around,
            prefix=_join(around.prefix, joined.prefix),
            inclusions=(*around.inclusions, inclusion),
            tags=(*around.tags, *inclusion.tags),
            sources=(*around.sources, (options.dependencies, "include")),
            is_deprecated=around.is_deprecated or options.is_deprecated,
            in_schema=around.in_schema and options.in_schema,
        )

    def _mounted(
        self, joined: Joined, owner: Wired, around: _Around, above: tuple[Wired, ...]
    ) -> Iterator[Route]:
        """The mount itself, and what the application behind it serves; nothing but the path is inherited."""
        inclusion = self.inclusion(joined, owner)
        prefix = _join(around.prefix, joined.prefix)
        if joined not in self.mounts:
            self.mounts[joined] = mount_operation(joined, self.router(owner))
        yield Route(
            app=around.app,
            operation=self.mounts[joined],
            methods=(),
            path=prefix,
            template=compile_template(f"{prefix}/{{path:path}}") if prefix is not None else None,
            inclusions=around.inclusions,
            tags=(),
            dependencies=(),
            parameters=(),
            in_schema=False,
            is_complete=prefix is not None,
        )
        if isinstance(joined.child, Wired):
            inner = _Around(self.apps.get(joined.child), prefix, (*around.inclusions, inclusion))
            yield from self._entries(joined.child, inner, len(joined.child.entries), above)

    def _route(self, draft: Draft, owner: Wired, around: _Around) -> Route:
        operation = self.operation(draft, owner)
        path = _join(around.prefix, draft.path)
        template = compile_template(path) if path is not None else None
        names = frozenset(template.names) if template is not None else frozenset[str]()
        inherited = [d for source in around.sources for d in self._dependencies(source, names)]
        own_names = frozenset(compile_template(f"{operation.router.prefix or ''}{draft.path or ''}").names)
        parameters, own = operation.parameters, operation.dependencies
        callee = self.callee(draft)
        if names != own_names:
            parameters = read_parameters(self.wiring, callee.arguments, draft.kind, names)
            own = read_dependencies(self.wiring, draft.options.dependencies, "operation", names)
        return Route(
            app=around.app,
            operation=operation,
            methods=operation.methods,
            path=path,
            template=template,
            inclusions=around.inclusions,
            tags=(*around.tags, *operation.tags),
            dependencies=(*inherited, *own),
            parameters=parameters,
            is_deprecated=around.is_deprecated or operation.is_deprecated,
            in_schema=around.in_schema and operation.in_schema,
            is_complete=path is not None and callee.is_known and _is_complete((*inherited, *own), parameters),
        )

    def _dependencies(self, source: _Source, names: frozenset[str]) -> tuple[Dependency, ...]:
        given, level = source
        key = (given, level, names)
        if key not in self.read:
            self.read[key] = read_dependencies(self.wiring, given, level, names)
        return self.read[key]


def _is_complete(dependencies: tuple[Dependency, ...], parameters: tuple[Parameter, ...]) -> bool:
    return all(dependency.is_complete for dependency in dependencies) and all(
        parameter.location != "unknown" and (parameter.dependency is None or parameter.dependency.is_complete)
        for parameter in parameters
    )


def _join(*parts: str | None) -> str | None:
    return "".join(part for part in parts if part is not None) if None not in parts else None
