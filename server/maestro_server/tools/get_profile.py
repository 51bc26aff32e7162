"""`get_profile`."""

from maestro_server.caller import CALLER
from maestro_server.expert.answers import Answer
from maestro_server.expert.facade import Expert
from maestro_server.tools._tool import maestro_tool


@maestro_tool("Agent profile")
def get_profile(name: str = "", task: str = "", project: str = "", expert: Expert = CALLER) -> Answer:
    """Get a FastAPI specialist's way of working, opened by a review of the vault; without a name, the list.

    Args:
        name: e.g. "fatima".
        task: Adds the refs that matter for it.
        project: Adds the project's facts.
    """
    return expert.profile(name, task=task, project=project)
