"""Trees to read: the invented mini vault, and sites written down in a test."""

from collections.abc import Mapping
from pathlib import Path

from maestro_knowledge.vault.contents import read_contents
from maestro_knowledge.vault.model import Contents, Section, Snapshot
from maestro_knowledge.vault.trees import FolderTree, MemoryTree

MINI_VAULT = Path(__file__).parents[2] / "fixtures" / "vault"
CONFIGURATION = "site_url: https://mini.example.com/\n"


def mini_tree(version: str = "1.1.0", commit: str = "c0ffee1") -> FolderTree:
    """The mini vault as it lies on disk."""
    return FolderTree(Snapshot("fastapi", "git", version, commit), MINI_VAULT)


def site_of(pages: Mapping[str, str | bytes], files: Mapping[str, str | bytes] = {}) -> MemoryTree:
    """A source with these pages below `docs/en/docs`, and other files by their whole path."""
    contents = {f"docs/en/docs/{name}": text for name, text in pages.items()}
    contents |= {"docs/en/mkdocs.yml": CONFIGURATION, **files}
    return MemoryTree(
        Snapshot("fastapi", "git", "1.0.0"),
        {name: text if isinstance(text, bytes) else text.encode() for name, text in contents.items()},
    )


def read_page(text: str | bytes, files: Mapping[str, str | bytes] = {}) -> Contents:
    """What a site with one page, `page.md`, gives."""
    return read_contents(site_of({"page.md": text}, files))


def sections_of(text: str | bytes, files: Mapping[str, str | bytes] = {}) -> list[Section]:
    """The documentation sections of a site with one page."""
    return [section for section in read_page(text, files).sections if section.kind == "docs"]


def body_of(text: str | bytes, files: Mapping[str, str | bytes] = {}) -> str:
    """The text of a page that has no headings."""
    return sections_of(text, files)[0].body
