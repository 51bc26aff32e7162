"""How each MCP client is told to start us: the text to add, the file it goes into, the merge."""

import json
import shutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from maestro_knowledge.core.errors import BadArgument, Unreachable
from maestro_knowledge.core.files import replace_bytes
from maestro_knowledge.core.records import dataclass, replace
from maestro_server.app.json_edit import set_entry

NAME = "fastapi-maestro"


@dataclass(frozen=True, slots=True)
class Connection:
    """A client's file, what it is called for a person, the text to add, and the key that holds servers."""

    file: Path
    where: str
    text: str
    key: str
    entry: dict[str, object]


def command() -> str:
    """The command that starts this very installation, whatever the client's PATH is."""
    beside = Path(sys.executable).parent / (f"{NAME}.exe" if sys.platform == "win32" else NAME)
    if beside.exists():
        return str(beside)
    return shutil.which(NAME) or NAME


def connect(client: str, start: str, *, project: Path, person: Path, config: Path) -> Connection:
    """The connection of one client; `config` is where the system keeps Claude Desktop's file."""
    plain: dict[str, object] = {"command": start, "args": []}
    typed: dict[str, object] = {"type": "stdio", **plain}
    quoted = f'"{start}"' if " " in start else start
    toml = f"[mcp_servers.{NAME}]\ncommand = {json.dumps(start)}\nargs = []"
    rows: dict[str, tuple[Path, str, str, dict[str, object]]] = {
        "claude-code": (project / ".mcp.json", "run in your project", "mcpServers", typed),
        "claude-desktop": (
            config / "claude_desktop_config.json",
            "claude_desktop_config.json",
            "mcpServers",
            plain,
        ),
        "cursor": (project / ".cursor" / "mcp.json", ".cursor/mcp.json", "mcpServers", plain),
        "vscode": (project / ".vscode" / "mcp.json", ".vscode/mcp.json", "servers", typed),
        "codex": (person / ".codex" / "config.toml", "~/.codex/config.toml", "", plain),
        "gemini": (project / ".gemini" / "settings.json", ".gemini/settings.json", "mcpServers", plain),
    }
    file, where, key, entry = rows[client]
    shown = {"claude-code": f"claude mcp add {NAME} -- {quoted}", "codex": toml}
    text = shown.get(client) or json.dumps({key: {NAME: entry}}, indent=2)
    return Connection(file, where, text, key, entry)


def connection(client: str) -> Connection:
    """The connection of one client, here and now."""
    config = Path(platformdirs.user_config_dir("Claude", appauthor=False, roaming=True))
    return connect(client, command(), project=Path.cwd(), person=Path.home(), config=config)


def set_up(client: str, *, write: bool) -> Iterator[str]:
    """The lines that tell a client to start us; written into its file when asked."""
    made = connection(client)
    if write:
        yield from write_connection(made)
        yield f"For agents that read AGENTS.md: `{NAME} profiles export --format agents --to .`"
    else:
        yield f"# {made.where}"
        yield made.text


def write_connection(made: Connection) -> Iterator[str]:
    """Merges the entry into the client's file; everything else in it stays byte for byte."""
    try:
        # A file that is a link, as those kept with other dotfiles are, stays one.
        made = replace(made, file=made.file.resolve())
        old = made.file.read_bytes() if made.file.exists() else b""
        text = old.decode("utf-8-sig" if old.startswith(b"\xef\xbb\xbf") else "utf-8")
    except (OSError, RuntimeError, UnicodeDecodeError) as error:
        raise Unreachable(
            f"{made.file} cannot be read: {error}.", "Add the text of `setup` by hand."
        ) from None
    new = set_entry(text, made.key, NAME, made.entry) if made.key else _merge_toml(text, made)
    if new == text:
        yield f"{made.file} has it already."
        return
    mark = b"\xef\xbb\xbf" if old.startswith(b"\xef\xbb\xbf") else b""
    try:
        if old:
            backup = made.file.with_name(made.file.name + ".before-maestro")
            replace_bytes(backup, old)
            yield f"The file as it was: {backup}"
        replace_bytes(made.file, mark + new.encode())
    except OSError as error:
        raise Unreachable(
            f"{made.file} cannot be written: {error}.", "Add the text of `setup` by hand."
        ) from None
    yield f"Written: {made.file}. Restart the client or reload its MCP servers."


def _merge_toml(text: str, made: Connection) -> str:
    """The table of ours replaced or added at the end; TOML tables may stand in any order."""
    try:
        servers = tomllib.loads(text).get("mcp_servers", {})
    except tomllib.TOMLDecodeError as error:
        raise BadArgument(f"{made.file} is not TOML: {error}.", "Mend it, or add the text by hand.") from None
    present = servers.get(NAME)
    if present is None:
        gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
        return f"{text}{gap}{made.text}\n"
    if all(present.get(key) == value for key, value in made.entry.items()):
        return text
    lines = text.splitlines(keepends=True)
    heads = {f"[mcp_servers.{NAME}]", f'[mcp_servers."{NAME}"]'}
    start = next((n for n, line in enumerate(lines) if line.split("#")[0].strip() in heads), None)
    if start is None:
        raise BadArgument(f"{made.file} defines {NAME} in a way of its own.", "Change it by hand.")
    end = next((n for n in range(start + 1, len(lines)) if lines[n].lstrip().startswith("[")), len(lines))
    kept = [line for line in lines[start + 1 : end] if line.split("=")[0].strip() not in made.entry]
    return "".join([*lines[:start], f"{made.text}\n", *kept, *lines[end:]])
