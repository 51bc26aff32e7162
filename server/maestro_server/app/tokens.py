"""Bearer tokens of a team's server."""

from collections.abc import Iterator, Sequence

from maestro_knowledge.core.errors import NotBuilt
from maestro_knowledge.core.home import Home


def manage(places: Home, action: str, name: str, scopes: Sequence[str]) -> Iterator[str]:
    """Adds, lists or revokes tokens."""
    raise NotBuilt(
        f"token {action} {name} {' '.join(scopes)} in {places.tokens.name} has no engine in this version.",
        "Set FASTAPI_MAESTRO_TOKEN for one shared token.",
    )
