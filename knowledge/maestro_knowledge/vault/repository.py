"""One git repository on disk, asked without a prompt, a hook, a work tree or a surprise."""

import math
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import IO, Literal, Self

from git import Git
from git.exc import GitError

from maestro_knowledge.core.errors import NotFound, Unreachable
from maestro_knowledge.core.text import quote
from maestro_knowledge.vault.remotes import RemoteRefs, hide_credentials, read_refs
from maestro_knowledge.vault.trees import MAX_FILE, Progress, content_id, too_large

Reach = Literal["nowhere", "remote"]

MAX_OUTPUT = 256 * 1024 * 1024
LOCAL_SECONDS = 60.0
_PATIENCE = 0.05
_STEP = re.compile(r"(?:remote: )?([A-Z][a-z]+ [a-z]+): +\d+% \((\d+)/(\d+)\)")
_SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.askPass=",
    "fetch.unpackLimit=1",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.ext.allow=never",
    "submodule.recurse=false",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=30",
    "advice.detachedHead=false",
)
_QUIET = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS": "",
    "SSH_ASKPASS_REQUIRE": "never",
    "GCM_INTERACTIVE": "never",
    "GIT_OPTIONAL_LOCKS": "0",
}
# A repository may name programs for its transports: reading one must start none of them.
_REACH = {
    "nowhere": {"GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1"},
    "remote": {"GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh"},
}


class GitFailed(Unreachable):
    """Git ended with an error, or not in time; the message holds its last words."""


class GitTooSlow(GitFailed):
    """Git did not end in time."""


class Repository:
    """The git repository whose objects lie in `folder`; use it in a `with` statement."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._git = Git(folder)
        self._git.update_environment(**_QUIET, **_REACH["nowhere"], GIT_DIR=str(folder))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the processes that read objects."""
        self._git.clear_cache()

    def run(
        self,
        *words: str,
        reach: Reach = "nowhere",
        seconds: float = LOCAL_SECONDS,
        lines: Iterable[str] | None = None,
        progress: Progress | None = None,
    ) -> bytes:
        """What `git WORDS…` prints, given `lines` as its input; `GitFailed` when it fails or is too slow."""
        settings = [word for setting in _settings(self.folder) for word in ("-c", setting)]
        with tempfile.TemporaryFile() as given:
            if lines is not None:
                given.write("".join(f"{line}\n" for line in lines).encode())
                given.seek(0)
            # GitPython ends the process as soon as nobody holds what `execute` returns.
            started = self._git.execute(
                ["git", *settings, *words],
                istream=given if lines is not None else None,
                as_process=True,
                env=_REACH[reach],
                start_new_session=True,
            )
            if started.proc is None:
                raise GitFailed("git did not start.", "Install git, or use another source.")
            return _supervise(started.proc, _command(words), seconds, progress)

    def remote_refs(self, remote: str, *, seconds: float) -> RemoteRefs:
        """The tags and branches that the remote has right now."""
        wanted = ("HEAD", "refs/heads/*", "refs/tags/*")
        return read_refs(self.run("ls-remote", remote, *wanted, reach="remote", seconds=seconds))

    def refs(self, below: str = "refs/") -> RemoteRefs:
        """The tags and branches of this repository itself, or those kept below another folder of refs."""
        try:
            out = self.run("for-each-ref", "--format=%(objectname) %(*objectname) %(refname)", below)
        except GitFailed:
            return read_refs(b"")
        lines = [line.split() for line in out.splitlines()]
        listing = [b"%s\trefs/%s" % (fields[-2], fields[-1].removeprefix(below.encode())) for fields in lines]
        return read_refs(b"\n".join(listing))

    def missing(self, commit: str, prefixes: Sequence[str] = ()) -> Iterator[str]:
        """The ids of those objects of the commit that the remote was allowed to leave out."""
        words = ("rev-list", "--objects", "--missing=print", "--no-walk", commit, "--", *prefixes)
        for line in self.run(*words).decode("ascii", "replace").splitlines():
            if line.startswith("?"):
                yield line[1:]

    def commit_of(self, name: str) -> tuple[str, str]:
        """The full id of the commit that `name` means and when it was made, as ISO 8601; or `NotFound`."""
        try:
            commit, _, content = self._object(f"{name}^{{commit}}")
            return commit, _committed_at(content)
        except (LookupError, ValueError, OverflowError):
            raise NotFound(
                f"The repository has no commit {quote(name)}.", "Name a tag or a branch that it has."
            ) from None

    def list_files(self, commit: str, prefixes: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
        """The path and blob id of every regular file; links, submodules and odd names are passed over."""
        out = self.run("ls-tree", "-r", "-z", "--full-tree", commit, "--", *prefixes)
        for entry in out.split(b"\0"):
            meta, _, name = entry.partition(b"\t")
            fields = meta.split()
            if len(fields) == 3 and fields[0] in {b"100644", b"100755"}:
                path = name.decode("utf-8", "replace")
                if path.isprintable() and "\ufffd" not in path:
                    yield path, fields[2].decode("ascii")

    def folders(self, commit: str, names: Sequence[str]) -> frozenset[str]:
        """Those of the named folders that the commit has."""
        return frozenset(name for name in names if self._kind(f"{commit}:{name}") == "tree")

    def read_blob(self, blob: str, path: str) -> bytes:
        """The content of the blob, which is the file at `path`; `TooLarge` beyond `MAX_FILE`."""
        try:
            _, _, content = self._object(blob)
        except OverflowError as error:
            raise too_large(path, int(str(error))) from None
        except LookupError:
            raise self._damaged(blob) from None
        # From a damaged pack GitPython hands back what came before git gave up, without a word.
        if len(blob) == 40 and content_id(content) != blob:
            raise self._damaged(blob)
        return content

    def _object(self, name: str) -> tuple[str, str, bytes]:
        """The id, kind and content of what a name means, all asked of one process.

        `LookupError` where it means nothing that can be read, `OverflowError` of the size beyond `MAX_FILE`.
        """
        try:
            found, kind, size, stream = self._git.stream_object_data(name)
            if size > MAX_FILE:
                raise OverflowError(size)
            content = stream.read(size)
            del stream  # what is left of it is read here, and not at some later moment
        except (GitError, ValueError, OSError):
            self.close()  # the process may have ended over it
            raise LookupError(name) from None
        return _as_text(found), _as_text(kind), content

    def _kind(self, name: str) -> str:
        try:
            return self._object(name)[1]
        except (LookupError, OverflowError):
            return ""

    def _damaged(self, blob: str) -> Unreachable:
        self.close()
        return Unreachable(
            f"The clone in {self.folder.name} lacks object {blob[:12]}.",
            "Run `indexer refresh --force` to fetch it anew.",
        )


def find_git_folder(path: Path) -> Path | None:
    """The folder with the objects of the checkout or bare repository that `path` lies in."""
    path = path.resolve()
    if (path / "HEAD").is_file() and (path / "objects").is_dir():
        return path
    return next((up / ".git" for up in (path, *path.parents) if (up / ".git").exists()), None)


def _as_text(word: str | bytes) -> str:
    """GitPython gives bytes where it says text."""
    return word.decode("ascii", "replace") if isinstance(word, bytes) else word


def _committed_at(commit: bytes) -> str:
    """When a commit was made, as its text says, in the time zone it names."""
    head = commit.partition(b"\n\n")[0].decode("utf-8", "replace")
    line = next((line for line in head.splitlines() if line.startswith("committer ")), "")
    seconds, zone = line.split()[-2:]
    minutes = int(zone[-4:-2]) * 60 + int(zone[-2:])
    offset = timedelta(minutes=-minutes if zone.startswith("-") else minutes)
    return datetime.fromtimestamp(int(seconds), timezone(offset)).isoformat()


def _settings(folder: Path) -> tuple[str, ...]:
    # The path was named by the user, and nothing that its configuration could start is started.
    return (*_SETTINGS, f"safe.directory={folder}", f"safe.directory={folder.parent}")


def _command(words: Sequence[str]) -> str:
    return words[2] if words[0] == "-c" else words[0]


def _wait(process: "subprocess.Popen[bytes]", reader: threading.Thread, seconds: float) -> None:
    """Waits for the end of the process; its closing stdout tells at once, where `wait` alone would poll."""
    deadline = time.monotonic() + seconds
    while reader.is_alive() and process.poll() is None and time.monotonic() < deadline:
        reader.join(_PATIENCE)
    process.wait(max(0.0, deadline - time.monotonic()))


def _supervise(
    process: "subprocess.Popen[bytes]", word: str, seconds: float, progress: Progress | None
) -> bytes:
    out, err = bytearray(), bytearray()
    readers = [
        threading.Thread(target=_collect, args=(process.stdout, out, MAX_OUTPUT, None), daemon=True),
        threading.Thread(target=_collect, args=(process.stderr, err, 64 * 1024, progress), daemon=True),
    ]
    for reader in readers:
        reader.start()
    try:
        _wait(process, readers[0], seconds)
    except subprocess.TimeoutExpired:
        raise GitTooSlow(
            f"git {word} did not end in {math.ceil(seconds)} seconds.",
            "The remote may hang: try again later, or give a longer --timeout.",
        ) from None
    finally:
        _end(process)
        for reader in readers:
            reader.join(5)
    if process.returncode:
        raise GitFailed(
            f"git {word} failed: {_last_words(bytes(err))}",
            "Check the address and the network, or use another --source.",
        )
    return bytes(out)


def _collect(stream: IO[bytes], into: bytearray, limit: int, progress: Progress | None) -> None:
    try:
        while chunk := os.read(stream.fileno(), 64 * 1024):
            if len(into) < limit:
                into += chunk
            if progress and (steps := _STEP.findall(chunk.decode("utf-8", "replace"))):
                name, done, total = steps[-1]
                progress(name, int(done), int(total))
    except (OSError, ValueError):
        return
    finally:
        stream.close()


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Ends the process and its children (a transport that hangs is one)."""
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (OSError, AttributeError):  # AttributeError: no process groups on this system
            process.kill()
        process.wait()


def _last_words(stderr: bytes) -> str:
    lines = [line.strip() for line in stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines[-1:] or ["no reason"]
    return hide_credentials(telling[0])[:300]
