"""What is made from the code and kept in the repository: README's blocks and the golden surface.

`python tests/generated.py --write` renews them; `test_generated.py` holds them to the code.
"""

import argparse
import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Any

from fastmcp import Client
from maestro_indexer.cli import make_parser as make_indexer_parser
from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.core.settings import load_settings
from maestro_server.app.build import build_server
from maestro_server.app.options import make_parser

TOP = Path(__file__).parent.parent
README = TOP / "README.md"
SURFACE = TOP / "tests" / "contract" / "surface.json"
_BLOCK = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


async def read_surface(mode: str) -> dict[str, Any]:
    """Everything that a client can list, as it is on the wire in one protocol era."""
    async with Client(build_server(load_settings(platform="hana-x")), mode=mode) as client:
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


def make() -> dict[Path, str]:
    """Each generated file with the text it must have."""
    surface = asyncio.run(read_surface("auto"))
    blocks = {"tools": tool_table(surface), "commands": commands()}
    readme = _BLOCK.sub(lambda found: found[1] + blocks[found[2]] + found[3], README.read_text("utf-8"))
    return {README: readme, SURFACE: json.dumps(surface, indent=1, ensure_ascii=False, sort_keys=True) + "\n"}


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    try:
        for path, text in make().items():
            path.write_text(text, "utf-8")
    except MaestroError as error:
        sys.exit(str(error))
