from .db import Database, get_database
from .threads import in_pool

__all__ = ["Database", "get_database", "in_pool"]
