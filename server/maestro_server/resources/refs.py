"""One resource template a kind of ref: the same text that `read_docs` gives."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from fastmcp.exceptions import McpError
from fastmcp.resources import resource
from mcp_types import INVALID_PARAMS

from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.core.refs import KINDS, Kind
from maestro_server.caller import CALLER
from maestro_server.expert.facade import Expert

_WHAT: dict[Kind, str] = {
    "docs": "A page or section of FastAPI's documentation, e.g. maestro://docs/tutorial/cors",
    "example": "A runnable example, e.g. maestro://example/cors/tutorial001_py310",
    "api": "A symbol with its parameters and their docs, e.g. maestro://api/fastapi.Depends",
    "guide": "One of our own pattern guides, e.g. maestro://guide/async-database",
    "rule": "A review rule's page, e.g. maestro://rule/ASY101",
    "release": "What changed in a version, e.g. maestro://release/0.115.0",
    "profile": "An agent profile, e.g. maestro://profile/fatima",
}


def make_ref_resources() -> list[Callable[..., Any]]:
    """One template a kind, in the order of the contract."""
    return [_make(kind) for kind in KINDS]


def _make(kind: Kind) -> Callable[..., Any]:
    def read(name: str, expert: Expert = CALLER) -> str:
        try:
            return expert.read(
                f"{kind}:{unquote(name)}", version="", project="", max_tokens=8000, cursor=""
            ).text
        except MaestroError as error:
            raise McpError(code=INVALID_PARAMS, message=str(error)) from None

    return resource(
        f"maestro://{kind}/{{name*}}",
        name=kind,
        description=_WHAT[kind],
        mime_type="text/markdown",
        tags={"ref"},
    )(read)
