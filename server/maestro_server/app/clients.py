"""How each MCP client is told to start us."""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from maestro_knowledge.core.errors import NotBuilt

NAME = "fastapi-maestro"


def command() -> str:
    """The command that starts this very installation, whatever the client's PATH is."""
    beside = Path(sys.executable).parent / NAME
    if beside.exists():
        return str(beside)
    return shutil.which(NAME) or NAME


def _json(key: str, entry: dict[str, object]) -> str:
    return json.dumps({key: {NAME: entry}}, indent=2)


def connection(client: str) -> tuple[str, str]:
    """Where a client's configuration belongs, and the exact text."""
    start = command()
    entry: dict[str, object] = {"command": start, "args": []}
    quoted = f'"{start}"' if " " in start else start
    return {
        "claude-code": ("run in your project", f"claude mcp add {NAME} -- {quoted}"),
        "claude-desktop": ("claude_desktop_config.json", _json("mcpServers", entry)),
        "cursor": (".cursor/mcp.json", _json("mcpServers", entry)),
        "vscode": (".vscode/mcp.json", _json("servers", {"type": "stdio", **entry})),
        "codex": ("~/.codex/config.toml", f"[mcp_servers.{NAME}]\ncommand = {json.dumps(start)}\nargs = []"),
        "gemini": (".gemini/settings.json", _json("mcpServers", entry)),
    }[client]


def set_up(client: str, *, write: bool) -> Iterator[str]:
    """The lines that tell a client to start us."""
    if write:
        raise NotBuilt(
            "setup --write has no engine in this version.", f"`setup {client}` prints what to add."
        )
    where, text = connection(client)
    yield f"# {where}"
    yield text
