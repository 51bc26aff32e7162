"""The nouns of our own pattern guides, and the form of the files they come from.

A guide is `data/<name>.md`: front matter, a short answer, then sections.

    ---
    name: async-database
    title: Use an async database with a pool
    question: How do I handle database connections with async/await?
    keywords: [asyncpg, connection pool, "QueuePool limit of size"]
    cites:
      - docs:tutorial/sql-databases#create-an-engine
    ---

    The short answer, as prose above the first heading.

    ## One engine per process
    See: docs:advanced/events#lifespan, docs:tutorial/sql-databases#create-an-engine
    Asked as: where do I create the engine; engine in lifespan

    Text and code.

`See:` and `Asked as:` stand directly below a heading, each on one line. `See:` holds the refs that answer
that section officially, the best first, and stays in what a reader gets. `Asked as:` holds phrases that
users say, separated by semicolons; they feed the search and are not shown. A python block of a guide runs
in our tests after those before it, in one namespace; the words `not-run: <why>` after `python` exempt one,
and `file=app/main.py` makes one a module of that name.
"""

from maestro_knowledge.core.records import dataclass


@dataclass(frozen=True, slots=True)
class GuideSection:
    """One heading of a guide: its text without the `See:` and `Asked as:` lines, which are fields.

    The first section of a guide is its short answer: no anchor, the guide's own title, cites and keywords.
    """

    anchor: str
    title: str
    text: str
    cites: tuple[str, ...]
    keywords: tuple[str, ...]
    level: int = 2


@dataclass(frozen=True, slots=True)
class Guide:
    """A question that users of FastAPI ask, with our answer; `cites` are refs, the best first.

    `text` is the Markdown below the front matter as a reader gets it, without `Asked as:` lines.
    """

    name: str
    title: str
    question: str
    keywords: tuple[str, ...]
    cites: tuple[str, ...]
    text: str
    file: str
    sections: tuple[GuideSection, ...]

    @property
    def all_cites(self) -> tuple[str, ...]:
        """Every ref that the guide or one of its sections cites, in order, each once."""
        return tuple(dict.fromkeys([*self.cites, *(ref for part in self.sections for ref in part.cites)]))
