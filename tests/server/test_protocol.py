"""The server as a child process: real stdio, real HTTP, both protocol eras."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import COMMAND
from fastmcp import Client
from fastmcp.client.transports import StdioTransport

pytestmark = pytest.mark.anyio


def _transport(home: Path, root: Path, **environment: str) -> StdioTransport:
    env = {**os.environ, "FASTAPI_MAESTRO_HOME": str(home), **environment}
    return StdioTransport(str(COMMAND), ["--root", str(root)], env=env, cwd=str(root), keep_alive=False)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_client_lists_everything_over_stdio(mode: str, home: Path, root: Path) -> None:
    async with Client(_transport(home, root), mode=mode) as client:
        assert [tool.name for tool in await client.list_tools()][:2] == ["search_docs", "read_docs"]
        assert {prompt.name for prompt in await client.list_prompts()} >= {"review", "implement", "hand_off"}
        assert len(await client.list_resource_templates()) == 7


async def test_it_starts_where_the_user_has_packages_of_the_same_plain_names(home: Path, root: Path) -> None:
    for name in ("server", "knowledge", "indexer", "core", "tools"):
        (root / name).mkdir()
        (root / name / "__init__.py").write_text("raise RuntimeError('the user code was imported')\n")
    async with Client(_transport(home, root, PYTHONPATH=str(root))) as client:
        answer = await client.call_tool("vault_status", {})
        assert answer.structured_content["layer"]


async def test_the_project_s_own_env_file_changes_nothing(home: Path, root: Path) -> None:
    (root / ".env").write_text("FASTMCP_LOG_LEVEL=nope\nFASTMCP_TRANSPORT=http\n")
    async with Client(_transport(home, root)) as client:
        assert await client.list_tools()


def _speak(home: Path, root: Path, lines: list[bytes]) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [str(COMMAND), "--root", str(root)],
        input=b"".join(line + b"\n" for line in lines),
        capture_output=True,
        env={**os.environ, "FASTAPI_MAESTRO_HOME": str(home)},
        cwd=root,
        timeout=60,
        check=False,
    )


INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "t", "version": "1"},
    },
}


def test_it_ends_cleanly_when_stdin_closes(home: Path, root: Path) -> None:
    ran = _speak(home, root, [json.dumps(INITIALIZE).encode()])
    assert ran.returncode == 0
    assert ran.stderr == b""


def test_every_line_on_stdout_is_protocol_even_after_garbage(home: Path, root: Path) -> None:
    garbage = [
        b"not json",
        b"\xff\xfe\x00",
        b"[]",
        b'{"jsonrpc":"2.0","id":7,"method":"no/such"}',
        b"{" * 5000,
    ]
    ready = b'{"jsonrpc":"2.0","method":"notifications/initialized"}'
    ping = b'{"jsonrpc":"2.0","id":9,"method":"ping"}'
    env = {**os.environ, "FASTAPI_MAESTRO_HOME": str(home)}
    child = subprocess.Popen([str(COMMAND)], stdin=-1, stdout=-1, stderr=-1, env=env, cwd=root)
    child.stdin.write(
        b"".join(line + b"\n" for line in [json.dumps(INITIALIZE).encode(), ready, *garbage, ping])
    )
    child.stdin.flush()
    by_id: dict = {}
    while not {7, 9} <= set(by_id):
        answer = json.loads(child.stdout.readline())
        assert answer["jsonrpc"] == "2.0"
        by_id[answer.get("id")] = answer
    rest, _ = child.communicate(timeout=60)
    assert all(json.loads(line)["jsonrpc"] == "2.0" for line in rest.splitlines())
    assert child.returncode == 0
    assert by_id[7]["error"]["code"] == -32601
    assert "result" in by_id[9]


def test_two_starts_at_once_both_serve(home: Path, root: Path) -> None:
    lines = [json.dumps(INITIALIZE).encode()]
    env = {**os.environ, "FASTAPI_MAESTRO_HOME": str(home)}
    children = [
        subprocess.Popen([str(COMMAND)], stdin=-1, stdout=-1, stderr=-1, env=env, cwd=root) for _ in range(2)
    ]
    outputs = [child.communicate(b"".join(line + b"\n" for line in lines), timeout=60) for child in children]
    assert [child.returncode for child in children] == [0, 0]
    assert all(json.loads(out.splitlines()[0])["result"]["serverInfo"] for out, _ in outputs)


def test_the_module_start_path_needs_only_the_standard_library() -> None:
    code = (
        "import sys; before=set(sys.modules); import maestro_server.start; "
        "print(sorted({n.partition('.')[0] for n in set(sys.modules)-before} - sys.stdlib_module_names))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/")
    assert ran.stdout.strip() == "['maestro_server']"
