"""What the probes of a service need."""

from maestro_knowledge.scaffold.features import make_base
from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.planning import Plan, Setting, route_by
from maestro_knowledge.scaffold.probes import Probed, read_dependencies
from maestro_knowledge.scaffold.reading import RouteRequest
from maestro_knowledge.scaffold.refusals import Refusals

DRIVERS = ("sqlalchemy[asyncio]", "asyncpg", "aiosqlite")


def make_plan(request: RouteRequest, setting: Setting) -> Plan:
    """The plan of `/health` and `/ready`."""
    refusals = Refusals()
    base = make_base(request, setting, refusals)
    found = read_dependencies(request.options.dependencies, "options.dependencies", refusals)
    refusals.raise_any()
    kinds = {one.kind for one in found}
    http = tuple(one for one in found if one.is_http)
    storage = setting.habits.storage if setting.habits.storage in {"sqlalchemy", "sqlmodel"} else "sqlalchemy"
    return Plan(
        context={
            **base,
            "probed": found,
            "http_probed": http,
            "kinds": kinds,
            "storage": storage if "postgres" in kinds else "memory",
            "database": "postgres",
        },
        wiring=route_by(setting.layout, request.names),
        choices=_choices(found),
        next_steps=tuple(_say_url(base["env_prefix"], one) for one in http if not one.url),
        dependencies=(
            *(DRIVERS if "postgres" in kinds else ()),
            *(("pydantic-settings",) if http else ()),
        ),
        environment={
            f"{base['env_prefix']}{one.name.constant}_URL": one.url or "https://example.com" for one in http
        },
        packages=(
            *(("sqlalchemy", "aiosqlite") if "postgres" in kinds else ()),
            *(("redis",) if "redis" in kinds else ()),
        ),
    )


def _choices(found: tuple[Probed, ...]) -> tuple[Choice, ...]:
    if found:
        return ()
    asks = "What must be there before requests are served?"
    why = "nothing was said; /ready answers that the process is up"
    return (Choice("options.dependencies", asks, "nothing", why, ("postgres", "redis", "other services")),)


def _say_url(prefix: str, one: Probed) -> str:
    return f"Set {prefix}{one.name.constant}_URL: where {one.name.title} is asked."
