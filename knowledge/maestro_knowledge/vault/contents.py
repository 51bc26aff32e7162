"""A tree → everything in it that can be asked for."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType

from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.vault.catalog import Source, source_named
from maestro_knowledge.vault.configuration import NOT_READ
from maestro_knowledge.vault.examples import Shown, example_files, find_shown, read_example
from maestro_knowledge.vault.includes import Shelf
from maestro_knowledge.vault.model import (
    READING_VERSION,
    Configuration,
    Contents,
    PageContents,
    Problem,
    Section,
)
from maestro_knowledge.vault.pages import Page, Site, read_site
from maestro_knowledge.vault.releases import read_releases
from maestro_knowledge.vault.sections import read_page
from maestro_knowledge.vault.skills import find_skill_pages, name_skill, skill_site
from maestro_knowledge.vault.stamps import finish, restamp
from maestro_knowledge.vault.symbols.modules import find_modules
from maestro_knowledge.vault.symbols.reference import read_reference, reference_pages
from maestro_knowledge.vault.trees import Tree

NOTHING_KNOWN: Mapping[str, PageContents] = MappingProxyType({})


def read_contents(
    tree: Tree,
    *,
    known: Mapping[str, PageContents] = NOTHING_KNOWN,
    configuration: Configuration = NOT_READ,
    progress: Callable[[int, int], None] | None = None,
) -> Contents:
    """Every page, example, release and symbol of the tree.

    `known` holds what an earlier reading gave, by file, and `configuration` what it knew of the site:
    whatever did not change is taken from there and only gets its version, commit and order anew.
    `progress` is told how many files of how many are read.
    """
    source = source_named(tree.snapshot.name)
    site = read_site(tree, source, configuration)
    files = tree.files()
    examples = next((e for e in source.examples if any(path.startswith(f"{e}/") for path in files)), "")
    reading = _Reading(tree, source, site, Shelf(tree, site.bases), known, examples, set())
    pages: list[PageContents] = []
    total = reading.count()
    for page in reading.read():
        pages.append(page)
        if progress:
            progress(min(len(pages), total), total)
    finished = finish(pages, site)
    problems = (*site.problems, *(problem for page in finished for problem in page.problems))
    return Contents(tree.snapshot, finished, problems, site.configuration)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One reading of a tree, file by file; one that cannot be read is a problem, and the rest goes on."""

    tree: Tree
    source: Source
    site: Site
    shelf: Shelf
    known: Mapping[str, PageContents]
    examples: str
    unchanged: set[str]

    def count(self) -> int:
        """How many files there are to read."""
        examples = sum(1 for _ in example_files(self.tree.files(), self.examples))
        return len(self.site.pages) + len(self.source.packages) + examples

    def read(self) -> Iterator[PageContents]:
        """Pages in the order of the site, then the releases, then the examples."""
        notes = next((name for name in self.source.release_notes if name in self.tree.files()), "")
        sections: list[Section] = []
        for page in self.site.pages:
            if page.file != notes:
                read = self._guarded(page.file, partial(self._page, page, self.site))
                sections += read.sections
                yield read
        if notes:
            yield self._guarded(notes, partial(self._releases, notes))
        skill = find_skill_pages(self.tree, self.source)
        for page in skill:
            yield self._guarded(page.file, partial(self._page, page, skill_site(self.site, skill)))
        for package in self.source.packages:
            yield self._guarded(package, partial(self._symbols, package))
        shown = find_shown(sections)
        for path in example_files(self.tree.files(), self.examples):
            yield self._guarded(path, partial(self._example, path, shown.get(path)))

    def _guarded(self, file: str, read: Callable[[], PageContents]) -> PageContents:
        try:
            return read()
        except MaestroError as error:
            problem = error.message
        except (RecursionError, ValueError) as error:
            problem = f"cannot be parsed: {type(error).__name__}"
        return PageContents(file, "", (), problems=(Problem(file, problem),))

    def _keep(self, old: PageContents, order: int | None = None) -> PageContents:
        """What the last reading gave for a file that did not change."""
        self.unchanged.add(old.file)
        return restamp(old, self.tree.snapshot, order)

    def _page(self, page: Page, site: Site) -> PageContents:
        old = self.known.get(page.file)
        if old and old.content_id and old.content_id == self._page_id(page, old.includes):
            return self._keep(old, page.order)
        read = read_page(self.tree.read(page.file), page, site, self.shelf, self.tree.snapshot)
        sections = read.sections if page.is_published else name_skill(read.sections, self.source)
        content_id = self._page_id(page, read.includes)
        return PageContents(page.file, content_id, sections, read.includes, problems=read.problems)

    def _page_id(self, page: Page, includes: Sequence[str]) -> str:
        """Changes with the page, its address, and every file it takes in or could take in."""
        files = self.tree.files()
        parts = [files[page.file], page.url, page.title, *self.site.bases]
        for path in includes:
            parts += (path, files.get(path, ""))
            parts += (f"{other}={files[other]}" for other in self.shelf.families.members(path))
        return _digest(parts)

    def _releases(self, file: str) -> PageContents:
        page = next((page for page in self.site.pages if page.file == file), None)
        path, url = (page.path, page.url) if page else ("", "")
        content_id = _digest((self.tree.files()[file], path, url))
        old = self.known.get(file)
        if old and old.content_id == content_id:
            return self._keep(old)
        releases, sections = read_releases(
            self.tree.read(file),
            file=file,
            path=path,
            url=url,
            site=self.site.url,
            snapshot=self.tree.snapshot,
        )
        return PageContents(file, content_id, sections, releases=releases)

    def _symbols(self, package: str) -> PageContents:
        files = self.tree.files()
        modules = [f"{path}={files[path]}" for _, path in find_modules(files)]
        old = self.known.get(package)
        # Of a page that did not change, the last reading tells whether it shows symbols.
        passed_over = self.unchanged.difference(old.includes if old else ())
        pages = [page for page in self.site.pages if page.file not in passed_over]
        shown = list(reference_pages(self.tree, pages))
        content_id = _digest((*modules, *(f"{p.path}={files[p.file]}" for p, _ in shown), self.site.url))
        if old and old.content_id == content_id:
            return self._keep(old)
        # Its libraries take a fifth of a second to import, and an unchanged package needs none of them.
        from maestro_knowledge.vault.symbols.read import read_symbols  # noqa: PLC0415

        reference = read_reference(shown, self.source.name)
        read = read_symbols(self.tree, self.source, package, self.site, reference)
        names = tuple(page.file for page, _ in shown)
        return PageContents(
            package, content_id, read.sections, names, symbols=read.symbols, problems=read.problems
        )

    def _example(self, path: str, shown: Shown | None) -> PageContents:
        where = shown.section if shown else None
        place = (where.id, *where.trail, where.title, where.url) if where else ()
        lines = map(str, shown.highlighted) if shown else ()
        others = self.shelf.families.others(path)
        content_id = _digest((self.tree.files()[path], *place, *lines, *others))
        old = self.known.get(path)
        if old and old.content_id == content_id:
            return self._keep(old)
        section = read_example(
            self.tree.read(path), path, self.examples,
            shown=shown, families=self.shelf.families, snapshot=self.tree.snapshot,
        )  # fmt: skip
        return PageContents(path, content_id, (section,) if section else ())


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256("\0".join((READING_VERSION, *parts)).encode()).hexdigest()[:40]
