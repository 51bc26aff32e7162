"""The vault's nouns: what a source holds once it has been read."""

from typing import Literal

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.refs import DEFAULT_SOURCE, Kind, make_ref

READING_VERSION = "2"  # raised whenever reading the same files gives other sections
Layer = Literal["embedded", "installed", "sdist", "git"]


@dataclass(frozen=True, slots=True)
class SourceRef:
    """Where a text stands: repository or package, version, file and lines."""

    name: str
    layer: Layer
    version: str
    commit: str = ""
    file: str = ""
    first_line: int = 0
    last_line: int = 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One source at one version, ready to be read."""

    name: str
    layer: Layer
    version: str
    commit: str = ""
    committed_at: str = ""
    location: str = ""

    @property
    def is_fastapi(self) -> bool:
        """Whether this is the framework itself, not a neighbour of it."""
        return self.name == DEFAULT_SOURCE


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the published documentation: file under `docs/en/docs`, anchor there."""

    path: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Code that a page shows: where it really stands, and which of its lines are meant."""

    text: str
    language: str = "python"
    file: str = ""
    first_line: int = 0
    last_line: int = 0
    highlighted: tuple[int, ...] = ()
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands below it; its `id` joins everything in the product.

    `trail` are the headings above it, the page's title first. `body` is Markdown with every include
    resolved. `keywords` are words that lead here though the text does not say them. `place` is where the
    published docs have it: for an example the section that shows it, for a symbol its reference entry;
    a guide or a rule has `cites` instead. `related` holds refs. `nav` are the groups of the site's
    navigation that the page stands in.
    """

    id: str
    kind: Kind
    title: str
    trail: tuple[str, ...]
    body: str
    source: SourceRef
    url: str = ""
    place: Place | None = None
    order: int = 0
    code: tuple[CodeBlock, ...] = ()
    keywords: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    cites: tuple[Place, ...] = ()
    nav: tuple[str, ...] = ()

    @property
    def ref(self) -> str:
        """The ref that reads it back, in the default version."""
        return make_ref(
            self.kind, self.id, source=self.source.name if self.kind in PER_SOURCE else DEFAULT_SOURCE
        )


PER_SOURCE: frozenset[Kind] = frozenset({"docs", "example", "api", "release"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a symbol; empty strings where nothing is written."""

    name: str
    annotation: str = ""
    default: str = ""
    kind: str = ""
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A public name: what it is, how it is called, what its parameters mean, where it stands."""

    name: str
    kind: Literal["class", "function", "method", "attribute", "module"]
    signature: str
    parameters: tuple[Parameter, ...]
    returns: str
    doc: str
    source: SourceRef
    bases: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    deprecated: str = ""


ChangeKind = Literal["breaking", "deprecated", "added", "fixed", "other"]


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the release notes."""

    kind: ChangeKind
    text: str
    pr: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """What changed in one version."""

    version: str
    date: str
    changes: tuple[Change, ...]
    source: SourceRef


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read; the rest went on."""

    file: str
    message: str


@dataclass(frozen=True, slots=True)
class PageContents:
    """What one file (a page, an example, the release notes, a package) gives.

    `content_id` covers the file and everything it takes in: while it stays the same, so does the rest.
    `includes` are the files it names; `problems` come back when it is reused.
    """

    file: str
    content_id: str
    sections: tuple[Section, ...]
    includes: tuple[str, ...] = ()
    releases: tuple[Release, ...] = ()
    symbols: tuple[Symbol, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a site's configuration says of its pages, as JSON, and of which files, with their ids."""

    files: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """A whole snapshot, read: pages in the order of the site, then releases, examples and symbols."""

    snapshot: Snapshot
    pages: tuple[PageContents, ...]
    problems: tuple[Problem, ...] = ()
    configuration: Configuration = Configuration()

    @property
    def sections(self) -> tuple[Section, ...]:
        """Every section of every page, in order."""
        return tuple(section for page in self.pages for section in page.sections)

    @property
    def releases(self) -> tuple[Release, ...]:
        """Every release, newest first as the notes have them."""
        return tuple(release for page in self.pages for release in page.releases)

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """Every public name that was read."""
        return tuple(symbol for page in self.pages for symbol in page.symbols)

    @property
    def page_count(self) -> int:
        """How many documentation pages there are."""
        pages = (section for section in self.sections if section.kind in {"docs", "release"})
        return len({page.source.file for page in pages if not page.id.startswith("agent-skill")})

    @property
    def section_count(self) -> int:
        """How many sections there are, of every kind."""
        return len(self.sections)

    @property
    def example_count(self) -> int:
        """How many runnable examples there are."""
        return sum(section.kind == "example" for section in self.sections)

    @property
    def symbol_count(self) -> int:
        """How many public names there are."""
        return sum(section.kind == "api" for section in self.sections)
