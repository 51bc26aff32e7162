"""A client's file gets our entry and keeps everything else byte for byte."""

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maestro_knowledge.core.errors import BadArgument
from maestro_server.app.clients import NAME, Connection, connect, write_connection
from maestro_server.app.json_edit import set_entry
from maestro_server.app.options import CLIENTS

ENTRY = {"command": "maestro", "args": []}


def connection(client: str, folder: Path, start: str = "/opt/m/bin/fastapi-maestro") -> Connection:
    return connect(client, start, project=folder, person=folder, config=folder)


@pytest.mark.parametrize("client", CLIENTS)
def test_writing_twice_changes_nothing_the_second_time(client: str, tmp_path: Path) -> None:
    made = connection(client, tmp_path)
    list(write_connection(made))
    first = made.file.read_bytes()
    said = list(write_connection(made))
    assert made.file.read_bytes() == first
    assert said == [f"{made.file} has it already."]


@pytest.mark.parametrize("client", [client for client in CLIENTS if client != "codex"])
def test_a_new_file_is_what_the_client_reads(client: str, tmp_path: Path) -> None:
    made = connection(client, tmp_path)
    list(write_connection(made))
    read = json.loads(made.file.read_text())
    assert read[made.key][NAME]["command"] == "/opt/m/bin/fastapi-maestro"


def test_comments_order_and_spacing_of_the_rest_survive(tmp_path: Path) -> None:
    old = (
        '{\r\n\t// mine\r\n\t"servers" : { "other":{"command":"x"}, /* last */ },\r\n\t"inputs":[ ]\r\n}\r\n'
    )
    made = connection("vscode", tmp_path)
    made.file.parent.mkdir()
    made.file.write_bytes(old.encode())
    list(write_connection(made))
    new = made.file.read_bytes().decode()
    head, _, tail = old.partition('{"command":"x"}')
    assert new.startswith(head + '{"command":"x"}')
    assert new.endswith(tail)
    assert made.file.with_name("mcp.json.before-maestro").read_bytes() == old.encode()


def test_an_entry_of_an_older_installation_is_replaced_alone(tmp_path: Path) -> None:
    made = connection("cursor", tmp_path)
    made.file.parent.mkdir()
    made.file.write_text(
        '{"mcpServers": {"fastapi-maestro": {"command": "/old"}, "b": {"command": "y"}}, "z": 1}'
    )
    list(write_connection(made))
    read = json.loads(made.file.read_text())
    assert read["mcpServers"][NAME]["command"] == "/opt/m/bin/fastapi-maestro"
    assert (read["mcpServers"]["b"], read["z"]) == ({"command": "y"}, 1)


def test_codex_keeps_other_tables_and_extra_keys_of_ours(tmp_path: Path) -> None:
    made = connection("codex", tmp_path)
    made.file.parent.mkdir()
    made.file.write_text(
        'model = "x" # mine\n\n[mcp_servers.fastapi-maestro]\ncommand = "/old"\nargs = []\nstartup_timeout_sec = 9\n\n[tail]\na = 1\n'
    )
    list(write_connection(made))
    read = tomllib.loads(made.file.read_text())
    assert read["mcp_servers"][NAME] == {
        "command": "/opt/m/bin/fastapi-maestro",
        "args": [],
        "startup_timeout_sec": 9,
    }
    assert read["tail"] == {"a": 1}
    assert made.file.read_text().startswith('model = "x" # mine\n')


def test_a_path_of_windows_is_spelled_so_that_it_reads_back(tmp_path: Path) -> None:
    start = r"C:\Users\a b\fastapi-maestro.exe"
    for client in CLIENTS:
        made = connection(client, tmp_path / client, start)
        list(write_connection(made))
        text = made.file.read_text()
        read = tomllib.loads(text) if client == "codex" else json.loads(text)
        assert read[made.key or "mcp_servers"][NAME]["command"] == start


@pytest.mark.parametrize("broken", ["[]", "{", '{"mcpServers": 5}', '{"a" 1}', "not json"])
def test_a_file_that_is_not_understood_is_left_alone(broken: str, tmp_path: Path) -> None:
    made = connection("cursor", tmp_path)
    made.file.parent.mkdir()
    made.file.write_text(broken)
    with pytest.raises(BadArgument):
        list(write_connection(made))
    assert made.file.read_text() == broken


def test_claude_desktop_s_file_lies_where_each_system_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from platformdirs.macos import MacOS
    from platformdirs.unix import Unix

    monkeypatch.setenv("HOME", "/home/a")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    ask = {"appname": "Claude", "appauthor": False, "roaming": True}
    assert MacOS(**ask).user_config_dir == "/home/a/Library/Application Support/Claude"
    assert Unix(**ask).user_config_dir == "/home/a/.config/Claude"


def test_a_file_kept_elsewhere_and_linked_stays_linked(tmp_path: Path) -> None:
    made = connection("codex", tmp_path)
    made.file.parent.mkdir()
    kept = tmp_path / "dotfiles.toml"
    kept.write_text("a = 1\n")
    made.file.symlink_to(kept)
    list(write_connection(made))
    assert made.file.is_symlink()
    assert "fastapi-maestro" in kept.read_text()


def test_json_of_any_depth_is_edited_or_refused(tmp_path: Path) -> None:
    made = connection("cursor", tmp_path)
    made.file.parent.mkdir()
    deep = '{"mcpServers": {"fastapi-maestro": ' + "[" * 100_000 + "]" * 100_000 + "}}"
    made.file.write_text(deep)
    with pytest.raises(BadArgument):
        list(write_connection(made))
    assert made.file.read_text() == deep


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(st.text(max_size=6), _JSON, max_size=4),
    st.dictionaries(st.text(max_size=6), st.dictionaries(st.text(max_size=4), _JSON, max_size=2), max_size=3),
    st.sampled_from([None, 1, 4, "\t"]),
)
def test_any_json_reads_back_with_our_entry_added(
    rest: dict, servers: dict, indent: int | str | None
) -> None:
    old = {**rest, "mcpServers": servers}
    new = json.loads(set_entry(json.dumps(old, indent=indent), "mcpServers", NAME, ENTRY))
    assert new == {**old, "mcpServers": {**servers, NAME: ENTRY}}
