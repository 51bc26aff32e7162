"""The front: answers the handshake and the lists while the real server is still being imported.

Clients give up, or fall back to an older protocol, when a handshake takes seconds; importing the real
server takes one. So a thread reads stdin meanwhile and answers what never changes from a file that was
baked from the real server; everything else waits in a queue. Once the real server asks for its input it
gets the queue, then stdin itself: from there on no byte passes through here. What it answers to the
handshake that it is shown again is dropped, since the client has its answer already.

Standard library only. Where no baked file fits this installation there is no front, just a slower start.
"""

import io
import json
import os
import select
import sys
import threading
from typing import Any

# os.path and not pathlib, here and below: importing that takes longer than the handshake.
BAKED = os.path.join(os.path.dirname(__file__), "baked.json")  # noqa: PTH118, PTH120
MODERN = "2026-07-28"
HANDSHAKES = ("initialize", "server/discover")
LISTS = {
    "tools/list": "tools",
    "prompts/list": "prompts",
    "resources/list": "resources",
    "resources/templates/list": "resourceTemplates",
}
_VERSION = "io.modelcontextprotocol/protocolVersion"
_INTERNAL_ERROR = -32603
_WHOLE_ANSWER = 1 << 20  # so that an answer to the handshake arrives in one piece where it is dropped

Message = dict[str, Any]


def load_baked(tools: frozenset[str] | None, *, platform: bool, own_profiles: bool) -> "Answers | None":
    """The baked answers for these toolsets, or None when they were baked from other versions."""
    try:
        baked = _read(BAKED)
        folders = [folder for folder in sys.path if folder]
        for name in baked["made_with"]:
            if not any(os.path.isdir(f"{folder}/{name}.dist-info") for folder in folders):  # noqa: PTH112
                return None
        return Answers(baked, tools, platform=platform, own_profiles=own_profiles)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _read(path: str) -> Message:
    with open(path, "rb") as file:  # noqa: PTH123
        found: Message = json.load(file)
        return found


class Answers:
    """What can be answered without the real server."""

    def __init__(
        self, baked: Message, tools: frozenset[str] | None, *, platform: bool, own_profiles: bool
    ) -> None:
        self._baked = baked
        self._keep = {
            name
            for toolset, names in baked["toolsets"].items()
            for name in names
            if (tools is None or toolset in tools) and (platform or name != "platform_contact")
        }
        # Profiles of the user's own are prompts as well, and nobody could bake those.
        self._lists = {method for method in LISTS if not (own_profiles and method == "prompts/list")}
        self._shaken = False

    def answer(self, message: Message) -> Message | None:
        """The result of a request that the baked file covers in full, else None."""
        method, params = message.get("method"), message.get("params")
        if "id" not in message or not isinstance(params or {}, dict):
            return None
        params = params or {}
        meta = params.get("_meta") or {}
        modern = isinstance(meta, dict) and meta.get(_VERSION) == MODERN
        if method == "initialize":
            return self._initialize(params) if not modern else None
        if set(params) - {"_meta"}:
            return None
        if method == "server/discover" and modern:
            return dict(self._baked["modern"]["server/discover"])
        if method == "ping" and self._shaken and not modern:
            return {}
        if method in self._lists and (modern or (self._shaken and _VERSION not in meta)):
            return self._list(method, "modern" if modern else "legacy")
        return None

    def _initialize(self, params: Message) -> Message | None:
        if not isinstance(params.get("clientInfo"), dict) or not isinstance(params.get("capabilities"), dict):
            return None
        self._shaken = True
        asked = params.get("protocolVersion")
        known = self._baked["handshake_versions"]
        return {
            **self._baked["legacy"]["initialize"],
            "protocolVersion": asked if asked in known else known[-1],
        }

    def _list(self, method: str, era: str) -> Message:
        result = dict(self._baked[era][method])
        if method == "tools/list":
            result["tools"] = [tool for tool in result["tools"] if tool["name"] in self._keep]
        return result


class Front:
    """Reads stdin until the real server does; `stdin` and `stdout` are what that is given."""

    def __init__(self, answers: Answers, wire_in: int = 0, wire_out: int = 1) -> None:
        self._answers = answers
        self._wire_in, self._wire_out = os.dup(wire_in), os.dup(wire_out)
        self._wake_read, self._wake_write = os.pipe()
        self._rest = bytearray()
        self._ended = False
        self._waiting: dict[str, Message] = {}
        self._shown_again: set[str] = set()
        self._thread = threading.Thread(target=self._listen, name="front", daemon=True)

    def start(self) -> None:
        """Takes stdin and stdout over; whatever else is printed meanwhile goes to stderr."""
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        self._thread.start()

    def hand_over(self) -> None:
        """Makes `sys.stdin` and `sys.stdout` the wire; from here the real server speaks."""
        sys.stdin = io.TextIOWrapper(io.BufferedReader(_Incoming(self)))
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(_Outgoing(self), _WHOLE_ANSWER))

    def fail(self, why: str) -> None:
        """Answers whoever still waits that the server could not start."""
        self._stop()
        for message in self._waiting.values():
            if message.get("method") not in HANDSHAKES or message["id"] is None:
                error = {"code": _INTERNAL_ERROR, "message": f"internal: the server could not start: {why}"}
                self._send({"jsonrpc": "2.0", "id": message["id"], "error": error})

    def _listen(self) -> None:
        buffer = bytearray()
        while True:
            ready, _, _ = select.select([self._wire_in, self._wake_read], [], [])
            if self._wake_read in ready:
                break
            data = os.read(self._wire_in, 1 << 16)
            if not data:
                self._ended = True
                break
            buffer += data
            while (end := buffer.find(b"\n")) >= 0:
                line = bytes(buffer[: end + 1])
                del buffer[: end + 1]
                self._take(line)
        self._rest += buffer
        if self._ended and not self._waiting and not buffer:
            os._exit(0)

    def _take(self, line: bytes) -> None:
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            self._rest += line
            return
        result = self._answers.answer(message)
        if result is not None:
            self._send({"jsonrpc": "2.0", "id": message["id"], "result": result})
        if result is None or message["method"] in HANDSHAKES:
            self._rest += line
        if result is not None and message["method"] in HANDSHAKES:
            self._shown_again.add(_key(message["id"]))
        elif result is None and "id" in message and "method" in message:
            self._waiting[_key(message["id"])] = message

    def _send(self, message: Message) -> None:
        write_all(
            self._wire_out, json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        )

    def _stop(self) -> None:
        if self._thread.is_alive():
            os.write(self._wake_write, b".")
            self._thread.join()

    def read(self, size: int) -> bytes:
        """The next bytes for the real server: what waited, then the wire."""
        self._stop()
        if self._rest:
            data = bytes(self._rest[:size])
            del self._rest[:size]
            return data
        return b"" if self._ended else os.read(self._wire_in, size)

    def write(self, data: bytes) -> None:
        """Passes on what the real server says, but for its answers to a handshake that was answered here."""
        if not self._shown_again:
            write_all(self._wire_out, data)
            return
        for line in data.splitlines(keepends=True):
            if not self._is_second_answer(line):
                write_all(self._wire_out, line)

    def _is_second_answer(self, line: bytes) -> bool:
        if not self._shown_again:
            return False
        try:
            message = json.loads(line)
        except ValueError:
            return False
        key = _key(message.get("id")) if "method" not in message else ""
        if key not in self._shown_again:
            return False
        self._shown_again.discard(key)
        return True


class _Incoming(io.RawIOBase):
    """Stdin as the real server sees it."""

    def __init__(self, front: Front) -> None:
        self._front = front

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._front.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class _Outgoing(io.RawIOBase):
    """Stdout as the real server sees it."""

    def __init__(self, front: Front) -> None:
        self._front = front

    def writable(self) -> bool:
        return True

    def write(self, buffer: Any) -> int:
        self._front.write(bytes(buffer))
        return len(buffer)


def write_all(descriptor: int, data: bytes) -> None:
    """Writes every byte, however the pipe takes them."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _key(identifier: object) -> str:
    return json.dumps(identifier)
