"""What a feed of events needs."""

from maestro_knowledge.scaffold.payload import make_context, say_fields
from maestro_knowledge.scaffold.planning import Plan, Setting, route_by
from maestro_knowledge.scaffold.protection import NO_HEADERS
from maestro_knowledge.scaffold.reading import RouteRequest

FIELDS = (
    {"name": "kind", "type": "enum", "values": ["info", "warning"], "description": "How much it matters."},
    {
        "name": "text",
        "type": "string",
        "constraints": {"min_length": 1, "max_length": 500},
        "description": "What happened.",
        "examples": ["The export is ready."],
    },
)


def make_plan(request: RouteRequest, setting: Setting) -> Plan:
    """The plan of a feed: publish by POST, follow by server-sent events."""
    context = make_context(request, setting, FIELDS)
    return Plan(
        context=context,
        wiring=route_by(setting.layout, request.names),
        choices=say_fields(request, "What does an event say?", "kind and text"),
        dependencies=("pydantic-settings",),
        next_steps=(NO_HEADERS,) if context["protection"].unit else (),
    )
