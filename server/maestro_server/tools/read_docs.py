"""`read_docs`."""

from typing import Annotated

from pydantic import Field

from maestro_server.caller import CALLER
from maestro_server.expert.answers import Answer
from maestro_server.expert.facade import Expert
from maestro_server.shortcut import LONGEST
from maestro_server.tools._tool import maestro_tool


def _reads(ref: str, version: str = "", project: str = "", **_: object) -> str:
    is_long = project or len(ref) > LONGEST
    return "" if is_long else f"read {ref.partition(':')[0]} {version}"


@maestro_tool("Read FastAPI docs", reads=_reads)
def read_docs(
    ref: str,
    version: str = "",
    project: str = "",
    max_tokens: Annotated[int, Field(ge=200, le=8000)] = 3000,
    cursor: str = "",
    expert: Expert = CALLER,
) -> Answer:
    """Read what a ref points at: a docs section or page, example, symbol, guide, rule or release.

    Refs come from `search_docs`, findings and profiles. A symbol answers with signature, parameters and
    source. When cut, the cursor that continues is named.

    Args:
        ref: e.g. "docs:tutorial/cors#use-corsmiddleware", "api:fastapi.Depends", "rule:ASY101".
    """
    return expert.read(ref, version=version, project=project, max_tokens=max_tokens, cursor=cursor)
