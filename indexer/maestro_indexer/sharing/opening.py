"""Which store the settings mean."""

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from maestro_indexer.sharing.store import GenerationStore, LocalStore
from maestro_knowledge.core.errors import BadArgument

if TYPE_CHECKING:
    from maestro_indexer.sharing.postgres import PostgresStore


def open_store(url: str) -> "AbstractContextManager[GenerationStore]":
    """The database at this address, or, without one, this machine alone."""
    return open_database(url) if url else nullcontext(LocalStore())


def open_database(url: str) -> "PostgresStore":
    """The database at this address."""
    try:
        from maestro_indexer.sharing.postgres import PostgresStore  # noqa: PLC0415 - the extra `team` has it
    except ImportError:
        raise BadArgument(
            "FASTAPI_MAESTRO_DATABASE_URL needs an extra.", "pip install 'fastapi-maestro[team]'"
        ) from None
    return PostgresStore(url)
