"""The demo: our own server as a stdio child, a real MCP client, the main jobs one after the other."""

import sys
from collections.abc import Iterator
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from anyio.from_thread import start_blocking_portal
from fastmcp import Client
from fastmcp.client.transports import StdioTransport
from mcp_types import TextContent

from maestro_knowledge.core.settings import Settings
from maestro_server.app.clients import connection

FAULTY = """\
import time
import requests
from fastapi import FastAPI, HTTPException

app = FastAPI()

@app.get("/users/{user_id}")
async def read_user(user_id: int):
    return requests.get(f"https://example.com/users/{user_id}").json()

@app.get("/users/me")
async def read_me():
    time.sleep(1)
    return HTTPException(404)
"""
CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("search_docs", {"query": "close a database session after the response", "limit": 3}),
    ("review_endpoint", {"code": FAULTY}),
    ("scaffold_route", {"name": "todo", "fields": [{"name": "title", "type": "string"}]}),
)
SHOWN_LINES = 40


def run_demo(settings: Settings) -> Iterator[str]:
    """The demo, line by line as it happens."""
    with TemporaryDirectory(prefix="maestro-demo-") as folder, start_blocking_portal() as portal:
        environment = {"FASTAPI_MAESTRO_HOME": str(settings.home), "FASTAPI_MAESTRO_AUTO_REFRESH": "0"}
        transport = StdioTransport(
            sys.executable, ["-m", "maestro_server.start", "--root", folder], env=environment, cwd=folder
        )
        began = perf_counter()
        with portal.wrap_async_context_manager(Client(transport, timeout=120)) as client:
            tools = portal.call(client.list_tools)
            yield f"Server started, {len(tools)} tools listed in {perf_counter() - began:.1f} s:"
            yield "  " + ", ".join(tool.name for tool in tools)
            for name, arguments in CALLS:
                began = perf_counter()
                answer = portal.call(client.call_tool, name, arguments)
                text = "".join(block.text for block in answer.content if isinstance(block, TextContent))
                yield from _shown(name, arguments, text, perf_counter() - began)
    yield from _connections()


def _shown(name: str, arguments: dict[str, Any], text: str, seconds: float) -> Iterator[str]:
    given = ", ".join(
        f"{key}={value!r}" if len(str(value)) < 70 else f"{key}=…{len(str(value))} characters"
        for key, value in arguments.items()
    )
    yield f"\n── {name}({given}) {'─' * max(3, 90 - len(name) - len(given))}"
    lines = text.splitlines()
    yield from lines[:SHOWN_LINES]
    if len(lines) > SHOWN_LINES:
        yield f"… {len(lines) - SHOWN_LINES} more lines"
    yield f"({seconds:.2f} s)"


def _connections() -> Iterator[str]:
    yield "\n── Connect your client " + "─" * 70
    for client, label in (
        ("claude-code", "Claude Code"),
        ("cursor", "Cursor"),
        ("vscode", "VS Code"),
        ("codex", "Codex"),
    ):
        made = connection(client)
        yield f"\n{label}  ({made.where})"
        yield from (f"  {line}" for line in made.text.splitlines())
