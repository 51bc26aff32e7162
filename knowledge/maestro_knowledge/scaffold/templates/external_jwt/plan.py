"""What tokens of an identity provider need."""

from maestro_knowledge.scaffold.features import make_base
from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.planning import Plan, Setting, route_by
from maestro_knowledge.scaffold.reading import RouteRequest
from maestro_knowledge.scaffold.refusals import Refusals
from maestro_knowledge.scaffold.security import read_auth

PACKAGES = ("jwt", "cryptography")


def make_plan(request: RouteRequest, setting: Setting) -> Plan:
    """The plan of a route that says who calls, by a verified token."""
    refusals = Refusals()
    base = make_base(request, setting, refusals)
    auth = read_auth(request.options.auth, "external_jwt", refusals)
    refusals.raise_any()
    missing = [name for name in ("issuer", "audience") if not getattr(auth, name)]
    choices = tuple(
        Choice(
            f"options.auth.{name}",
            f"Which {name}?",
            f"the variable IDENTITY_{name.upper()}",
            "nothing was said, and a wrong guess would let strangers in",
            (f"options.auth.{name}",),
        )
        for name in missing
    )
    return Plan(
        context={**base, "auth": auth},
        wiring=route_by(setting.layout, request.names),
        choices=choices,
        next_steps=(
            *(f"Set IDENTITY_{name.upper()}." for name in missing),
            "Tokens without `aud` (Clerk sessions): check `azp` against your front ends in Verifier.verify.",
        ),
        environment={"IDENTITY_ISSUER": auth.issuer, "IDENTITY_AUDIENCE": auth.audience},
        packages=PACKAGES,
    )
