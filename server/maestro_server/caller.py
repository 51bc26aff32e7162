"""How tools, prompts and resources reach the Expert that the server's lifespan opened."""

from typing import Any

from fastmcp import Context
from fastmcp.dependencies import CurrentContext, Depends

from maestro_server.expert.facade import Expert


def get_expert(context: Context = CurrentContext()) -> Expert:
    """The Expert of this server."""
    expert: Expert = context.lifespan_context["expert"]
    return expert


CALLER: Any = Depends(get_expert)
CONTEXT: Any = CurrentContext()
