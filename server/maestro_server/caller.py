"""How tools, prompts and resources reach the Expert that the server's lifespan opened."""

from typing import Any

from fastmcp.dependencies import CurrentContext, Depends
from fastmcp.server.dependencies import get_context

from maestro_server.expert.facade import Expert


def get_expert() -> Expert:
    """The Expert of the server whose call this is."""
    expert: Expert = get_context().lifespan_context["expert"]
    return expert


CALLER: Any = Depends(get_expert)
CONTEXT: Any = CurrentContext()
