"""What logging in needs."""

from maestro_knowledge.scaffold.features import make_base
from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.planning import Plan, Setting, route_by
from maestro_knowledge.scaffold.reading import RouteRequest
from maestro_knowledge.scaffold.refusals import Refusals
from maestro_knowledge.scaffold.security import read_auth

CHOICES = (
    Choice(
        "passwords",
        "How are passwords hashed?",
        "scrypt of the standard library",
        "it is strong, and nothing has to be installed",
        ("pwdlib[argon2], as FastAPI's tutorial has it",),
    ),
    Choice(
        "refresh tokens",
        "How long does a login hold?",
        "as long as the access token, 15 minutes",
        "a token that can be renewed has to be stored and revoked",
        ("refresh tokens in the database", "a session cookie for one web page"),
    ),
)


def make_plan(request: RouteRequest, setting: Setting) -> Plan:
    """The plan of accounts, login and current user."""
    refusals = Refusals()
    base = make_base(request, setting, refusals)
    auth = read_auth(request.options.auth, "jwt", refusals)
    refusals.raise_any()
    return Plan(
        context={**base, "auth": auth, "token_url": f"{base['path']}/token".lstrip("/")},
        wiring=route_by(setting.layout, request.names),
        choices=CHOICES,
        environment={"ACCESS_TOKEN_KEY": ""},
        packages=("jwt", "multipart"),
    )
