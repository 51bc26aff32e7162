"""Which files are pages, in which order, and where they are published: from the site's own configuration."""

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias
from urllib.parse import quote, urljoin

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.core.text import clean
from maestro_knowledge.vault.catalog import Source
from maestro_knowledge.vault.configuration import NOT_READ, read_configuration
from maestro_knowledge.vault.model import Configuration, Problem
from maestro_knowledge.vault.trees import Tree

MAX_PAGES = 5_000
_Groups: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a site: its file in the source, its path below the docs, and where it stands.

    `groups` are the titles of the navigation above it; an empty one is named by the page that leads it.
    """

    file: str
    path: str
    url: str
    order: int
    title: str = ""
    groups: _Groups = ()
    is_published: bool = True

    @property
    def id(self) -> str:
        """The id of its first section."""
        return self.path.removesuffix(".md")


@dataclass(frozen=True, slots=True)
class Site:
    """A site: its address, its pages in order, from where includes are looked up, sections to leave out."""

    url: str
    docs: str
    pages: tuple[Page, ...]
    bases: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    by_path: Mapping[str, Page] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    configuration: Configuration = NOT_READ


def read_site(tree: Tree, source: Source, known: Configuration = NOT_READ) -> Site:
    """The site of a source as its configuration has it, or, without one, as its files are.

    What is `known` of the configuration is not read again while its files are the same.
    """
    problems: list[Problem] = []
    files = tree.files()
    name = next((name for name in source.mkdocs if name in files), "")
    data, configuration = read_configuration(tree, name, problems, known)
    folder = posixpath.dirname(name)
    stated = data.get("docs_dir")
    named = (posixpath.normpath(posixpath.join(folder, str(stated or "docs"))),) if name else ()
    usual = (place for docs in source.docs for place in (f"{docs}/docs", docs))
    docs = next((d for d in (*named, *usual) if any(path.startswith(f"{d}/") for path in files)), "docs")
    stated = data.get("site_url")
    url = str(stated) if isinstance(stated, str) and stated.startswith("http") else source.site
    url = urljoin(f"{url.rstrip('/')}/", source.site_version) if url else ""
    folders = data.get("use_directory_urls") is not False
    paths = [path[len(docs) + 1 :] for path in files if path.startswith(f"{docs}/") and path.endswith(".md")]
    pages = tuple(
        Page(f"{docs}/{path}", path, page_url(url, path, folders=folders), order, title, groups)
        for order, (path, title, groups) in enumerate(_order(paths, data.get("nav"), source))
    )
    if len(pages) > MAX_PAGES:
        problems.append(Problem(docs, f"has {len(pages)} pages; only the first {MAX_PAGES} are read"))
        pages = pages[:MAX_PAGES]
    bases = tuple(dict.fromkeys((*_include_bases(data, folder), folder, docs)))
    by_path = {page.path: page for page in pages}
    return Site(url, docs, pages, bases, tuple(problems), by_path, source.skipped, configuration)


def _order(paths: list[str], nav: object, source: Source) -> Iterator[tuple[str, str, _Groups]]:
    """The pages in the order of the navigation, then those that it does not name."""
    kept = {path for path in paths if not _is_skipped(path, source)}
    named: dict[str, tuple[str, _Groups]] = {}
    for path, title, groups in _walk_nav(nav, ()):
        if path in kept:
            named.setdefault(path, (title, groups))
    rest = sorted(kept - named.keys(), key=lambda path: (path.count("/"), not _is_index(path), path))
    for path in (*named, *rest):
        yield (path, *named.get(path, ("", ())))


def _is_skipped(path: str, source: Source) -> bool:
    parts = path.split("/")
    return path in source.skipped or parts[0] in source.skipped


def _is_index(path: str) -> bool:
    return posixpath.basename(path) in {"index.md", "README.md"}


def _walk_nav(nav: object, groups: _Groups, depth: int = 0) -> Iterator[tuple[str, str, _Groups]]:
    """Every page that the navigation names: its path, its title there, and the groups above it."""
    if not isinstance(nav, list) or depth > 10:
        return
    for entry in nav:
        items = entry.items() if isinstance(entry, dict) else [("", entry)]
        for title, target in items:
            shown = clean(str(title or ""))
            if isinstance(target, str):
                yield posixpath.normpath(target), shown, groups
            elif isinstance(target, list):
                leader = target[0] if target and isinstance(target[0], str) else ""
                yield from _walk_nav(target, (*groups, (shown, leader)), depth + 1)


def page_url(url: str, path: str, *, folders: bool = True) -> str:
    """Where a site at `url` publishes the page at `path`; empty for a site without an address."""
    if not url:
        return ""
    name = path.removesuffix(".md")
    if _is_index(path):
        folder = posixpath.dirname(path)
        return urljoin(url, quote(f"{folder}/" if folder else ""))
    return urljoin(url, quote(f"{name}/" if folders else f"{name}.html"))


def _include_bases(data: Mapping[str, Any], folder: str) -> Iterator[str]:
    """The folders that the include extensions are configured to look in."""
    extensions = data.get("markdown_extensions")
    entries = extensions if isinstance(extensions, list) else [extensions]
    for entry in entries:
        for name, options in entry.items() if isinstance(entry, dict) else ():
            if name in {"mdx_include", "markdown_include.include", "pymdownx.snippets"} and isinstance(
                options, dict
            ):
                given = options.get("base_path")
                for base in given if isinstance(given, list) else [given]:
                    if isinstance(base, str):
                        yield posixpath.normpath(posixpath.join(folder, base))
