"""Several workers on one socket: each takes one connection at a time, so that none takes them all."""

import asyncio
import socket
from collections.abc import Callable
from typing import Any


class FairLoop(asyncio.SelectorEventLoop):
    """The usual loop, with one accepted connection for each time that it is told of some.

    asyncio accepts as many in a row as may wait, thousands here: when clients connect at once, whichever
    worker wakes first has all of them for as long as they last, and the other idles. One that has much to do
    comes back to the socket later than one that has not, and so gets fewer.
    """

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
        server = await super().create_server(protocol_factory, sock=sock, backlog=1, **options)
        sock.listen(backlog)  # so many may wait to be accepted nevertheless
        return server
