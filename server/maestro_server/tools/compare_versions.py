"""`compare_versions`."""

from maestro_server.caller import CALLER
from maestro_server.expert.answers import Answer
from maestro_server.expert.facade import Expert
from maestro_server.tools._shapes import COMPARISON
from maestro_server.tools._tool import maestro_tool


@maestro_tool("Compare FastAPI versions", shape=COMPARISON)
def compare_versions(
    from_version: str = "", to_version: str = "", project: str = "", topic: str = "", expert: Expert = CALLER
) -> Answer:
    """List what changed between two FastAPI versions and which lines of a project that touches.

    Use before an upgrade, or to learn when a feature came.

    Args:
        from_version: Default: the project's.
        to_version: Default: the newest known.
        topic: Keep only changes about this.
    """
    return expert.compare(from_version, to_version, project=project, topic=topic)
