"""What asking several services needs."""

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.scaffold.addresses import read_url
from maestro_knowledge.scaffold.features import PartName, make_base, read_part_name
from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.planning import Plan, Setting, route_by
from maestro_knowledge.scaffold.reading import RouteRequest
from maestro_knowledge.scaffold.refusals import Refusals
from maestro_knowledge.scaffold.request import ApiPart

SECONDS = 2.0
USUAL = (
    ApiPart(name="weather", base_url="https://weather.example.com", path="/now"),
    ApiPart(name="traffic", base_url="https://traffic.example.com", path="/now"),
)


@dataclass(frozen=True, slots=True)
class Api:
    """A service that is asked."""

    name: PartName
    url: str
    seconds: float


def make_plan(request: RouteRequest, setting: Setting) -> Plan:
    """The plan of a route that asks several services at once."""
    refusals = Refusals()
    base = make_base(request, setting, refusals)
    given = request.options.apis
    apis = tuple(_read(given or list(USUAL), refusals))
    refusals.raise_any()
    prefix = base["env_prefix"]
    open_urls = tuple(api for api in apis if not api.url)
    return Plan(
        context={**base, "apis": apis},
        wiring=route_by(setting.layout, request.names),
        choices=_choices(bool(given)),
        next_steps=tuple(
            f"Set {prefix}{api.name.constant}_URL: where {api.name.title} is asked." for api in open_urls
        ),
        environment={f"{prefix}{api.name.constant}_URL": api.url or "https://example.com" for api in apis},
    )


def _read(parts: list[ApiPart], refusals: Refusals) -> list[Api]:
    taken: set[str] = set()
    found: list[Api] = []
    for number, part in enumerate(parts):
        where = f"options.apis[{number}]"
        name = read_part_name(part.name, f"{where}.name", taken, refusals)
        path = part.path if part.path.startswith("/") else f"/{part.path}"
        if not part.base_url and part.path != "/":
            refusals.add(f"{where}.path", "has no base_url before it", "give base_url as well")
        url = read_url(part.base_url.rstrip("/") + path, where, refusals) if part.base_url else ""
        if name is not None:
            found.append(Api(name, url, part.timeout or SECONDS))
    return found


def _choices(were_given: bool) -> tuple[Choice, ...]:
    gaps = Choice(
        "gaps",
        "What if one of them fails?",
        "the others are answered, and the gap is named",
        "a part is better than nothing; only where all fail the answer is 502",
        ("fail as a whole: let the TaskGroup raise",),
    )
    if were_given:
        return (gaps,)
    taken = "weather and traffic of example.com, as placeholders"
    named = Choice("options.apis", "Which services?", taken, "none were given", ("name them",))
    return (named, gaps)
