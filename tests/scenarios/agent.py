"""An agent that does as it is told: it takes a prompt from a real client and makes the calls that stand in it.

What only an agent can know (the name of a resource, the mended code) the scenario fills in; everything else is
called exactly as the prompt has it.
"""

import ast
import asyncio
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastmcp import Client
from fastmcp.client.transports import StdioTransport

from maestro_knowledge.core.text import TOKEN

BUDGETS = {"search_docs": 1_500, "read_docs": 3_000, "review_endpoint": 4_000}
MOST = 8_000
_CALL = re.compile(r"`(\w+)\(([^`]*)\)`")
_FENCE = re.compile(r"^(`{3,})\w*\n.*?\n\1$", re.DOTALL | re.MULTILINE)
_OPEN = re.compile(r"=<([\w ]+)>")


@dataclass(frozen=True)
class Open:
    """An argument that the agent has to fill in."""

    name: str


@dataclass(frozen=True)
class Call:
    """A call as a prompt tells it."""

    tool: str
    arguments: dict[str, Any]

    @property
    def open(self) -> list[str]:
        """What has to be filled in."""
        return [value.name for value in self.arguments.values() if isinstance(value, Open)]


@dataclass(frozen=True)
class Briefing:
    """A prompt's text and the calls in it, in order."""

    text: str
    calls: list[Call] = field(default_factory=list)

    def the(self, tool: str, **arguments: Any) -> Call:
        """The first call of this tool with these arguments."""
        for call in self.calls:
            if call.tool == tool and arguments.items() <= call.arguments.items():
                return call
        raise AssertionError(f"the prompt tells no {tool} with {arguments}: {self.calls}")

    @property
    def tools(self) -> list[str]:
        """The tools that it tells to call, in order."""
        return [call.tool for call in self.calls]


@dataclass(frozen=True)
class Answer:
    """What a tool answered: its text, and its data where it has any."""

    text: str
    data: dict[str, Any]

    @property
    def tokens(self) -> float:
        """What a client's model pays for the longer half: some see the text alone, others the data."""
        data = json.dumps(self.data, ensure_ascii=False, separators=(",", ":")) if self.data else ""
        return max(len(self.text), len(data)) / TOKEN

    def verdict(self, check: str) -> str:
        """The verdict on one check of a scaffold, or on the point of a checklist that begins so."""
        rows = [*self.data.get("checks", []), *self.data.get("checklist", [])]
        return next(
            row["verdict"] for row in rows if str(row.get("name") or row.get("item")).startswith(check)
        )


class Agent:
    """One client over stdio with one server behind it, used from plain tests."""

    def __init__(self, command: list[str], **environment: str) -> None:
        self.answered: list[tuple[str, float]] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        transport = StdioTransport(
            command[0], command[1:], env={**os.environ, **environment}, keep_alive=False
        )
        self._client = Client(transport)
        self._run(self._client.__aenter__())

    def close(self) -> None:
        """Ends the server."""
        self._run(self._client.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def prompt(self, name: str, **arguments: Any) -> Briefing:
        """A prompt, and the calls that it tells to make."""
        given = {key: str(value) for key, value in arguments.items()}
        text = self._run(self._client.get_prompt(name, given)).messages[0].content.text
        ours = _FENCE.sub("", text)
        return Briefing(text, [_read(found) for found in _CALL.finditer(ours)])

    def call(self, tool: str, **arguments: Any) -> Answer:
        """A tool called by the agent's own choice."""
        result = self._run(self._client.call_tool(tool, arguments, raise_on_error=False))
        text = result.content[0].text
        assert not result.is_error, text
        answer = Answer(text, result.structured_content or {})
        assert answer.tokens <= BUDGETS.get(tool, MOST), (
            f"{tool} {arguments} answers with {answer.tokens:.0f} tokens"
        )
        self.answered.append((tool, answer.tokens))
        return answer

    def make(self, call: Call, **filled: Any) -> Answer:
        """A call as the prompt tells it, what is open in it filled in."""
        known = {name.replace("_", " "): value for name, value in filled.items()}
        arguments = {
            key: known[value.name.replace("_", " ")] if isinstance(value, Open) else value
            for key, value in call.arguments.items()
        }
        return self.call(call.tool, **arguments)

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(120)


def run_tests(project: Path) -> str:
    """The last line of what the project's own tests print."""
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    ran = subprocess.run(words, cwd=project, check=False, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stdout[-3000:]
    return ran.stdout.strip().splitlines()[-1]


def first_ref(answer: Answer) -> str:
    """The ref of the first hit of a search."""
    return next(line.split("`")[1] for line in answer.text.splitlines() if line.startswith("   `"))


def _read(found: re.Match[str]) -> Call:
    """The call as data; positional arguments of prose count as not given."""
    try:
        tree = ast.parse(f"f({_OPEN.sub(_opened, found[2])})", mode="eval").body
    except SyntaxError:
        return Call(found[1], {})
    assert isinstance(tree, ast.Call)
    return Call(found[1], {each.arg: _value(each.value) for each in tree.keywords if each.arg})


def _opened(found: re.Match[str]) -> str:
    return f"=Open({found[1]!r})"


def _value(node: ast.expr) -> Any:
    if isinstance(node, ast.Call):
        return Open(ast.literal_eval(node.args[0]))
    return ast.literal_eval(node)
