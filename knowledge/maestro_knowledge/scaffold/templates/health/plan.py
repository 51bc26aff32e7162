"""What the probes of a service need."""

from maestro_knowledge.core.records import replace
from maestro_knowledge.scaffold.features import make_base
from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.planning import Plan, Setting, route_by
from maestro_knowledge.scaffold.probes import LLM_URL, Needed, read_dependencies
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
    http = tuple(_place(one) for one in found if one.is_http)
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
        next_steps=tuple(_say_url(one) for one in http if not one.url),
        dependencies=(
            *(DRIVERS if "postgres" in kinds else ()),
            *(("pydantic-settings",) if http else ()),
        ),
        environment={one.variable: one.address for one in map(_place, found)},
        packages=(
            *(("sqlalchemy", "aiosqlite") if "postgres" in kinds else ()),
            *(("redis",) if "redis" in kinds else ()),
        ),
    )


def _place(one: Needed) -> Needed:
    """A gateway without an address has the one that its own pattern takes."""
    return replace(one, url=LLM_URL) if one.kind == "llm" and not one.url else one


def _choices(found: tuple[Needed, ...]) -> tuple[Choice, ...]:
    if found:
        return ()
    asks = "What must be there before requests are served?"
    why = "nothing was said; /ready answers that the process is up"
    return (Choice("options.dependencies", asks, "nothing", why, ("postgres", "redis", "other services")),)


def _say_url(one: Needed) -> str:
    return f"Set {one.variable}: where {one.name.title} is asked."
