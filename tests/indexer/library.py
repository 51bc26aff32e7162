"""A small invented library, really indexed in memory: documentation, examples, symbols, releases, guides."""

from collections.abc import Iterable, Sequence
from typing import Any

from maestro_indexer.assemble import describe, hold_in_memory
from maestro_indexer.model import Generation
from maestro_indexer.snapshots import OpenSnapshot
from maestro_indexer.views import View
from maestro_knowledge.core.refs import Kind
from maestro_knowledge.vault.model import (
    CodeBlock,
    Contents,
    Layer,
    PageContents,
    Place,
    Section,
    Snapshot,
    SourceRef,
)

CORS_CODE = """\
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])
"""


def make_section(
    section_id: str,
    title: str,
    body: str = "",
    *,
    kind: Kind = "docs",
    trail: tuple[str, ...] = (),
    name: str = "fastapi",
    layer: Layer = "git",
    version: str = "2.0.0",
    place: Place | None = None,
    **fields: Any,
) -> Section:
    """A section; one of the documentation stands at its own place."""
    page, _, anchor = section_id.partition("#")
    if place is None and kind == "docs":
        place = Place(f"{page}.md", anchor or title.lower().replace(" ", "-"))
    source = SourceRef(name, layer, version, "c0ffee", f"{page}.md")
    return Section(section_id, kind, title, trail, body, source, place=place, **fields)


def docs(version: str = "2.0.0") -> tuple[Section, ...]:
    """FastAPI's documentation, invented: a few pages that are easily told apart."""

    def section(section_id: str, title: str, body: str, *trail: str, **fields: Any) -> Section:
        return make_section(
            section_id, title, body, trail=trail, version=version, order=next(orders), **fields
        )

    orders = iter(range(1000))
    return (
        section("tutorial/cors", "CORS", "Browsers ask whether another origin may call the backend."),
        section(
            "tutorial/cors#use-corsmiddleware",
            "Use `CORSMiddleware`",
            "Add the middleware with the origins that you trust. Credentials need exact origins."
            f"\n\n```python\n{CORS_CODE}```\n\nMethods and headers can be narrowed too.",
            "CORS",
            code=(CodeBlock(CORS_CODE, file="docs_src/cors/tutorial001.py", first_line=1, last_line=5, highlighted=(2, 5)),),
        ),
        section("tutorial/cors#origin", "Origin", "An origin is a scheme, a host and a port together.", "CORS"),
        section("tutorial/body", "Request Body", "Declare a Pydantic model and receive JSON in its shape."),
        section("tutorial/body#create-your-data-model", "Create your data model", "A class that inherits from `BaseModel` with typed attributes.", "Request Body"),
        section("tutorial/background-tasks", "Background Tasks", "Run work after the response was sent, such as writing a notification."),
        section("tutorial/background-tasks#add-the-background-task", "Add the background task", "Call `background_tasks.add_task()` with the function and its arguments.", "Background Tasks"),
        section("tutorial/dependencies/index", "Dependencies", "Declare what a path operation needs with `Depends` and let it be injected."),
        section("tutorial/dependencies/index#create-a-dependency", "Create a dependency", "A dependency is a function with the same parameters as a path operation.", "Dependencies"),
        section("advanced/behind-a-proxy", "Behind a Proxy", "Tell the application its root_path when a proxy strips a prefix."),
        section("advanced/behind-a-proxy#forwarded-headers", "Forwarded Headers", "Trust `X-Forwarded-Proto` and `X-Forwarded-For` from the proxy only.", "Behind a Proxy"),
        section("deployment/https", "About HTTPS", "Certificates are renewed automatically by most termination proxies."),
    )  # fmt: skip


def others(version: str = "2.0.0") -> tuple[Section, ...]:
    """The examples, symbols and releases beside the documentation."""
    return (
        make_section(
            "cors/tutorial001",
            "cors/tutorial001.py",
            f"```python docs_src/cors/tutorial001.py\n{CORS_CODE}```",
            kind="example",
            version=version,
            place=Place("tutorial/cors.md", "use-corsmiddleware"),
        ),
        make_section(
            "fastapi.FastAPI.add_middleware",
            "fastapi.FastAPI.add_middleware",
            "```python\ndef add_middleware(middleware_class, **options)\n```\n\nPuts a middleware around the application.",
            kind="api",
            version=version,
            place=Place("reference/fastapi.md", "fastapi.FastAPI.add_middleware"),
        ),
        make_section(
            "fastapi.BackgroundTasks",
            "fastapi.BackgroundTasks",
            "A collection of background tasks that run after the response.",
            kind="api",
            version=version,
            place=Place("reference/background.md", "fastapi.BackgroundTasks"),
        ),
        *(
            make_section(
                number,
                f"{number} (2026-01-0{day})",
                f"**Features**\n\n- Add {what}.\n\n**Translations**\n\n- Add CORS and body and proxy translations.",
                kind="release",
                version=version,
                place=Place("release-notes.md", number.replace(".", "")),
                order=day,
            )
            for day, (number, what) in enumerate(
                (("2.0.0", "support for server-sent events"), ("1.9.0", "the `root_path` parameter"), ("1.8.1", "typed forms")), 1
            )
        ),
    )  # fmt: skip


def guides() -> tuple[Section, ...]:
    """Our own pages: guides that cite the documentation, a rule, a profile."""

    def own(section_id: str, title: str, body: str, **fields: Any) -> Section:
        return make_section(
            section_id, title, body, name="maestro", layer="embedded", version="0.1", **fields
        )

    return (
        own(
            "browser-clients",
            "Let a browser front end call the API",
            "Add the CORS middleware last, with exact origins.",
            kind="guide",
            keywords=("No 'Access-Control-Allow-Origin' header is present", "preflight"),
            cites=(Place("tutorial/cors.md", "use-corsmiddleware"), Place("tutorial/cors.md", "origin")),
        ),
        own(
            "rate-limits",
            "Limit how often a client may call",
            "Count requests in Redis and answer 429.",
            kind="guide",
            keywords=("slowapi", "too many requests"),
            cites=(Place("tutorial/dependencies/index.md", "dependencies"),),
        ),
        own(
            "blocking-http-in-async",
            "A blocking HTTP call runs on the event loop",
            "An `async def` handler waits for `requests` and everybody else waits with it.",
            kind="rule",
            keywords=("ASY101", "blocking-http-in-async"),
            cites=(Place("async.md", "in-a-hurry"),),
        ),
        own("fatima", "Service owner", "Owns a service from design to pager.", kind="profile"),
    )


def hold(
    sections: Sequence[Section],
    *,
    name: str = "fastapi",
    layer: Layer = "git",
    version: str = "2.0.0",
    ref: str = "",
) -> OpenSnapshot:
    """The sections as an open snapshot, in memory."""
    pages = tuple(
        PageContents(section.source.file + str(number), str(number), (section,))
        for number, section in enumerate(sections)
    )
    contents = Contents(Snapshot(name, layer, version, "c0ffee"), pages)
    key = f"{name}-{layer}-{version}"
    return hold_in_memory(
        contents, describe(contents, key=key, ref=ref, indexed_at="2026-11-20", made_by="tests")
    )


def make_view(*snapshots: OpenSnapshot) -> View:
    """One generation of these snapshots."""
    return View(Generation("1", "1", "2026-11-20", tuple(s.info for s in snapshots)), tuple(snapshots))


def whole_library() -> View:
    """Everything: two versions of the framework, a neighbour of it, our own pages."""
    old = tuple(section for section in docs("1.9.0") if not section.id.startswith("deployment/"))
    gone = make_section("advanced/gone", "Gone", "This page was removed.", version="1.9.0", order=900)
    return make_view(
        hold((*docs(), *others())),
        hold((*old, gone, *others("1.9.0")), version="1.9.0"),
        hold(guides(), name="maestro", layer="embedded", version="0.1"),
        hold(neighbour(), name="starlette", layer="installed", version="1.0"),
    )


def neighbour() -> Iterable[Section]:
    """A symbol of another package."""
    return [
        make_section(
            "starlette.middleware.cors.CORSMiddleware",
            "starlette.middleware.cors.CORSMiddleware",
            "The middleware that answers preflight requests.",
            kind="api",
            name="starlette",
            layer="installed",
            version="1.0",
        )
    ]
