"""What a streamed export needs."""

from maestro_knowledge.scaffold.payload import make_context, say_fields
from maestro_knowledge.scaffold.planning import Plan, Setting, route_by
from maestro_knowledge.scaffold.reading import RouteRequest

FIELDS = (
    {"name": "at", "type": "datetime", "description": "When it was measured."},
    {
        "name": "sensor",
        "type": "string",
        "constraints": {"min_length": 1, "max_length": 80},
        "description": "What measured it.",
        "examples": ["boiler-1"],
    },
    {"name": "value", "type": "number", "description": "What was measured.", "examples": [21.5]},
)


def make_plan(request: RouteRequest, setting: Setting) -> Plan:
    """The plan of an export as JSON Lines."""
    context = make_context(request, setting, FIELDS)
    return Plan(
        context=context,
        wiring=route_by(setting.layout, request.names),
        choices=say_fields(request, "What does a line hold?", "at, sensor and value"),
    )
