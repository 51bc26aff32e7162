"""What rooms over WebSocket need."""

from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.payload import make_context, say_fields
from maestro_knowledge.scaffold.planning import Plan, Setting, route_by
from maestro_knowledge.scaffold.reading import RouteRequest

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
    context = make_context(request, setting, FIELDS)
    return Plan(
        context=context,
        wiring=route_by(setting.layout, request.names),
        choices=(
            *say_fields(request, "What does a message hold?", "text"),
            _say_origins(context["env_prefix"]),
        ),
        dependencies=("pydantic-settings",),
        environment={f"{context['env_prefix']}ALLOWED_ORIGINS": "[]"},
    )


def _say_origins(prefix: str) -> Choice:
    return Choice(
        f"{prefix}ALLOWED_ORIGINS",
        "Whose pages may connect?",
        "pages of the same origin",
        "CORS does not cover WebSockets, and browsers send cookies along",
        ("a list of origins in the environment",),
    )
