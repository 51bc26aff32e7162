"""`map_app`."""

from typing import Literal

from maestro_server.caller import CALLER
from maestro_server.expert.answers import Answer
from maestro_server.expert.facade import Expert
from maestro_server.tools._shapes import APP_MAP
from maestro_server.tools._tool import maestro_tool


@maestro_tool("Map a FastAPI application", shape=APP_MAP)
def map_app(
    path: str,
    view: Literal["routes", "dependencies", "imports", "models", "diagram"] = "routes",
    expert: Expert = CALLER,
) -> Answer:
    """List an application's routes with full paths, dependencies, middleware order, models or imports.

    Read statically. Use before changing an unknown project.

    Args:
        path: The project folder, or one file.
    """
    return expert.map_app(path, view=view)
