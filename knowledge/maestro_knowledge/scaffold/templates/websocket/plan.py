"""What rooms over WebSocket need."""

from maestro_knowledge.scaffold.features import make_base
from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.payload import make_payload, say_fields
from maestro_knowledge.scaffold.planning import Plan, Setting, route_by
from maestro_knowledge.scaffold.reading import RouteRequest
from maestro_knowledge.scaffold.refusals import Refusals

FIELDS = (
    {
        "name": "text",
        "type": "string",
        "constraints": {"min_length": 1, "max_length": 2000},
        "description": "What is said.",
        "examples": ["Hello!"],
    },
)


def make_plan(request: RouteRequest, setting: Setting) -> Plan:
    """The plan of rooms: talk over WebSocket, notify over HTTP."""
    refusals = Refusals()
    base = make_base(request, setting, refusals)
    payload = make_payload(request, setting, FIELDS, refusals)
    refusals.raise_any()
    return Plan(
        context={**base, **payload},
        wiring=route_by(setting.layout, request.names),
        choices=(*say_fields(request, "What does a message hold?", "text"), _say_origins(base["env_prefix"])),
        dependencies=("pydantic-settings",),
        environment={f"{base['env_prefix']}ALLOWED_ORIGINS": "[]"},
    )


def _say_origins(prefix: str) -> Choice:
    return Choice(
        f"{prefix}ALLOWED_ORIGINS",
        "Whose pages may connect?",
        "pages of the same origin",
        "CORS does not cover WebSockets, and browsers send cookies along",
        ("a list of origins in the environment",),
    )
