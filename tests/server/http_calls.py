"""What tests of the HTTP side share: a plain request by hand, and the type of what starts a server."""

import subprocess
from collections.abc import Callable
from typing import Any

Server = tuple[subprocess.Popen[bytes], str]
Start = Callable[..., Server]
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


def call(tool: str, **arguments: object) -> dict[str, Any]:
    """The message that calls a tool."""
    params = {"name": tool, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
