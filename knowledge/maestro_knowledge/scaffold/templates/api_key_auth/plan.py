"""What API keys need."""

from maestro_knowledge.scaffold.features import make_base
from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.planning import Plan, Setting, route_by
from maestro_knowledge.scaffold.reading import RouteRequest
from maestro_knowledge.scaffold.refusals import Refusals
from maestro_knowledge.scaffold.security import read_auth

ISSUE = (
    'Make a key: python -c "import hashlib, secrets; key = secrets.token_urlsafe(32); '
    'print(key, hashlib.sha256(key.encode()).hexdigest())"; give away the first, and set '
    'API_KEY_DIGESTS={"<program>": ["<the second>"]}.'
)


def make_plan(request: RouteRequest, setting: Setting) -> Plan:
    """The plan of API keys, with a route that says who calls."""
    refusals = Refusals()
    base = make_base(request, setting, refusals)
    auth = read_auth(request.options.auth, "api_key", refusals)
    refusals.raise_any()
    choices = (
        ()
        if request.options.auth and request.options.auth.header
        else (Choice("options.auth.header", "In which header?", auth.header, "the usual one", ("another",)),)
    )
    return Plan(
        context={**base, "auth": auth},
        wiring=route_by(setting.layout, request.names),
        choices=choices,
        next_steps=(ISSUE, "Protect a router: APIRouter(dependencies=[Depends(get_caller)])."),
        environment={"API_KEY_DIGESTS": "{}"},
    )
