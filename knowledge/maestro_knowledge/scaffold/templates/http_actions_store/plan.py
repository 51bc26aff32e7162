"""What a hosted document store needs."""

from maestro_knowledge.scaffold.features import make_base
from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.payload import make_payload, say_fields
from maestro_knowledge.scaffold.planning import Plan, Setting, route_by
from maestro_knowledge.scaffold.reading import RouteRequest
from maestro_knowledge.scaffold.refusals import Refusals
from maestro_knowledge.scaffold.security import read_auth

FIELDS = (
    {
        "name": "displayName",
        "type": "string",
        "constraints": {"min_length": 1, "max_length": 80},
        "description": "How others see the caller.",
        "examples": ["Ada"],
    },
    {
        "name": "skills",
        "type": "list",
        "items": "string",
        "constraints": {"max_items": 50},
        "description": "What the caller can do.",
        "examples": [["sql"]],
    },
)


def make_plan(request: RouteRequest, setting: Setting) -> Plan:
    """The plan of one document for each caller: PUT it, GET it back, DELETE it."""
    refusals = Refusals()
    base = make_base(request, setting, refusals)
    payload = make_payload(request, setting, FIELDS, refusals)
    auth = read_auth(request.options.auth, "external_jwt", refusals)
    refusals.raise_any()
    stem = request.names.stem
    names = {"issuer": auth.issuer, "audience": auth.audience}
    missing = tuple(name for name in names if not names[name])
    return Plan(
        context={**base, **payload, "auth": auth, "actions": stem},
        wiring=route_by(setting.layout, request.names),
        choices=(
            *say_fields(request, "What does a document hold?", "displayName and skills"),
            Choice(
                "token",
                "With whose rights is the store asked?",
                "the caller's own, by its verified token",
                "the store's own rules apply, and a bug here reads nobody else's documents",
                ("a service key, for work that no caller waits for",),
            ),
        ),
        next_steps=(
            "Set DOCUMENT_STORE_URL, such as https://<deployment>.convex.site.",
            f"Give the store the actions /read{stem}, /save{stem} and /delete{stem}.",
            *(f"Set IDENTITY_{name.upper()}." for name in missing),
        ),
        environment={
            "DOCUMENT_STORE_URL": "",
            "IDENTITY_ISSUER": auth.issuer,
            "IDENTITY_AUDIENCE": auth.audience,
        },
        packages=("jwt", "cryptography"),
    )
