"""Real git repositories and the invented mini vault, for everything that reads them."""

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from knowledge.vault.sources import mini_tree

from maestro_knowledge.vault.contents import read_contents
from maestro_knowledge.vault.model import Contents, Section


class Remote:
    """A git repository that tests fetch from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "-q", "-b", "master", str(folder), cwd=folder.parent)
        self.git("config", "uploadpack.allowFilter", "true")
        self.git("config", "uploadpack.allowAnySHA1InWant", "true")

    @property
    def url(self) -> str:
        return self.folder.as_uri()

    def git(self, *words: str, cwd: Path | None = None) -> str:
        who = {
            f"GIT_{role}_{what}": value
            for role in ("AUTHOR", "COMMITTER")
            for what, value in (
                ("NAME", "t"),
                ("EMAIL", "t@example.com"),
                ("DATE", "2026-01-02T03:04:05+00:00"),
            )
        }
        kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        done = subprocess.run(
            ["git", *words],
            cwd=cwd or self.folder,
            env={**kept, **who, "GIT_CONFIG_GLOBAL": os.devnull},
            check=True,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        return done.stdout.strip()

    def commit(self, files: Mapping[str, str | bytes], tag: str = "", *words: str) -> str:
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.git("add", "-A", "-f")
        self.git("commit", "-q", "--allow-empty", "-m", tag or "work", *words)
        if tag:
            self.git("tag", "-f", tag)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def make_remote(tmp_path: Path) -> Callable[..., Remote]:
    def make(name: str = "remote") -> Remote:
        (tmp_path / name).mkdir()
        return Remote(tmp_path / name)

    return make


@pytest.fixture
def remote(make_remote: Callable[..., Remote]) -> Remote:
    return make_remote()


@pytest.fixture(scope="session")
def mini() -> Contents:
    """The mini vault, read once."""
    return read_contents(mini_tree())


@pytest.fixture(scope="session")
def by_ref(mini: Contents) -> dict[str, Section]:
    return {section.ref: section for section in mini.sections}
