"""Who is connected."""

from fastapi import WebSocket


class Hub:
    def __init__(self) -> None:
        self.sockets: list[WebSocket] = []

    async def welcome(self, socket: WebSocket) -> None:
        await self._open(socket)
        self.sockets.append(socket)

    async def _open(self, socket: WebSocket) -> None:
        await socket.accept()

    async def follow(self, socket: WebSocket) -> None:
        while True:
            text = await socket.receive_text()  # expect: WSK201
            for other in self.sockets:
                await other.send_text(text)

    def count(self, socket: WebSocket) -> int:
        return len(self.sockets) + (socket in self.sockets)


hub = Hub()
