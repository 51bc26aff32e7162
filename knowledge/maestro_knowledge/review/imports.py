"""Which imported libraries block, what to use instead, and where coroutines wait for them."""

from maestro_knowledge.project.dependencies import blocking_imports
from maestro_knowledge.project.model import Project
from maestro_knowledge.review.model import BlockingImport


def list_blocking_imports(project: Project) -> tuple[BlockingImport, ...]:
    """Every imported library whose ordinary use blocks, sorted by name."""
    return tuple(
        BlockingImport(found.name, found.why, found.instead, found.used_in_async)
        for found in blocking_imports(project)
    )
