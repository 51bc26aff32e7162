"""Capabilities whose engine is not there yet."""

from maestro_knowledge.core.errors import NotBuilt


def not_built(capability: str) -> NotBuilt:
    """The error for a capability that is on the surface already."""
    return NotBuilt(
        f"{capability} has no engine in this version.",
        "vault_status says what works; a later version brings it.",
    )
