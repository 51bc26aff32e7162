"""`search_docs`."""

from typing import Annotated, Literal

from pydantic import Field

from maestro_server.caller import CALLER
from maestro_server.expert.answers import Answer
from maestro_server.expert.facade import Expert
from maestro_server.shortcut import LONGEST
from maestro_server.tools._tool import maestro_tool

SearchKind = Literal["any", "docs", "example", "api", "guide", "rule", "release"]


def _reads(query: str, kind: str = "any", version: str = "", project: str = "", **_: object) -> str:
    is_long = project or len(query) > LONGEST
    return "" if is_long else f"search {kind} {version}"


@maestro_tool("Search FastAPI docs", always_load=True, reads=_reads)
def search_docs(
    query: str,
    kind: SearchKind = "any",
    version: str = "",
    project: str = "",
    limit: Annotated[int, Field(ge=1, le=10)] = 5,
    expert: Expert = CALLER,
) -> Answer:
    """Find what FastAPI's docs, examples, API reference and release notes say, at the user's version.

    Use before writing or explaining FastAPI, Starlette or Pydantic code. Not for tracebacks
    (`explain_error`). Each hit has a ref for `read_docs`. "Not confident": the docs may not cover it.

    Args:
        query: Words, a question or a symbol, e.g. "stream a file upload".
        version: FastAPI version, e.g. "0.115.0".
        project: The user's project folder; its installed version is then used.
    """
    return expert.search(query, kind=kind, version=version, project=project, limit=limit)
