"""Which features a design comes to, and what its lifespan opens."""

from typing import Any

from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.service_spec import NEEDED_FOR, Design

ALWAYS = ("errors", "metrics", "request_id", "logging")


def is_storing(design: Design) -> dict[str, Any]:
    """The options of storage that the design says; none where nothing is stored."""
    return {"storage": "sqlmodel", "database": "postgres"} if design.of_kind("postgres") else {}


def compose_features(design: Design, choices: list[Choice]) -> list[dict[str, Any]]:
    """The requests of the service's features, in the order of their wiring."""
    stack = tuple(dict.fromkeys((*design.stack, *ALWAYS)))
    added = [name for name in ALWAYS if name not in design.stack]
    if added:
        why = "a service that is run by others is seen by its log, its metrics and its errors"
        choices.append(
            Choice("system_design.middleware_stack", "What stands around it besides?", ", ".join(added), why)
        )
    middleware: dict[str, Any] = {"middleware_stack": list(stack)}
    if "auth" in stack:
        middleware["auth"] = "api_key"
        why = "nothing was said; keys need no login and no other service"
        choices.append(
            Choice("auth", "Who may call?", "programs with an API key", why, ("jwt", "external_jwt"))
        )
    requests: list[dict[str, Any]] = [
        {"pattern": "middleware", "options": middleware},
        {"pattern": "health", "options": {"dependencies": _probed(design)}},
        {"pattern": "settings"},
    ]
    requests += [{"pattern": "llm_gateway"} for _ in design.of_kind("llm")]
    requests += [{"pattern": "http_actions_store", "name": "document"} for _ in design.of_kind("convex")]
    return requests


def _probed(design: Design) -> list[dict[str, Any]]:
    kinds = {kind for name in design.checks for kind in NEEDED_FOR[name]}
    return [
        {"name": one.name.title, "kind": one.kind, "base_url": one.url}
        for one in design.needed
        if one.kind in kinds
    ]


def find_lifespans(design: Design) -> list[tuple[str, str]]:
    """The shared module and the name of each lifespan that the application enters, in order."""
    found: list[tuple[str, str]] = []
    if design.of_kind("postgres"):
        found.append(("database", "database_lifespan"))
    if design.of_kind("redis"):
        found.append(("redis_client", "redis_lifespan"))
    if design.of_kind("http", "llm", "convex"):
        found.append(("http_client", "http_client_lifespan"))
    found += [
        (f"{one.name.plain}_client", f"{one.name.plain}_client_lifespan") for one in design.of_kind("http")
    ]
    return found
