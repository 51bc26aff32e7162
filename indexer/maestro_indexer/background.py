"""The refresh that a server starts by itself: a process of its own, once in a while, in nobody's way."""

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress

from maestro_indexer.status import best_layer, is_refreshing
from maestro_indexer.views import View
from maestro_knowledge.core.environment import process_environment
from maestro_knowledge.core.home import Home

RETRY_AFTER = 6 * 3600.0
_STAMP = "refresh-attempt"
_LOG = "refresh.log"
_NICENESS = 10


def wants_refresh(view: View) -> bool:
    """Whether there is more to be had than this: no vault yet, or a damaged one."""
    return bool(view.lost) or best_layer(view.generation.snapshots) in {"embedded", "installed"}


def start_background_refresh(home: Home, *, retry_after: float = RETRY_AFTER) -> bool:
    """Starts `indexer refresh` beside this process, unless one runs or was started not long ago.

    Never raises and never waits: what it finds ends up in the index and in `last_refresh`.
    """
    if is_refreshing(home) or not sys.executable:
        return False
    try:
        if not _take_turn(home, retry_after):
            return False
        process = _start(home)
    except OSError:  # a home that is read-only, no room, no more processes: there is nothing to start
        return False
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, process.pid, _NICENESS)
    # Someone must take note of its end, or it stays behind as a zombie.
    threading.Thread(target=process.wait, name="background-refresh", daemon=True).start()
    return True


def _take_turn(home: Home, retry_after: float) -> bool:
    """Whether this process may start one now; the stamp says so to all others."""
    stamp = home.index / _STAMP
    home.index.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        age = time.time() - stamp.stat().st_mtime
    except FileNotFoundError:
        age = retry_after
    if 0 <= age < retry_after:
        return False
    stamp.touch()
    return True


def _start(home: Home) -> "subprocess.Popen[bytes]":
    # -E and -P: neither PYTHONPATH nor the working folder can put another package in the place of ours.
    command = [sys.executable, "-E", "-P", "-m", "maestro_indexer.cli", "refresh", "--quiet"]
    with (home.index / _LOG).open("wb") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=home.index,
            env=process_environment(FASTAPI_MAESTRO_HOME=str(home.root)),
            start_new_session=True,
        )
