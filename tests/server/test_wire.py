"""What one tool call puts on the wire, and on stderr."""

import json
from pathlib import Path

import pytest
from generated import handshake, speak

CALL = {"jsonrpc": "2.0", "method": "tools/call"}


def call(number: int, name: str, **arguments: object) -> dict:
    return {**CALL, "id": number, "params": {"name": name, "arguments": arguments}}


def test_text_tools_say_their_text_once_and_data_tools_twice(
    home: Path, root: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    messages = [
        *handshake("legacy")[:2],
        call(1, "search_docs", query="background tasks"),
        call(2, "read_docs", ref="guide:background-tasks"),
        call(3, "explain_error", error="RuntimeError: Event loop is closed"),
        call(4, "get_profile"),
        call(5, "vault_status"),
        call(6, "review_endpoint", code="import fastapi\n"),
    ]
    answers = speak(messages, "serve", "--root", str(root), FASTAPI_MAESTRO_HOME=str(home))
    results = {answer["id"]: answer["result"] for answer in answers}
    for number in (1, 2, 3, 4):
        assert "structuredContent" not in results[number]
        assert len(results[number]["content"]) == 1
        assert not results[number].get("isError"), results[number]
    for number in (5, 6):
        assert isinstance(results[number]["structuredContent"], dict)
        assert len(results[number]["content"]) == 1
        assert json.dumps(results[number]["structuredContent"]) != results[number]["content"][0]["text"]
    assert capfd.readouterr().err == ""
