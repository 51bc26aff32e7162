"""Completion of refs in resource templates and of the few prompt arguments with a fixed answer."""

from fastmcp import FastMCP
from fastmcp.server.dependencies import get_context
from mcp_types import CompletionArgument, CompletionContext, PromptReference, ResourceTemplateReference

from maestro_knowledge.core.errors import MaestroError

PARTNERS = (
    "container architect",
    "observability engineer",
    "system architect",
    "test automator",
    "type guardian",
)


def add_completion(server: FastMCP) -> None:
    """Registers the one completion handler of the server."""

    @server.completion
    def complete(
        ref: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        _: CompletionContext | None,
    ) -> list[str]:
        typed = argument.value[:200]
        if isinstance(ref, PromptReference):
            known = PARTNERS if argument.name == "partner" else ()
            return [name for name in known if name.startswith(typed.casefold())]
        kind = str(ref.uri).removeprefix("maestro://").partition("/")[0]
        try:
            return list(get_context().lifespan_context["expert"].complete(kind, typed))
        except MaestroError:
            return []
