"""The floor: JSON-RPC answered by hand from a loop over stdin."""

import json
import sys

INFO = {
    "protocolVersion": "2025-06-18",
    "capabilities": {"tools": {}},
    "serverInfo": {"name": "raw", "version": "0"},
}
TOOL = {"name": "empty", "description": "Nothing.", "inputSchema": {"type": "object", "properties": {}}}
ANSWERS = {
    "initialize": INFO,
    "tools/list": {"tools": [TOOL]},
    "tools/call": {"content": [{"type": "text", "text": "ok"}]},
}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message:
        answer = {"jsonrpc": "2.0", "id": message["id"], "result": ANSWERS[message["method"]]}
        print(json.dumps(answer), flush=True)
