"""A whole service from a specification."""

from pathlib import Path

from maestro_knowledge.core.errors import NotBuilt
from maestro_knowledge.scaffold.model import Scaffold


def scaffold_service(spec: str, types: str, *, project_root: Path | None, write: bool) -> Scaffold:  # noqa: ARG001 - the surface
    """The files of a service from the exchange format's specification and Pydantic models as source."""
    raise NotBuilt("scaffold_service has no engine yet.", "Use scaffold_route for one resource at a time.")
