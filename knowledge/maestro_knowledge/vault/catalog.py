"""The sources that can be read: where each lives and how its repository is laid out."""

from typing import Literal

from maestro_knowledge.core.errors import NotFound
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.text import quote
from maestro_knowledge.vault.remotes import nearest_names

TEXTS = (".md", ".py", ".pyi", ".yml", ".yaml", ".toml", ".txt", ".json", ".html", ".css", ".js", ".sh")


@dataclass(frozen=True, slots=True)
class Source:
    """One project with documentation: data that tells the one parser how to read it.

    Of `mkdocs` (the site's configuration), `docs` (the folder it is about), `examples` and `release_notes`
    the first that exists counts: layouts change over the years. `packages` are read for symbols, modules
    in `private` are not, `docstrings` is how they are written. `skipped` are pages, folders below the docs
    and sections that tell a reader of the code nothing. `site` is its address where the configuration does
    not say; `site_version` the part of it that a site with several versions adds.
    """

    name: str
    title: str
    remote: str
    mkdocs: tuple[str, ...] = ("mkdocs.yml",)
    docs: tuple[str, ...] = ("docs",)
    examples: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    docstrings: Literal["google", ""] = ""
    skill: str = ""
    release_notes: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    site: str = ""
    site_version: str = ""

    @property
    def prefixes(self) -> tuple[str, ...]:
        """The files and folders of the repository, besides the docs, that are worth having."""
        # `src/` is where some repositories keep their package.
        sources = (*self.packages, *(f"src/{package}" for package in self.packages))
        named = (
            *self.examples,
            *sources,
            *self.mkdocs,
            "mkdocs.env.yml",
            "pyproject.toml",
            *self.release_notes,
        )
        return tuple(dict.fromkeys(name for name in named if name))

    def wants(self, path: str, docs: str = "") -> bool:
        """Whether a file of the repository is a text worth having; `docs` is the docs' folder if known."""
        folders = (*((docs,) if docs else self.docs), *self.prefixes)
        return path.endswith(TEXTS) and any(path == f or path.startswith(f"{f}/") for f in folders)


_PAGES_ABOUT_PEOPLE = (
    "fastapi-people.md",
    "external-links.md",
    "newsletter.md",
    "management.md",
    "management-tasks.md",
    "sponsors.md",
)

SOURCES: tuple[Source, ...] = (
    Source(
        name="fastapi",
        title="FastAPI",
        remote="https://github.com/fastapi/fastapi",
        mkdocs=("docs/en/mkdocs.yml", "mkdocs.yml"),
        docs=("docs/en", "docs"),
        examples=("docs_src", "docs/src"),
        packages=("fastapi",),
        private=("fastapi.cli", "fastapi.dependencies", "fastapi.openapi.constants"),
        site="https://fastapi.tiangolo.com/",
        skill="fastapi/.agents/skills/fastapi",
        release_notes=("docs/en/docs/release-notes.md", "docs/release-notes.md"),
        skipped=(
            *_PAGES_ABOUT_PEOPLE,
            *("translations.md", "translation-banner.md", "_llm-test.md"),
            *("index#sponsors", "index#keystone-sponsor", "index#gold-sponsors", "index#silver-sponsors"),
        ),
    ),
    Source(
        name="starlette",
        title="Starlette",
        remote="https://github.com/Kludex/starlette",
        packages=("starlette",),
        docstrings="google",
        site="https://starlette.dev/",
        release_notes=("docs/release-notes.md",),
        skipped=("contributing.md",),
    ),
    Source(
        name="pydantic",
        title="Pydantic",
        remote="https://github.com/pydantic/pydantic",
        packages=("pydantic",),
        private=("pydantic.v1", "pydantic.deprecated", "pydantic.mypy", "pydantic.plugin"),
        docstrings="google",
        release_notes=("HISTORY.md",),
        skipped=("contributing.md", "pydantic_people.md", "plugins", "theme", "logos"),
        site="https://docs.pydantic.dev/",
        site_version="latest/",
    ),
    Source(
        name="sqlmodel",
        title="SQLModel",
        remote="https://github.com/fastapi/sqlmodel",
        examples=("docs_src",),
        packages=("sqlmodel",),
        site="https://sqlmodel.tiangolo.com/",
        release_notes=("docs/release-notes.md",),
        skipped=_PAGES_ABOUT_PEOPLE,
    ),
    Source(
        name="httpx",
        title="HTTPX",
        remote="https://github.com/encode/httpx",
        packages=("httpx",),
        docstrings="google",
        site="https://www.python-httpx.org/",
        release_notes=("CHANGELOG.md",),
        skipped=("contributing.md", "code_of_conduct.md"),
    ),
    Source(
        name="uvicorn",
        title="Uvicorn",
        remote="https://github.com/Kludex/uvicorn",
        packages=("uvicorn",),
        docstrings="google",
        site="https://uvicorn.dev/",
        release_notes=("docs/release-notes.md",),
        skipped=("contributing.md",),
    ),
)


def find_source(name: str) -> Source:
    """The source of that name, or `NotFound` with the names there are."""
    names = tuple(source.name for source in SOURCES)
    found = next((source for source in SOURCES if source.name == name), None)
    if found is None:
        raise NotFound(
            f"There is no source {quote(name)}.", f"Sources: {', '.join(names)}.", nearest_names(name, names)
        )
    return found


def source_named(name: str) -> Source:
    """The source of that name, or, for one that is not in the table, a plain MkDocs site."""
    found = next((source for source in SOURCES if source.name == name), None)
    return found or Source(name=name, title=name, remote="", packages=(name,))
