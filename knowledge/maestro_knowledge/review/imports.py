"""Which imported libraries block, what to use instead, and where coroutines use them."""

from maestro_knowledge.review.model import BlockingImport
from maestro_knowledge.review.view import View


def list_blocking_imports(view: View) -> tuple[BlockingImport, ...]:
    """Every imported library that blocks, sorted by name."""
    del view
    return ()
