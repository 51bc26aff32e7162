"""What a feed of events needs."""

from maestro_knowledge.scaffold.features import make_base
from maestro_knowledge.scaffold.payload import make_payload, say_fields
from maestro_knowledge.scaffold.planning import Plan, Setting, route_by
from maestro_knowledge.scaffold.reading import RouteRequest
from maestro_knowledge.scaffold.refusals import Refusals

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
    refusals = Refusals()
    base = make_base(request, setting, refusals)
    payload = make_payload(request, setting, FIELDS, refusals)
    refusals.raise_any()
    return Plan(
        context={**base, **payload},
        wiring=route_by(setting.layout, request.names),
        choices=say_fields(request, "What does an event say?", "kind and text"),
        dependencies=("pydantic-settings",),
    )
