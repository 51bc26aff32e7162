"""The index, opened when it is first needed and looked at again at every call."""

import threading
from typing import TYPE_CHECKING

from maestro_knowledge.core.settings import Settings

if TYPE_CHECKING:
    from maestro_indexer.generations import Generations
    from maestro_indexer.views import View

# Whoosh and all that reads sources load at the first question, not at the handshake.
# ruff: noqa: PLC0415


class Library:
    """What can be searched and read; safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        self.home = settings.places
        self.auto_refresh = settings.auto_refresh
        self._lock = threading.Lock()
        self._generations: Generations | None = None

    def view(self) -> "View":
        """The generation to answer from; the embedded layer is built at the first call, if it is missing."""
        from maestro_indexer.embedded import ensure_embedded

        if self._generations is None:
            with self._lock:
                if self._generations is None:
                    self._generations = ensure_embedded(self.home)
                    self._refresh_once(self._generations.current())
        return self._generations.current()

    def held(self) -> "View | None":
        """The generation that is open, if it still is the current one; opens nothing."""
        return self._generations.held() if self._generations else None

    def _refresh_once(self, view: "View") -> None:
        from maestro_indexer.background import start_background_refresh, wants_refresh

        if self.auto_refresh and wants_refresh(view):
            start_background_refresh(self.home)
