"""What work after the answer needs."""

from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.payload import make_context, say_fields
from maestro_knowledge.scaffold.planning import Plan, Setting, route_by
from maestro_knowledge.scaffold.reading import RouteRequest

FIELDS = (
    {"name": "email", "type": "email", "description": "Who is told.", "examples": ["ada@example.com"]},
    {
        "name": "subject",
        "type": "string",
        "constraints": {"min_length": 1, "max_length": 200},
        "description": "What it is about.",
        "examples": ["Welcome"],
    },
)


def make_plan(request: RouteRequest, setting: Setting) -> Plan:
    """The plan of a request that is answered at once and worked on afterwards."""
    context = make_context(request, setting, FIELDS)
    lost = Choice(
        "queue",
        "May the work be lost when the process ends?",
        "yes: BackgroundTasks",
        "nothing was said; it needs no other service",
        ("a queue with workers, where it must not be lost, takes long or is retried for hours",),
    )
    return Plan(
        context=context,
        wiring=route_by(setting.layout, request.names),
        choices=(*say_fields(request, "What is the work about?", "email and subject"), lost),
        next_steps=(f"Make the real sender: a class with `send`, in place of Log{context['stem']}Sender.",),
        packages=("email_validator",) if any("EmailStr" in alias for alias in context["aliases"]) else (),
    )
