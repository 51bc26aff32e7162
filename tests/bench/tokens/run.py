"""What an agent's context pays: the lists once a session, then the median answer of each tool.

    run.py [--json FILE]

Characters over stdio from the real server; a token is counted as four characters. The answers are those that the
scenarios of `tests/scenarios` get, on the embedded layer, and for the tools that none of them calls those to a handful
of ordinary calls.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from bench.table import Row, machine, show, write_json
from fastmcp import Client
from fastmcp.client.transports import StdioTransport

from maestro_indexer.embedded import ensure_embedded
from maestro_knowledge.core.home import Home
from maestro_knowledge.core.text import TOKEN
from maestro_server.app.demo import FAULTY

# Tools that no scenario calls are asked a handful of ordinary things.
CALLS: Mapping[str, Sequence[dict[str, Any]]] = {
    "explain_error": [
        {"error": "RuntimeError: Event loop is closed"},
        {"error": "fastapi.exceptions.ResponseValidationError: 1 validation error"},
        {"error": "sqlalchemy.exc.MissingGreenlet: greenlet_spawn has not been called"},
    ],
    "get_profile": [{"name": "fastapi-backend"}, {"name": "fastapi-backend", "task": "add a JWT login"}],
    "vault_status": [{}],
}
BUDGETS = {"search_docs": 1_500, "read_docs": 3_000, "review_endpoint": 4_000}
MOST = 8_000
SCENARIOS = Path(__file__).parents[2] / "scenarios"


def play_scenarios(sizes: Path) -> Mapping[str, list[float]]:
    """The tokens of every answer that the scenarios get, by tool."""
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(SCENARIOS)]
    played = subprocess.run(
        words,
        env={**os.environ, "MAESTRO_ANSWER_SIZES": str(sizes)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if played.returncode:
        raise SystemExit(f"The scenarios fail:\n{played.stdout[-2000:]}")
    answers: dict[str, list[float]] = {}
    for line in sizes.read_text("utf-8").splitlines():
        tool, tokens = json.loads(line)
        answers.setdefault(tool, []).append(tokens)
    return answers


async def measure(scratch: Path) -> list[Row]:
    """The lists and the answers, as they come over the wire."""
    home, work = scratch / "home", scratch / "project"
    work.mkdir()
    (work / "main.py").write_text(FAULTY, "utf-8")
    ensure_embedded(Home(home))
    environment = {**os.environ, "FASTAPI_MAESTRO_HOME": str(home), "FASTAPI_MAESTRO_AUTO_REFRESH": "0"}
    transport = StdioTransport(sys.executable, ["-m", "maestro_server.start"], env=environment, cwd=str(work))
    async with Client(transport) as client:
        tools = [
            tool.model_dump(mode="json", exclude_none=True, by_alias=True)
            for tool in await client.list_tools()
        ]
        bare = [{name: value for name, value in tool.items() if name != "outputSchema"} for tool in tools]
        rows = [
            Row("the tool list, without output schemas", size(bare), "", 0, "tokens", "<= 2250"),
            Row("the tool list as it is sent", size(tools), "", 0, "tokens"),
            Row("instructions", len(client.instructions or "") / TOKEN, "", 0, "tokens"),
        ]
        answers = dict(play_scenarios(scratch / "sizes"))
        for name, calls in CALLS.items():
            given = [await client.call_tool(name, arguments) for arguments in calls]
            answers[name] = [
                sum(len(getattr(block, "text", "")) for block in answer.content) / TOKEN for answer in given
            ]
        for name, tokens in sorted(answers.items()):
            what = f"the median answer of {name} ({len(tokens)})"
            rows.append(
                Row(what, statistics.median(tokens), "", 0, "tokens", f"<= {BUDGETS.get(name, MOST)}")
            )
    return rows


def size(data: Any) -> float:
    """Tokens of data as JSON."""
    return len(json.dumps(data, ensure_ascii=False, separators=(",", ":"))) / TOKEN


def main() -> None:
    """Prints the table, and writes it as JSON where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        rows = asyncio.run(measure(Path(scratch)))
    show(f"tokens, {machine()}", rows)
    if given.json:
        write_json(given.json, rows)


if __name__ == "__main__":
    main()
