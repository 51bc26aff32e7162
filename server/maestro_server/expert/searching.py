"""Search: words in, sections out, within a budget, each with the place that it stands at."""

from typing import TYPE_CHECKING, Any

from maestro_knowledge.core.errors import BadArgument, TooLarge
from maestro_knowledge.core.text import quote
from maestro_server.expert.answers import Answer
from maestro_server.expert.header import header_facts, header_line, installed_version

if TYPE_CHECKING:
    from maestro_indexer.choice import Chosen
    from maestro_indexer.model import Hit, Hits
    from maestro_server.expert.facade import Expert

# Whoosh loads at the first question.
# ruff: noqa: PLC0415

MAX_QUERY = 100_000
MAX_LIMIT = 50
BUDGET = 1500 * 4
KINDS = ("any", "docs", "example", "api", "guide", "rule", "release")


def search(expert: "Expert", query: str, *, kind: str, version: str, project: str, limit: int) -> Answer:
    """Sections that answer the query, best first, as text and in the form of `search --json`."""
    from maestro_indexer.choice import choose
    from maestro_indexer.lookup import name_section
    from maestro_indexer.model import Wanted
    from maestro_indexer.search import search as find

    _check(query, kind, limit)
    view = expert.library.view()
    wanted = Wanted(
        kind=None if kind == "any" else kind,  # type: ignore[arg-type] # one of KINDS, checked above
        version=version.strip(),
        installed="" if version.strip() else installed_version(expert, project),
    )
    chosen = choose(view, wanted)
    hits = find(view, query, wanted, limit)
    results = [_result(hit, name_section(view, hit.section)) for hit in hits.hits]
    data = {
        "header": header_facts(chosen),
        "confident": hits.confident,
        "results": results,
        "suggestions": list(hits.suggestions),
    }
    return Answer(_text(chosen, hits, results, limit), data)


def _check(query: str, kind: str, limit: int) -> None:
    if not query.strip():
        raise BadArgument("The query is empty.", "Give words, a question, a symbol or an error message.")
    if len(query) > MAX_QUERY:
        raise TooLarge(
            f"The query has {len(query)} characters.",
            f"Keep it under {MAX_QUERY}.",
        )
    if kind not in KINDS:
        raise BadArgument(f"There is no kind {quote(kind)}.", f"Allowed: {', '.join(KINDS)}.")
    if not 1 <= limit <= MAX_LIMIT:
        raise BadArgument(f"The limit {limit} is not allowed.", f"Give 1 to {MAX_LIMIT}.")


def _result(hit: "Hit", ref: str) -> dict[str, Any]:
    section, source = hit.section, hit.section.source
    return {
        "ref": ref,
        "kind": section.kind,
        "title": section.title,
        "trail": list(section.trail),
        "path": hit.place.path if hit.place else "",
        "anchor": hit.place.anchor if hit.place else "",
        "url": section.url,
        "snippet": hit.snippet,
        "score": round(hit.score, 3),
        "source": {
            "file": source.file,
            "lines": f"{source.first_line}-{source.last_line}" if source.last_line else "",
            "commit": source.commit[:7],
            "version": source.version,
        },
        "cites": [{"path": place.path, "anchor": place.anchor} for place in section.cites],
    }


def _text(chosen: "Chosen", hits: "Hits", results: list[dict[str, Any]], limit: int) -> str:
    head = [header_line(chosen)]
    if hits.mended:
        head.append(f"Read as: {'; '.join(hits.mended)}.")
    if not hits.confident:
        head.append(
            "Not confident: the documentation may not cover this. Rephrase it in FastAPI's own words."
        )
        if hits.suggestions:
            head.append(f"Nearest headings: {'; '.join(hits.suggestions)}")
    if not results:
        head.append("Nothing found.")
    tail = "read_docs(ref) gives the whole text." if results else ""
    room = BUDGET * max(1, limit / 5) - len("\n".join(head)) - len(tail) - 80
    shown: list[str] = []
    for number, (result, hit) in enumerate(zip(results, hits.hits, strict=True), 1):
        entry = _entry(number, result, hit)
        if shown and len(entry) > room:
            tail = f"{len(results) - len(shown)} more not shown; a narrower query brings them up. {tail}"
            break
        shown.append(entry)
        room -= len(entry) + 2
    return "\n\n".join(part for part in ("\n".join(head), *shown, tail) if part)


def _entry(number: int, result: dict[str, Any], hit: "Hit") -> str:
    trail = " > ".join([*result["trail"], result["title"]])
    version = hit.section.source.version
    own = f" · {hit.section.source.name} {version}" if result["kind"] == "api" else ""
    url = f" · {result['url']}" if result["url"] else ""
    place = f"   `{result['ref']}`{url}"
    return f"{number}. **{trail}** ({result['kind']}{own})\n{place}\n{_indent(result['snippet'])}".rstrip()


def _indent(text: str) -> str:
    return "\n".join(f"   {line}".rstrip() for line in text.splitlines())
