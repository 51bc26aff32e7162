"""One worker process: few threads compute while it serves, and it ends in time.

What computes in a thread takes the interpreter from the event loop, and cannot be cancelled. Forty of them,
the usual number, leave `/health` unanswered for half a minute, and hold a stopped server for as long.
"""

import gc
import logging
import os
import threading

from anyio import to_thread
from starlette.types import ASGIApp, Message, Receive, Scope, Send

THREADS = 8  # as many calls a second as with forty, and the event loop gets its turn
SECONDS = 5.0
NEW_OBJECTS = 20_000  # between two looks for garbage: with the usual 700 the slowest calls took twice as long
log = logging.getLogger(__name__)


class Worker:
    """The application of one process, with an eye on when it starts and when it is told to end."""

    def __init__(self, app: ASGIApp, threads: int = THREADS, seconds: float = SECONDS) -> None:
        self._app = app
        self._threads = threads
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on."""
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return
        to_thread.current_default_thread_limiter().total_tokens = self._threads
        gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])

        async def listen() -> Message:
            message = await receive()
            if message["type"] == "lifespan.shutdown":  # calls had their time to end before this is said
                timer = threading.Timer(self._seconds, _leave)
                timer.daemon = True
                timer.start()
            return message

        await self._app(scope, listen, send)


def _leave() -> None:
    log.warning("calls that could not be stopped were left unfinished")
    logging.shutdown()
    os._exit(0)
