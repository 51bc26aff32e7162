"""How tools, prompts and resources reach the Expert that the server's lifespan opened."""

from typing import Any

from fastmcp.dependencies import CurrentContext, Depends
from fastmcp.server.dependencies import get_context

from maestro_server.expert.facade import Expert
from maestro_server.shortcut import Shortcut


def get_expert() -> Expert:
    """The Expert of the server whose call this is."""
    expert: Expert = get_context().lifespan_context["expert"]
    return expert


def get_shortcut() -> Shortcut:
    """The way that short calls take in the server whose call this is."""
    shortcut: Shortcut = get_context().lifespan_context["shortcut"]
    return shortcut


CALLER: Any = Depends(get_expert)
CONTEXT: Any = CurrentContext()
