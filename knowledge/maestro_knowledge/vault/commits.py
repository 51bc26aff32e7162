"""The files of one commit, read from git's objects."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Self

from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.vault.catalog import Source
from maestro_knowledge.vault.model import Snapshot
from maestro_knowledge.vault.remotes import Chosen, version_between
from maestro_knowledge.vault.repository import Repository
from maestro_knowledge.vault.trees import MAX_FILES, no_such_file, too_many_files

_STATED = re.compile(r"""^(?:__version__|VERSION|version)\s*=\s*['"]([^'"\n]{1,40})['"]""", re.MULTILINE)


class CommitTree:
    """One commit as a tree, work tree or not; `close` it, or use it in a `with` statement."""

    def __init__(self, snapshot: Snapshot, repository: Repository, prefixes: tuple[str, ...] = ()) -> None:
        self.snapshot = snapshot
        self._repository = repository
        self._prefixes = prefixes

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the processes that read objects."""
        self._repository.close()

    @cached_property
    def _blobs(self) -> Mapping[str, str]:
        blobs = dict(sorted(self._repository.list_files(self.snapshot.commit, self._prefixes)))
        if len(blobs) > MAX_FILES:
            raise too_many_files(self.snapshot.location)
        return blobs

    def files(self) -> Mapping[str, str]:
        """Every regular file and the id of its blob."""
        return self._blobs

    def read(self, path: str) -> bytes:
        """The bytes of one file."""
        blob = self._blobs.get(path)
        if blob is None:
            raise no_such_file(path)
        return self._repository.read_blob(blob, path)


def open_commit(repository: Repository, source: Source, chosen: Chosen, location: str) -> CommitTree:
    """The chosen commit of the repository, with what it says of itself; its tree closes the repository."""
    try:
        commit, committed_at = repository.commit_of(chosen.commit)
        snapshot = Snapshot(
            name=source.name,
            layer="git",
            version=chosen.version or version_between(_stated_version(repository, commit, source), commit),
            commit=commit,
            committed_at=committed_at,
            location=location,
        )
        return CommitTree(snapshot, repository, prefixes_at(repository, commit, source))
    except BaseException:
        repository.close()
        raise


def prefixes_at(repository: Repository, commit: str, source: Source) -> tuple[str, ...]:
    """The files and folders of a commit that are worth having, as its layout has them."""
    there = repository.folders(commit, source.docs) if source.docs else ()
    docs = next((d for d in source.docs if d in there), "")
    return (*((docs,) if docs else ()), *source.prefixes)


def _stated_version(repository: Repository, commit: str, source: Source) -> str:
    """The version that the source code at a commit states."""
    names = [f"{root}{package}/{module}.py" for package in source.packages for root in ("", "src/")
             for module in ("__init__", "version", "__version__")]  # fmt: skip
    blobs = dict(repository.list_files(commit, (*names, "pyproject.toml")))
    for name in (*names, "pyproject.toml"):
        if name in blobs:
            try:
                text = repository.read_blob(blobs[name], name).decode("utf-8", "replace")
            except MaestroError:
                continue
            if found := _STATED.search(text):
                return found[1]
    return ""
