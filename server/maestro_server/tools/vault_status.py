"""`vault_status`."""

from maestro_server.caller import CALLER
from maestro_server.expert.answers import Answer
from maestro_server.expert.facade import Expert
from maestro_server.tools._shapes import STATUS
from maestro_server.tools._tool import maestro_tool


@maestro_tool("Vault status", shape=STATUS)
def vault_status(expert: Expert = CALLER) -> Answer:
    """Say what the knowledge is made of (layers, versions, commits, age) and what would improve it."""
    return expert.status()
