"""Errors explained: a known family, else what the documentation says nearest to it."""

from typing import TYPE_CHECKING

from maestro_knowledge.core.errors import BadArgument, TooLarge
from maestro_server.expert.answers import Answer

if TYPE_CHECKING:
    from maestro_knowledge.diagnosis.model import Diagnosis, ProjectFacts
    from maestro_server.expert.facade import Expert

# The families of errors load when the first one is asked about.
# ruff: noqa: PLC0415

MAX_ERROR = 2_000_000


def explain(expert: "Expert", error: str, *, code: str, project: str) -> Answer:
    """What happened, why, what mends it; for an unknown error what the documentation has on its words."""
    from maestro_knowledge.diagnosis.match import diagnose
    from maestro_knowledge.diagnosis.render import render

    if not error.strip():
        raise BadArgument("There is no error to explain.", "Pass the message or traceback as it was printed.")
    if len(error) + len(code) > MAX_ERROR:
        raise TooLarge(f"This has {len(error) + len(code)} characters.", f"Keep it under {MAX_ERROR}.")
    found = diagnose(error, code, _facts(expert, project))
    markdown = render(found)
    refs = list(dict.fromkeys([*found.refs, *(ref for cause in found.causes for ref in cause.refs)]))
    if not found.known:
        nearby, refs = _search_instead(expert, found, project)
        markdown = f"{markdown}\n\n{nearby}"
    data = {"header": "", "name": found.family, "markdown": markdown, "next_cursor": "", "refs": refs}
    return Answer(markdown, data | {"known": found.known, "confidence": found.confidence})


def _search_instead(expert: "Expert", found: "Diagnosis", project: str) -> tuple[str, list[str]]:
    if not found.query:
        return "Nothing in it can be searched for.", []
    hits = expert.search(found.query, kind="any", version="", project=project, limit=3)
    return f"Nearest in the documentation:\n\n{hits.text}", [hit["ref"] for hit in hits.data["results"]]


def _facts(expert: "Expert", project: str) -> "ProjectFacts | None":
    """What the project model knows that an explanation needs."""
    if not project:
        return None
    from maestro_knowledge.diagnosis.model import ProjectFacts, RouteFact
    from maestro_knowledge.project.app_map import map_app
    from maestro_knowledge.project.load import load_path
    from maestro_knowledge.project.versions import find_versions

    folder = expert.roots.resolve(project)
    top = expert.roots.holding(folder)
    loaded = load_path(folder, root=top)
    rows = map_app(loaded)["routes"]
    routes = tuple(RouteFact(r["method"], r["path"], r["handler"], r["file"], r["line"]) for r in rows)
    versions = {name: found.version or "" for name, found in find_versions(folder, top).items()}
    files = {module.path: module.text for module in loaded.modules}
    return ProjectFacts(versions=versions, routes=routes, files=files)
