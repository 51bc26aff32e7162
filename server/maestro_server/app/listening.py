"""Several workers on one socket: each takes one connection, then lets the others come first."""

import asyncio
import socket
from collections.abc import Callable
from typing import Any

PAUSE = 0.001
LONG_PAUSE = 1.0  # as asyncio waits when files or memory ran out


class FairLoop(asyncio.SelectorEventLoop):
    """The usual loop, but for a pause after each connection that it accepts.

    asyncio accepts as many in a row as may wait, thousands here: when clients connect at once, whichever
    worker wakes first has all of them for as long as they last, and the other idles. Taking one at a time is
    not enough where the other needs longer to wake than this one to take the next.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._welcomes = set[asyncio.Task[Any]]()

    async def create_server(
        self,
        protocol_factory: Callable[[], asyncio.BaseProtocol],
        host: Any = None,
        port: Any = None,
        *,
        sock: socket.socket | None = None,
        backlog: int = 100,
        **options: Any,
    ) -> asyncio.Server:
        """Listens as ever where the socket is its own."""
        if sock is None:
            return await super().create_server(protocol_factory, host, port, backlog=backlog, **options)
        server = await super().create_server(protocol_factory, sock=sock, start_serving=False, **options)
        sock.listen(backlog)
        self._listen(sock, protocol_factory, options.get("ssl"))
        return server

    def _listen(self, *place: Any) -> None:
        sock: socket.socket = place[0]
        if sock.fileno() >= 0:  # else it was closed meanwhile
            self.add_reader(sock, self._accept, *place)

    def _accept(self, sock: socket.socket, protocol_factory: Any, ssl: Any) -> None:
        pause = PAUSE
        try:
            line, _ = sock.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return  # another worker took it, or it is gone
        except OSError as error:
            self.call_exception_handler({"message": "no connection can be accepted", "exception": error})
            pause = LONG_PAUSE
        else:
            line.setblocking(False)
            welcome = self.create_task(self.connect_accepted_socket(protocol_factory, line, ssl=ssl))
            self._welcomes.add(welcome)
            welcome.add_done_callback(self._welcomes.discard)
        self.remove_reader(sock)
        self.call_later(pause, self._listen, sock, protocol_factory, ssl)
