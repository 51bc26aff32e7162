"""What a resource needs."""

from maestro_knowledge.scaffold.crud import make_context
from maestro_knowledge.scaffold.options import Resource, decide
from maestro_knowledge.scaffold.planning import Plan, Setting, route_by
from maestro_knowledge.scaffold.protection import environment_of, packages_of, steps_of
from maestro_knowledge.scaffold.reading import RouteRequest
from maestro_knowledge.scaffold.refusals import Refusals
from maestro_knowledge.scaffold.security import read_auth


def make_plan(request: RouteRequest, setting: Setting) -> Plan:
    """The plan of a resource."""
    resource = decide(request, setting.habits)
    _check_auth(request)
    return Plan(
        context={
            **make_context(resource, setting.target, setting.width),
            "httpx": "httpx2" if setting.target.has("httpx2") else "httpx",
        },
        flags=frozenset({resource.storage, *(["sql"] if resource.has_orm else [])}),
        wiring=route_by(setting.layout, request.names),
        choices=resource.choices,
        next_steps=(*_next_steps(resource), *steps_of(resource.auth)),
        dependencies=_dependencies(resource),
        dev_dependencies=_dev_dependencies(resource),
        environment={**_environment(resource), **environment_of(resource.auth)},
        packages=_packages(resource),
    )


def _check_auth(request: RouteRequest) -> None:
    part = request.options.auth
    if part is not None and part.scheme is not None and part.scheme != "none":
        refusals = Refusals()
        read_auth(part.model_copy(update={"protect": []}), part.scheme, refusals)
        refusals.raise_any()


def _dependencies(resource: Resource) -> tuple[str, ...]:
    email = ("email-validator",) if _has(resource, "email") else ()
    if not resource.has_orm:
        return email
    orm = ("sqlmodel",) if resource.storage == "sqlmodel" else ()
    driver = "aiosqlite" if resource.database == "sqlite" else "asyncpg"
    own = (driver,) if resource.session.is_own else ()
    extras = "[asyncio]" if resource.session.is_async else ""
    return (*own, f"sqlalchemy{extras}", *orm, *email)


def _dev_dependencies(resource: Resource) -> tuple[str, ...]:
    """Tests of tables run on SQLite, whatever the application uses."""
    return ("aiosqlite",) if resource.has_orm and resource.session.is_async else ()


def _has(resource: Resource, kind: str) -> bool:
    return any(shape.type == kind for item in resource.fields for shape in item.shape.walk())


def _packages(resource: Resource) -> tuple[str, ...]:
    """What has to be installed beside the server before the code can be tried."""
    drivers = {"sqlalchemy": ("sqlalchemy", "aiosqlite"), "sqlmodel": ("sqlmodel", "aiosqlite")}
    storage = {**drivers, "asyncpg": ("asyncpg",)}.get(resource.storage, ())
    settings = ("pydantic_settings",) if storage else ()
    return (*storage, *settings, *packages_of(resource.auth))


def _environment(resource: Resource) -> dict[str, str]:
    if resource.storage == "asyncpg":
        return {"DATABASE_URL": "postgresql://localhost/app", "DATABASE_CREATE_TABLES": "true"}
    if not (resource.has_orm and resource.session.is_own):
        return {}
    url = "sqlite:///./app.db" if resource.database == "sqlite" else "postgresql://localhost/app"
    return {
        "DATABASE_URL": url,
        "DATABASE_POOL_SIZE": "20",
        "DATABASE_MAX_OVERFLOW": "30",
        "DATABASE_CREATE_TABLES": "true",
    }


def _next_steps(resource: Resource) -> tuple[str, ...]:
    if resource.storage == "memory":
        return ()
    table = resource.request.names.attributes
    if resource.session.is_own:
        return ("Set DATABASE_URL; set DATABASE_CREATE_TABLES=false once migrations make the tables.",)
    how = "by a migration (alembic revision --autogenerate), or by create_all with the models imported"
    return (f"Make the table {table} as the others are made: {how}.",)
