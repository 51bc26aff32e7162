"""What a stack of middleware needs."""

from packaging.version import InvalidVersion, Version

from maestro_knowledge.scaffold.features import make_base
from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.planning import Installer, Plan, Router, Setting, Wiring
from maestro_knowledge.scaffold.protection import environment_of, steps_of
from maestro_knowledge.scaffold.reading import RouteRequest
from maestro_knowledge.scaffold.refusals import Refusals
from maestro_knowledge.scaffold.request import AuthPart
from maestro_knowledge.scaffold.security import read_auth
from maestro_knowledge.scaffold.targets import Target
from maestro_knowledge.scaffold.vocabulary import AuthScheme

ORDER = (
    "request_id",
    "logging",
    "metrics",
    "cors",
    "security_headers",
    "gzip",
    "errors",
    "rate_limit",
    "auth",
)
"""From the outermost, which sees everything, to the innermost."""

USUAL = ("cors", "security_headers", "request_id", "logging", "rate_limit", "errors", "metrics")
WHY = (
    "ids and measurements see every answer; CORS stands outside of all that answers by itself; "
    "limits come before the work of checking who calls"
)
ROUTE_CONTEXTS_SINCE = "0.137.2"
PACKAGES = {"jwt": ("jwt",), "external_jwt": ("jwt", "cryptography")}


def make_plan(request: RouteRequest, setting: Setting) -> Plan:
    """The plan of a stack in the one order that works."""
    refusals = Refusals()
    base = make_base(request, setting, refusals)
    asked = tuple(dict.fromkeys(request.options.middleware_stack))
    wanted = set(asked or USUAL) | ({"request_id"} if "logging" in asked else set())
    stack = tuple(name for name in ORDER if name in wanted)
    part = request.options.auth
    if part is not None and "auth" not in stack:
        refusals.add("options.auth", "the stack has no auth", "add auth to options.middleware_stack")
    scheme: AuthScheme = (part.scheme if part and part.scheme not in {None, "none"} else None) or "jwt"
    auth = read_auth(part if part and part.scheme != "none" else AuthPart(), scheme, refusals)
    refusals.raise_any()
    core = setting.layout.core_module
    return Plan(
        context={
            **base,
            "auth": auth,
            "stack": stack,
            "has_route_contexts": has_route_contexts(setting.target),
        },
        wiring=Wiring(
            routers=(Router(core("metrics"), "metrics_router"),) if "metrics" in stack else (),
            installers=(Installer(core("middleware"), "add_middleware"),),
        ),
        choices=_choices(asked, stack, part is None),
        next_steps=steps_of(auth) if "auth" in stack else (),
        environment={
            **({"CORS_ORIGINS": "[]"} if "cors" in stack else {}),
            **(environment_of(auth) if "auth" in stack else {}),
        },
        packages=PACKAGES.get(scheme, ()) if "auth" in stack else (),
    )


def has_route_contexts(target: Target) -> bool:
    """Whether routers are live, so that the path of a route has to be asked for with its prefixes."""
    try:
        return Version(target.fastapi) >= Version(ROUTE_CONTEXTS_SINCE)
    except InvalidVersion:
        return False


def _choices(asked: tuple[str, ...], stack: tuple[str, ...], no_auth: bool) -> tuple[Choice, ...]:
    found: list[Choice] = []
    listed = ", ".join(stack)
    if not asked:
        left = tuple(name for name in ORDER if name not in stack)
        found.append(
            Choice(
                "options.middleware_stack", "Which middleware?", listed, "the usual; nothing was said", left
            )
        )
    elif asked != stack:
        asks = "In which order, from outside to inside?"
        found.append(Choice("options.middleware_stack", asks, listed, WHY, (", ".join(asked),)))
    if "auth" in stack and no_auth:
        why = "nothing was said; our own tokens need no other service"
        found.append(Choice("options.auth", "Who may call?", "jwt", why, ("api_key", "external_jwt")))
    return tuple(found)
