"""`platform_contact`."""

from maestro_server.caller import CALLER
from maestro_server.expert.answers import Answer
from maestro_server.expert.facade import Expert
from maestro_server.tools._shapes import CONTACT
from maestro_server.tools._tool import maestro_tool


@maestro_tool("Platform contact", shape=CONTACT)
def platform_contact(topic: str, expert: Expert = CALLER) -> Answer:
    """Say who owns a platform service and how to reach them, with host, protocol and escalation path.

    Args:
        topic: e.g. "postgres" or "TLS certificate".
    """
    return expert.platform_contact(topic)
