"""What a resource needs."""

from maestro_knowledge.core.errors import NotBuilt
from maestro_knowledge.scaffold.crud import make_context
from maestro_knowledge.scaffold.options import Resource, decide
from maestro_knowledge.scaffold.planning import Plan, Setting, route_by
from maestro_knowledge.scaffold.reading import RouteRequest


def make_plan(request: RouteRequest, setting: Setting) -> Plan:
    """The plan of a resource."""
    resource = decide(request, setting.habits)
    _refuse_unbuilt(resource)
    return Plan(
        context=make_context(resource, setting.target, setting.width),
        flags=frozenset({resource.storage, *(["sql"] if resource.has_orm else [])}),
        wiring=route_by(setting.layout, request.names),
        choices=resource.choices,
        next_steps=_next_steps(resource),
        dependencies=_dependencies(resource),
    )


def _refuse_unbuilt(resource: Resource) -> None:
    if resource.storage == "asyncpg":
        raise NotBuilt(
            "storage asyncpg has no templates yet.", "Use sqlalchemy or sqlmodel, database postgres."
        )
    if resource.auth.scheme != "none":
        raise NotBuilt("options.auth has no templates yet.", "Ask without it and protect the router by hand.")


def _dependencies(resource: Resource) -> tuple[str, ...]:
    if not resource.has_orm:
        return ()
    driver = "aiosqlite" if resource.database == "sqlite" else "asyncpg"
    orm = ("sqlmodel",) if resource.storage == "sqlmodel" else ()
    return (driver, "sqlalchemy[asyncio]", *orm)


def _next_steps(resource: Resource) -> tuple[str, ...]:
    if not resource.has_orm:
        return ()
    return ("Set DATABASE_URL; set DATABASE_CREATE_TABLES=false once migrations make the tables.",)
