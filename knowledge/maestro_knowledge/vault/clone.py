"""Git clones kept at home, small and mended when they break; and the user's own checkouts, only read."""

import hashlib
import os
import shutil
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from maestro_knowledge.core.errors import NotFound, Unreachable
from maestro_knowledge.core.home import Home
from maestro_knowledge.core.records import replace
from maestro_knowledge.core.text import quote
from maestro_knowledge.vault.catalog import TEXTS, Source
from maestro_knowledge.vault.commits import CommitTree, open_commit, prefixes_at
from maestro_knowledge.vault.remotes import (
    LATEST,
    Chosen,
    RemoteRefs,
    check_remote,
    choose,
    hide_credentials,
    version_at,
)
from maestro_knowledge.vault.repository import (
    GitFailed,
    GitTooSlow,
    Repository,
    find_git_folder,
)
from maestro_knowledge.vault.trees import Progress

_KEPT = "refs/maestro/"
_PARTIAL = ".partial"


def fetch_commit(
    source: Source,
    home: Home,
    *,
    remote: str = "",
    ref: str = LATEST,
    seen: Chosen | None = None,
    afresh: bool = False,
    seconds: float = 600,
    progress: Progress | None = None,
) -> CommitTree:
    """The files of a tag, a branch or the newest release, fetched from the remote as far as they lack.

    The clone holds one commit for each version that was asked for, and of it only the texts where the
    remote can leave out the rest. A broken one is made anew (`afresh` does it anyway); a tag that the
    remote lost is served as long as it is here. `seen` is what `look` just found there, and saves asking
    twice; `seconds` bounds the whole.
    """
    remote = check_remote(remote or source.remote)
    folder = clone_folder(source, home, remote)
    _sweep(home.clones)
    wanted = _Wanted(source, remote, ref, seconds, progress)
    if not afresh and _is_repository(folder):
        try:
            with ExitStack() as closing:
                repository = closing.enter_context(Repository(folder))
                chosen = wanted.bring(repository, seen if seen and seen.version else None)
                closing.pop_all()
            return open_commit(repository, source, chosen, hide_credentials(remote))
        except GitTooSlow:
            raise
        except (GitFailed, OSError):
            pass  # The clone or the remote? A fresh clone beside it tells.
    fresh = _begin(folder)
    try:
        with Repository(fresh) as repository:
            repository.run("config", "remote.origin.url", remote)
            chosen = wanted.bring(repository)
        _replace(folder, fresh)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return open_commit(Repository(folder), source, chosen, hide_credentials(remote))


def look(source: Source, home: Home, *, remote: str = "", ref: str = LATEST, seconds: float = 60) -> Chosen:
    """The commit and version that the remote has for `ref` right now; nothing is fetched."""
    remote = check_remote(remote or source.remote)
    folder = clone_folder(source, home, remote)
    fresh = None if _is_repository(folder) else _begin(folder)
    try:
        with Repository(fresh or folder) as repository:
            refs = repository.remote_refs(remote, seconds=seconds)
        return choose(refs, ref, where=hide_credentials(remote))
    finally:
        if fresh:
            shutil.rmtree(fresh, ignore_errors=True)


def open_checkout(path: Path, source: Source, *, ref: str = "") -> CommitTree:
    """The files of a commit in a checkout of the user's own; without `ref`, of the one it is at."""
    folder = find_git_folder(path) if path.exists() else None
    if folder is None:
        raise NotFound(
            f"{quote(str(path), 200)} is not a git repository.", "Give the folder of a clone, or its address."
        )
    with Repository(folder) as repository:
        refs = repository.refs()
        if ref:
            chosen = choose(refs, ref, where=str(path))
        else:
            commit, _ = repository.commit_of("HEAD")
            chosen = Chosen("HEAD", commit, version_at(refs, commit))
    return open_commit(Repository(folder), source, chosen, str(path))


def clone_folder(source: Source, home: Home, remote: str) -> Path:
    """Where the clone of this remote is kept."""
    return home.clones / f"{source.name}-{hashlib.sha256(remote.encode()).hexdigest()[:12]}.git"


class _Wanted:
    """One commit that is to be brought from a remote into a repository."""

    def __init__(
        self, source: Source, remote: str, ref: str, seconds: float, progress: Progress | None
    ) -> None:
        self.source = source
        self.remote = remote
        self.ref = ref
        self.progress = progress
        self._ends = time.monotonic() + seconds

    @property
    def seconds(self) -> float:
        """What is left of the time for all of it."""
        return max(self._ends - time.monotonic(), 0.1)

    def bring(self, repository: Repository, seen: Chosen | None = None) -> Chosen:
        """The commit that is meant, with everything worth having of it in the repository."""
        kept = _kept(repository)
        chosen = seen or self._choose(repository, kept)
        if chosen.commit not in {*kept.tags.values(), *kept.branches.values()}:
            self._fetch(repository, chosen)
            self._fetch_texts(repository, chosen.commit)
            kept_as = chosen.name.removeprefix("refs/").replace("HEAD", "heads/HEAD")
            repository.run("update-ref", f"{_KEPT}{kept_as}", chosen.commit)
        return chosen

    def _choose(self, repository: Repository, kept: RemoteRefs) -> Chosen:
        """What the remote has for the ref right now, else what was brought of it before."""
        where = hide_credentials(self.remote)
        refs = repository.remote_refs(self.remote, seconds=self.seconds)
        try:
            chosen = choose(refs, self.ref, where=where)
        except NotFound:
            if self.ref == LATEST:
                raise
            try:
                return choose(kept, self.ref, where=where)
            except (NotFound, Unreachable):
                pass
            raise
        return chosen if chosen.version else replace(chosen, version=version_at(refs, chosen.commit))

    def _fetch(self, repository: Repository, chosen: Chosen) -> None:
        """Fetches the commit: its texts later, alone, or, from the plainest of remotes, with its history."""
        # What was brought before is named to the remote, which then sends no more than what is new.
        ways = (("--depth=1", "--filter=blob:none"), ("--depth=1",), ())
        for way in ways:
            try:
                return self._ask(repository, *way, "origin", f"+{chosen.name}:{_KEPT}incoming")
            except GitTooSlow:
                raise
            except GitFailed:
                if not way:
                    raise
        return None

    def _fetch_texts(self, repository: Repository, commit: str) -> None:
        prefixes = prefixes_at(repository, commit, self.source)
        missing = set(repository.missing(commit, prefixes))
        files = repository.list_files(commit, prefixes) if missing else ()
        blobs = sorted({blob for path, blob in files if blob in missing and path.endswith(TEXTS)})
        if not blobs:
            return
        try:
            # What is named by its id is lacking: that a commit with it was brought must not keep it back.
            self._ask(repository, "--filter=blob:none", "--stdin", "origin", lines=blobs, says="noop")
        except GitTooSlow:
            raise
        except GitFailed:
            self._ask(repository, "--refetch", "--no-filter", "--depth=1", "origin", commit)

    def _ask(
        self, repository: Repository, *words: str, lines: list[str] | None = None, says: str = "default"
    ) -> None:
        repository.run(
            "-c", f"fetch.negotiationAlgorithm={says}", "fetch", "--progress", "--no-tags", "--force",
            "--no-write-fetch-head", "--no-recurse-submodules", *words,
            reach="remote", seconds=self.seconds, lines=lines, progress=self.progress,
        )  # fmt: skip


def _kept(repository: Repository) -> RemoteRefs:
    """The refs of what was brought whole before."""
    return repository.refs(_KEPT)


def _is_repository(folder: Path) -> bool:
    return (folder / "HEAD").is_file() and (folder / "objects").is_dir()


def _begin(folder: Path) -> Path:
    """An empty bare repository beside `folder`, under a name that says whose it is."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f"{folder.stem}.{os.getpid()}.", suffix=_PARTIAL, dir=folder.parent))
    with Repository(fresh) as repository:
        repository.run("init", "--quiet", "--bare", "--template=", str(fresh))
    return fresh


def _replace(folder: Path, fresh: Path) -> None:
    """Puts a whole clone in the place of one that is broken or not there."""
    broken = fresh.with_suffix(f".broken{_PARTIAL}")
    if folder.exists():
        folder.rename(broken)
    fresh.rename(folder)
    shutil.rmtree(broken, ignore_errors=True)


def _sweep(clones: Path) -> None:
    """Removes what processes that are gone have left half-made."""
    for path in sorted(clones.glob(f"*{_PARTIAL}")):
        pid = path.name.split(".")[1] if path.name.count(".") >= 2 else ""
        if pid.isdigit() and not _is_alive(int(pid)):
            shutil.rmtree(path, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
