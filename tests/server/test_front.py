"""The front answers exactly as the real server would, and is not there any more once that is up."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import generated
import pytest
from conftest import COMMAND
from generated import HANDSHAKES, META, handshake, speak

from maestro_server.front import Answers, load_baked

CALL = {"jsonrpc": "2.0", "method": "tools/call", "params": {"name": "get_profile", "arguments": {}}}
INITIALIZE, READY = handshake("legacy")[:2]


@pytest.fixture(autouse=True)
def _home(home: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTAPI_MAESTRO_HOME", str(home))
    monkeypatch.chdir(root)


@pytest.fixture
def own(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, with the index of the others."""
    copy = tmp_path / "home"
    shutil.copytree(home, copy)
    monkeypatch.setenv("FASTAPI_MAESTRO_HOME", str(copy))
    return copy


@pytest.mark.parametrize("version", HANDSHAKES)
def test_its_handshake_answers_are_those_of_the_real_server(version: str) -> None:
    messages = handshake("legacy", version)
    assert speak(messages, front=True) == speak(messages)


@pytest.mark.parametrize("words", [(), ("--toolsets", "docs"), ("--toolsets", "review,profiles")])
@pytest.mark.parametrize("platform", ["", "hana-x"])
@pytest.mark.parametrize("era", ["legacy", "modern"])
def test_its_lists_are_those_of_the_real_server(era: str, platform: str, words: tuple[str, ...]) -> None:
    messages = handshake(era)
    environment = {"FASTAPI_MAESTRO_PLATFORM": platform}
    with_front = speak(messages, *words, front=True, **environment)
    assert with_front == speak(messages, *(("serve", *words) if words else ("serve",)), **environment)


def test_an_unknown_version_gets_the_newest_handshake() -> None:
    messages = handshake("legacy", "1999-01-01")
    assert speak(messages, front=True) == speak(messages)


def test_hundreds_of_pipelined_calls_are_all_answered_once() -> None:
    calls = [{**CALL, "id": number} for number in range(10, 310)]
    answers = speak([INITIALIZE, READY, *calls], front=True)
    assert [answer["id"] for answer in answers] == [0, *range(10, 310)]
    assert all("profiles" in answer["result"]["content"][0]["text"].lower() for answer in answers[1:])


def test_calls_in_the_modern_era_need_no_handshake() -> None:
    params = {**CALL["params"], "_meta": META}
    answers = speak([{**CALL, "id": 1, "params": params}], front=True)
    assert not answers[0]["result"].get("isError")


def run(lines: bytes, code: str = "") -> subprocess.CompletedProcess[bytes]:
    words = [sys.executable, "-c", code] if code else [str(COMMAND)]
    return subprocess.run(words, input=lines, capture_output=True, timeout=60, check=False)


def test_a_client_that_leaves_early_is_not_waited_for() -> None:
    for lines in (b"", json.dumps(INITIALIZE).encode() + b"\n"):
        ran = run(lines)
        assert (ran.returncode, ran.stderr) == (0, b"")


def test_a_cancelled_call_is_cancelled_by_the_real_server_too() -> None:
    cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 77}}
    last = {"jsonrpc": "2.0", "id": 2, "method": "ping"}
    answers = speak([INITIALIZE, READY, cancel, last], front=True)
    assert [answer["id"] for answer in answers] == [0, 2]


def test_whoever_waits_is_told_when_the_real_server_cannot_start(tmp_path: Path) -> None:
    (tmp_path / "fastmcp").mkdir()
    (tmp_path / "fastmcp" / "__init__.py").write_text("raise RuntimeError('broken installation')")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from maestro_server.start import main; main()"
    lines = [INITIALIZE, READY, {**CALL, "id": 5}]
    ran = run(b"".join(json.dumps(line).encode() + b"\n" for line in lines), code)
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    assert ran.returncode == 1
    assert answers[0]["result"]["serverInfo"]["name"] == "fastapi-maestro"
    assert answers[1]["id"] == 5
    assert answers[1]["error"]["message"].startswith("internal: the server could not start")
    assert b"broken installation" in ran.stderr


def test_what_is_printed_while_importing_never_reaches_the_wire(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("")
    code = (
        "import sys, threading; from maestro_server import start; stage = start._set_the_stage\n"
        "def loud(): print('stray'); sys.stdout.flush(); stage()\n"
        "start._set_the_stage = loud; sys.exit(start.main())"
    )
    ran = run(
        b"".join(json.dumps(line).encode() + b"\n" for line in (INITIALIZE, READY, {**CALL, "id": 5})), code
    )
    assert all(json.loads(line)["jsonrpc"] for line in ran.stdout.splitlines())
    assert b"stray" in ran.stderr


def test_a_baked_file_of_other_versions_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    baked = json.loads(generated.BAKED.read_text("utf-8"))
    for content in (json.dumps({**baked, "made_with": ["fastmcp-0.0.1"]}), "{", "[]", ""):
        stale = tmp_path / "baked.json"
        stale.write_text(content)
        monkeypatch.setattr("maestro_server.front.BAKED", str(stale))
        assert load_baked(None, platform=False, own_profiles=False) is None
    monkeypatch.setattr("maestro_server.front.BAKED", str(tmp_path / "none.json"))
    assert load_baked(None, platform=False, own_profiles=False) is None


@pytest.fixture
def answers() -> Answers:
    found = load_baked(None, platform=False, own_profiles=False)
    assert found
    return found


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"id": 1},
        {"id": 1, "method": "tools/call", "params": {}},
        {"id": 1, "method": "tools/list"},
        {"id": 1, "method": "tools/list", "params": []},
        {"id": 1, "method": "tools/list", "params": {"cursor": "x"}},
        {"id": 1, "method": "initialize", "params": {}},
        {"id": 1, "method": "ping"},
        {"id": 1, "method": "server/discover", "params": {}},
        {"id": 1, "method": "server/discover", "params": {"_meta": {**META, next(iter(META)): "2099-01-01"}}},
        {"method": "notifications/initialized"},
    ],
)
def test_what_it_does_not_know_for_sure_it_leaves_to_the_real_server(message: dict, answers: Answers) -> None:
    assert answers.answer(message) is None


def test_the_start_path_imports_nothing_heavy() -> None:
    code = (
        "import os, sys; sys.argv = ['x']; from maestro_server import start; "
        "front = start._make_front([]); print(sorted({n.partition('.')[0] for n in sys.modules} "
        "- sys.stdlib_module_names - {'__main__'}))"
    )
    ran = subprocess.run(
        [sys.executable, "-S", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(generated.TOP / "server")},
    )
    assert ran.stdout.strip() == "['maestro_server']"


@pytest.mark.parametrize("place", ["home", "project", "root"])
@pytest.mark.parametrize("era", ["legacy", "modern"])
def test_profiles_of_the_user_s_own_are_prompts_and_left_to_the_real_server(
    place: str, era: str, own: Path, root: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    folder = {"home": own / "profiles", "project": root / ".maestro" / "profiles"}.get(
        place, other / ".maestro" / "profiles"
    )
    folder.mkdir(parents=True)
    (folder / "a.md").write_text("---\nname: dba\ndescription: Asks for plans of queries.\n---\nOur way.\n")
    (folder / "b.md").write_text(
        "---\nname: review\ndescription: Named like a way of working.\n---\nOur way.\n"
    )
    other.mkdir(exist_ok=True)
    words = ("--root", str(root), "--root", str(other)) if place == "root" else ()
    messages = handshake(era)
    answers = speak(messages, *words, front=True)
    prompts = next(answer["result"]["prompts"] for answer in answers if "prompts" in answer["result"])
    names = [prompt["name"] for prompt in prompts]
    assert "dba" in names
    assert names.count("review") == 1
    assert answers == speak(messages, "serve", *words)
