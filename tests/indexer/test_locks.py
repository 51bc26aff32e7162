"""One refresh at a time, and none that died stands in the way."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from maestro_indexer.locks import hold_lock, is_locked, read_holder
from maestro_knowledge.core.errors import Busy, Unreachable

HOLD = """
import sys
from pathlib import Path
from maestro_indexer.locks import hold_lock
with hold_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def start_holder(path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_holder_is_told_who_has_it_and_for_how_long(tmp_path: Path) -> None:
    path = tmp_path / "locks" / "refresh.lock"
    with start_holder(path) as process:
        assert is_locked(path)
        with pytest.raises(Busy, match=rf"process {process.pid}, for \d+ s"), hold_lock(path):
            pass
        process.communicate()
    assert not is_locked(path)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_dead_holders_lock_is_taken_over_and_the_dead_is_named(tmp_path: Path) -> None:
    path = tmp_path / "refresh.lock"
    with start_holder(path) as process:
        process.kill()
        process.communicate()

    with hold_lock(path) as dead:
        assert dead is not None
        assert dead.pid == process.pid
        assert read_holder(path).pid == os.getpid()


def test_a_lock_that_was_left_in_order_has_no_dead_holder(tmp_path: Path) -> None:
    path = tmp_path / "refresh.lock"
    with hold_lock(path):
        pass
    with pytest.raises(RuntimeError), hold_lock(path):
        raise RuntimeError

    with hold_lock(path) as dead:
        assert dead is None


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"{}", b"[1]", b'{"pid": "x", "since": 1}', b"9" * 5000]
)
def test_garbage_in_a_lock_file_does_not_keep_anyone_out(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "refresh.lock"
    path.write_bytes(content)

    with hold_lock(path) as dead:
        assert dead is None


def test_whoever_waits_gets_the_lock_when_it_is_free(tmp_path: Path) -> None:
    path = tmp_path / "refresh.lock"
    with start_holder(path) as process:
        assert process.stdin is not None
        process.stdin.close()
        with hold_lock(path, wait=30):
            assert is_locked(path)


def test_a_lock_that_cannot_be_made_is_said_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "locks").write_text("a file where a folder should be")

    with (
        pytest.raises(Unreachable, match="FASTAPI_MAESTRO_HOME"),
        hold_lock(tmp_path / "locks" / "refresh.lock"),
    ):
        pass
