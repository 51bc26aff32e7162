"""The command `indexer`, run as a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

INDEXER = [sys.executable, "-m", "maestro_indexer.cli"]
SECONDS = 120


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        """The JSON on its standard output."""
        return json.loads(self.out)


def environment(home: Path, remote: str = "", **more: str) -> dict[str, str]:
    """The environment for a home; no remote and no package index can be had but those that are named."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_", "GIT_"))}
    return {**kept, **nowhere(remote), "FASTAPI_MAESTRO_HOME": str(home), **more}


def nowhere(remote: str = "") -> dict[str, str]:
    """Variables that lead git and pip to nowhere, and git to `remote` when it looks for FastAPI."""
    instead = {"file:///nowhere/": "https://github.com/"}
    if remote:
        instead[remote] = "https://github.com/fastapi/fastapi"
    rules = {"GIT_CONFIG_COUNT": str(len(instead))}
    for number, (address, meant) in enumerate(instead.items()):
        rules |= {f"GIT_CONFIG_KEY_{number}": f"url.{address}.insteadOf", f"GIT_CONFIG_VALUE_{number}": meant}
    return {"PIP_INDEX_URL": "file:///nowhere", "PIP_CONFIG_FILE": os.devnull, **rules}


def run_indexer(
    *words: str,
    env: Mapping[str, str],
    before: Callable[[], None] | None = None,
    command: list[str] | None = None,
) -> Ran:
    """Runs `indexer WORDS…` to its end."""
    ran = subprocess.run(
        [*(command or INDEXER), *words],
        env=dict(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        preexec_fn=before,
        check=False,
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def start_indexer(*words: str, env: Mapping[str, str]) -> "subprocess.Popen[str]":
    """Starts `indexer WORDS…`."""
    return subprocess.Popen(
        [*INDEXER, *words],
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
