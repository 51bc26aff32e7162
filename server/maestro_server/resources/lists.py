"""The fixed resources: what rules, profiles, vault and platform there are."""

from collections.abc import Callable

from fastmcp.exceptions import McpError
from fastmcp.resources import resource
from mcp_types import INVALID_PARAMS

from maestro_knowledge.core.errors import MaestroError
from maestro_server.caller import CALLER
from maestro_server.expert.answers import Answer
from maestro_server.expert.facade import Expert


def _text(ask: Callable[[], Answer]) -> str:
    try:
        return ask().text
    except MaestroError as error:
        raise McpError(code=INVALID_PARAMS, message=str(error)) from None


@resource("maestro://rules", name="rules", description="Every review rule", mime_type="text/markdown")
def rules(expert: Expert = CALLER) -> str:
    """Every review rule by family."""
    return _text(lambda: expert.rules(""))


@resource("maestro://profiles", name="profiles", description="Every agent profile", mime_type="text/markdown")
def profiles(expert: Expert = CALLER) -> str:
    """Every agent profile with what it is for."""
    return _text(lambda: expert.profile("", task="", project=""))


@resource(
    "maestro://vault", name="vault", description="What the knowledge is made of", mime_type="text/markdown"
)
def vault(expert: Expert = CALLER) -> str:
    """Layers, versions, commits and age."""
    return _text(expert.status)


@resource(
    "maestro://platform", name="platform", description="The platform registry", mime_type="text/markdown"
)
def platform(expert: Expert = CALLER) -> str:
    """Servers, endpoints, storage, services, owners and escalation paths."""
    return _text(expert.platform)


LISTS = (rules, profiles, vault, platform)
