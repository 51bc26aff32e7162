"""A replica that takes up what others publish, while it serves."""

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Protocol

from maestro_indexer.embedded import LOCK
from maestro_indexer.generations import Generations
from maestro_indexer.locks import hold_lock
from maestro_indexer.sharing.adopt import adopt
from maestro_indexer.sharing.store import GenerationStore
from maestro_knowledge.core.errors import Busy, MaestroError
from maestro_knowledge.core.home import Home

POLL = 60.0
BACK_OFF = (1.0, 2.0, 5.0, 10.0, 30.0)
_LOCK_WAIT = 5.0

log = logging.getLogger(__name__)


class Told(GenerationStore, Protocol):
    """A store that says when something was published."""

    def listen(self) -> None:
        """From now on `wait` hears what is published."""

    def wait(self, seconds: float) -> bool:
        """Waits until something is published, or so many seconds; says which."""
        ...


class Follower:
    """Follows the store in a thread of its own; nothing that happens there reaches a caller."""

    def __init__(
        self, home: Home, connect: Callable[[], AbstractContextManager[Told]], poll: float = POLL
    ) -> None:
        self._home = home
        self._connect = connect
        self._poll = poll
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)

    def start(self) -> None:
        """Begins to follow."""
        self._thread.start()

    def stop(self) -> None:
        """Ends at the next moment; does not wait for it."""
        self._stopped.set()

    def _run(self) -> None:
        failures = 0
        while not self._stopped.is_set():
            try:
                with self._connect() as store:
                    store.listen()
                    while not self._stopped.is_set():
                        self._take_up(store)
                        failures = 0
                        store.wait(self._poll)
            except (MaestroError, OSError) as error:
                log.warning("the shared index was not taken up, the last one serves on: %s", error)
                self._stopped.wait(BACK_OFF[min(failures, len(BACK_OFF) - 1)])
                failures += 1

    def _take_up(self, store: Told) -> None:
        # Another worker of this machine may be at it: then its work is ours as well.
        with suppress(Busy), hold_lock(self._home.locks / LOCK, wait=_LOCK_WAIT):
            if adopt(store, Generations(self._home.index)):
                log.info("took up a shared index")
