"""Request bodies are bounded, in size and in time, before anything parses them."""

import asyncio

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECONDS = 30.0


class _TooLarge(Exception):
    """The body passed its bound."""


class _TooSlow(Exception):
    """The body did not come to its end in time."""


class BoundedBodies:
    """Answers 413 to a body above the limit, whether it says its length or not, and 408 to a slow one.

    A compressed body gets 415: what it swells to could not be known before it is unpacked.
    """

    def __init__(self, app: ASGIApp, limit: int, seconds: float = SECONDS) -> None:
        self.app = app
        self.limit = limit
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands a request on with its body counted."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if headers.get(b"content-encoding", b"identity").lower() != b"identity":
            text = "bad_argument: request bodies are taken as they are. Send yours without Content-Encoding."
            await JSONResponse({"error": text}, status_code=415)(scope, receive, send)
            return
        declared = headers.get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > self.limit:
            await self._refuse(scope, receive, send)
            return
        seen = 0
        started = False
        is_whole = False
        ends = asyncio.get_running_loop().time() + self.seconds

        async def bounded() -> Message:
            nonlocal seen, is_whole
            if is_whole:  # what comes now is the end of the connection, whenever that is
                return await receive()
            try:
                async with asyncio.timeout_at(ends):
                    message = await receive()
            except TimeoutError:
                raise _TooSlow from None
            seen += len(message.get("body", b""))
            is_whole = not message.get("more_body", False)
            if seen > self.limit:
                raise _TooLarge
            return message

        async def noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, bounded, noted)
        except _TooLarge:
            if not started:
                await self._refuse(scope, receive, send)
        except _TooSlow:
            if not started:
                text = f"too_large: a request body may take {self.seconds:.0f} s. Send less, or faster."
                await JSONResponse({"error": text}, status_code=408)(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        text = f"too_large: a request body may have {self.limit} bytes. Send less code, or a path."
        await JSONResponse({"error": text}, status_code=413)(scope, receive, send)
