"""What tests of the HTTP side share: a plain request by hand, and the type of what starts a server."""

import subprocess
from collections.abc import Callable

Server = tuple[subprocess.Popen[bytes], str]
Start = Callable[..., Server]
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
