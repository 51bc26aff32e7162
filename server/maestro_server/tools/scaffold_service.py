"""`scaffold_service`."""

from maestro_server.caller import CALLER
from maestro_server.expert.answers import Answer
from maestro_server.expert.facade import Expert
from maestro_server.tools._shapes import SCAFFOLD
from maestro_server.tools._tool import maestro_tool


@maestro_tool("Scaffold a service", shape=SCAFFOLD, writes=True)
def scaffold_service(
    spec: str, types: str = "", project: str = "", write: bool = False, expert: Expert = CALLER
) -> Answer:
    """Generate a whole service from an architecture specification, checked before it is returned.

    Args:
        spec: YAML or JSON with `system_design`.
        types: Pydantic models as source; never run.
        write: All or nothing, never over a file.
    """
    return expert.scaffold_service(spec, types=types, project=project, write=write)
