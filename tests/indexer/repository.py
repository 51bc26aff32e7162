"""A small invented repository, laid out as FastAPI's own, with releases, that tests change at will."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

MKDOCS = """\
site_name: FastAPI
site_url: https://fastapi.example.com/
docs_dir: docs
nav:
  - FastAPI: index.md
  - Tutorial:
      - tutorial/index.md
      - tutorial/first-steps.md
      - tutorial/giraffes.md
  - release-notes.md
markdown_extensions:
  - pymdownx.emoji:
      emoji_index: !!python/name:material.extensions.emoji.twemoji
"""

PAGES = {
    "index.md": "# FastAPI\n\nA framework that was invented for tests.\n\n## Requirements { #requirements }\n\nNone.\n",
    "tutorial/index.md": "# Tutorial { #tutorial }\n\nHow to begin.\n",
    "tutorial/first-steps.md": (
        "# First Steps { #first-steps }\n\nThe simplest file:\n\n"
        "{* ../../docs_src/first_steps/tutorial001.py *}\n\n## Recap { #recap }\n\nImport, create, decorate.\n"
    ),
    "tutorial/giraffes.md": "# Giraffes { #giraffes }\n\nGiraffes have long necks and eat acacia leaves.\n",
    "release-notes.md": (
        "# Release Notes\n\n## Latest Changes\n\n## 0.2.0 (2026-02-01)\n\n### Features\n\n"
        "* ✨ Add giraffes. PR [#2](https://example.com/pull/2).\n\n## 0.1.0\n\n### Fixes\n\n* 🐛 Fix the neck.\n"
    ),
}

CODE = {
    "docs_src/first_steps/tutorial001.py": (
        "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n"
        '@app.get("/")\nasync def root():\n    return {"message": "Hello"}\n'
    ),
    "fastapi/__init__.py": '__version__ = "0.0.0"\n\nfrom .applications import FastAPI as FastAPI\n',
    "fastapi/applications.py": 'class FastAPI:\n    """The application."""\n\n    def get(self, path: str) -> None:\n        """Registers a GET operation."""\n',
}

_WHO = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "test"), ("EMAIL", "test@example.com"), ("DATE", "2026-03-01T12:00:00+0000"))
}


class DocsRepository:
    """A git repository with a work tree, made of plain files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True)
        self.git("init", "-q", "-b", "master")
        self.git("config", "uploadpack.allowFilter", "true")

    @property
    def url(self) -> str:
        """Its address."""
        return self.folder.as_uri()

    def git(self, *words: str) -> str:
        """What `git WORDS…` prints."""
        environment = {**os.environ, **_WHO, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        return subprocess.run(
            ["git", *words], cwd=self.folder, check=True, capture_output=True, text=True, env=environment
        ).stdout.strip()

    def write(self, files: Mapping[str, str]) -> None:
        """Puts text files into the work tree."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def write_pages(self, pages: Mapping[str, str]) -> None:
        """Puts pages into the documentation."""
        self.write({f"docs/en/docs/{name}": text for name, text in pages.items()})

    def release(self, version: str) -> str:
        """Commits everything, tags it, and returns the commit."""
        self.write({"fastapi/__init__.py": CODE["fastapi/__init__.py"].replace("0.0.0", version)})
        commit = self.commit(f"Release {version}")
        self.git("tag", "-f", version)
        return commit

    def commit(self, message: str) -> str:
        """Commits everything and returns the commit."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")


def make_repository(folder: Path, *, more_pages: int = 0) -> DocsRepository:
    """A repository with release 0.1.0, and as many more pages as are asked for."""
    repository = DocsRepository(folder)
    repository.write({"docs/en/mkdocs.yml": MKDOCS, **CODE})
    repository.write_pages(PAGES)
    repository.write_pages(
        {
            f"more/page-{n}.md": f"# Page {n}\n\nText of page {n}.\n\n## Part\n\nMore of animal{n}.\n"
            for n in range(more_pages)
        }
    )
    repository.release("0.1.0")
    return repository
