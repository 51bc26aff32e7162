"""What is made from the code and kept in the repository: README's blocks and the golden surface.

`python tests/generated.py --write` renews them; `test_generated.py` holds them to the code.
"""

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastmcp import Client

from maestro_indexer.cli import _parser as make_indexer_parser
from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.core.settings import load_settings
from maestro_server.app.build import build_server
from maestro_server.app.demo import FAULTY
from maestro_server.app.options import make_parser
from maestro_server.expert.facade import Expert
from maestro_server.expert.reviewing import ReviewCall
from maestro_server.tools import TOOLS

TOP = Path(__file__).parent.parent
README = TOP / "README.md"
SURFACE = TOP / "tests" / "contract" / "surface.json"
BAKED = TOP / "server" / "maestro_server" / "baked.json"
MODERN = "2026-07-28"
HANDSHAKES = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
CLIENT = {"name": "bake", "version": "1"}
META = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientInfo": CLIENT,
    "io.modelcontextprotocol/clientCapabilities": {},
}
LISTS = ("tools/list", "prompts/list", "resources/list", "resources/templates/list")
_BLOCK = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


async def read_surface(mode: str) -> dict[str, Any]:
    """Everything that a client can list, as it is on the wire in one protocol era."""
    async with Client(
        build_server(load_settings(platform="hana-x", home=TOP / "no-home", roots=str(TOP))), mode=mode
    ) as client:
        return {
            "tools": [_plain(tool) for tool in await client.list_tools()],
            "prompts": [_plain(prompt) for prompt in await client.list_prompts()],
            "resources": [_plain(resource) for resource in await client.list_resources()],
            "templates": [_plain(template) for template in await client.list_resource_templates()],
        }


def _plain(item: Any) -> dict[str, Any]:
    return item.model_dump(mode="json", by_alias=True, exclude_none=True)


def commands() -> str:
    """The help of both console scripts, as they print it."""
    parts = []
    for parser in (make_parser(), make_indexer_parser()):
        parts.append(_help(parser))
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                parts += [_usage(command) for command in action.choices.values()]
    return "```text\n" + "\n".join(parts) + "\n```\n"


def _help(parser: argparse.ArgumentParser) -> str:
    names = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    rows = [f"  {choice.dest:<12}{choice.help}" for action in names for choice in action._choices_actions]
    return f"{parser.prog}: {parser.description}\n" + "\n".join(rows) + "\n"


def _usage(parser: argparse.ArgumentParser) -> str:
    inner = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if inner:
        return "\n".join(_usage(command) for command in inner[0].choices.values())
    usage = " ".join(parser.format_usage().removeprefix("usage: ").split())
    return usage.replace("[-h] ", "").replace(" [-h]", "")


def tool_table(surface: dict[str, Any]) -> str:
    """README's table: each tool, its arguments, the first sentence of its description."""
    rows = ["| tool | arguments | what it does |", "|---|---|---|"]
    for tool in surface["tools"]:
        arguments = ", ".join(f"`{name}`" for name in tool["inputSchema"]["properties"]) or "none"
        sentence = tool["description"].split("\n")[0]
        rows.append(f"| `{tool['name']}` | {arguments} | {sentence} |")
    return "\n".join(rows) + "\n"


def speak(
    messages: list[dict[str, Any]], *words: str, front: bool = False, **environment: str
) -> list[dict[str, Any]]:
    """What a server child answers over stdio, sorted by request; without the front unless asked for."""
    start = (
        "from maestro_server.start import main" if front else "from maestro_server.app.cli import run as main"
    )
    call = "main()" if front else f"main({list(words)!r})"
    server = subprocess.Popen(
        [sys.executable, "-c", f"import sys; {start}; sys.exit({call})", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "FASTAPI_MAESTRO_AUTO_REFRESH": "0", **environment},
    )
    assert server.stdin
    assert server.stdout
    server.stdin.write("".join(json.dumps(message) + "\n" for message in messages).encode())
    server.stdin.flush()
    answers = [json.loads(server.stdout.readline()) for message in messages if "id" in message]
    rest, _ = server.communicate()
    if rest or server.returncode:
        raise RuntimeError(f"exit code {server.returncode}, and unasked: {rest[:200]!r}")
    return sorted(answers, key=lambda answer: answer["id"])


def handshake(era: str, version: str = HANDSHAKES[-1]) -> list[dict[str, Any]]:
    """The requests that the front can answer, as a client of that era sends them."""
    if era == "modern":
        methods = ("server/discover", *LISTS)
        return [_request(number, method, {"_meta": META}) for number, method in enumerate(methods)]
    first = {"protocolVersion": version, "capabilities": {}, "clientInfo": CLIENT}
    ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    return [
        _request(0, "initialize", first),
        ready,
        *(_request(n, method, {}) for n, method in enumerate(LISTS, 1)),
    ]


def _request(number: int, method: str, params: dict[str, Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def bake() -> dict[str, Any]:
    """What the front answers with: the real server's own results, and the versions they came from."""
    baked: dict[str, Any] = {
        "made_with": [
            f"{name.replace('-', '_')}-{version(name)}" for name in ("fastapi-maestro", "fastmcp", "mcp")
        ],
        "handshake_versions": list(HANDSHAKES),
        "toolsets": {name: [tool.__name__ for tool in tools] for name, tools in TOOLS.items()},
    }
    for era in ("legacy", "modern"):
        requests = [message for message in handshake(era) if "id" in message]
        # A developer's own profiles shall not be baked into everyone's lists.
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
            words = ("serve", "--root", str(TOP))
            answers = speak(
                handshake(era), *words, FASTAPI_MAESTRO_HOME=home, FASTAPI_MAESTRO_PLATFORM="hana-x"
            )
        baked[era] = {
            request["method"]: answer["result"] for request, answer in zip(requests, answers, strict=True)
        }
    return baked


def look() -> str:
    """A review as a terminal shows it, of the sample that the demo reviews."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "main.py").write_text(FAULTY)
        settings = load_settings(home=Path(folder) / "home", roots=folder, auto_refresh=False)
        call = ReviewCall(path="main.py", select="ASY101,RSP408", max_findings=0)
        text = Expert(settings).review(call).text
    return "```console\n$ fastapi-maestro review main.py\n" + text.partition("\n\nEndpoints")[0] + "\n```\n"


def make() -> dict[Path, str]:
    """Each generated file with the text it must have."""
    surface = asyncio.run(read_surface("auto"))
    blocks = {"tools": tool_table(surface), "commands": commands(), "look": look()}
    readme = _BLOCK.sub(lambda found: found[1] + blocks[found[2]] + found[3], README.read_text("utf-8"))
    return {
        README: readme,
        SURFACE: json.dumps(surface, indent=1, ensure_ascii=False, sort_keys=True) + "\n",
        BAKED: json.dumps(bake(), ensure_ascii=False, separators=(",", ":")) + "\n",
    }


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    try:
        for path, text in make().items():
            path.write_text(text, "utf-8")
    except MaestroError as error:
        sys.exit(str(error))
