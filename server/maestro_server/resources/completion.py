"""Completion of refs in resource templates and of the few prompt arguments with a fixed answer."""

from fastmcp import FastMCP
from fastmcp.server.dependencies import get_context
from mcp_types import CompletionArgument, CompletionContext, PromptReference, ResourceTemplateReference

from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.profiles.partners import read_partners
from maestro_server.expert.facade import Expert


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
            known = read_partners() if argument.name == "partner" else ()
            return sorted(each.title for each in known if each.title.startswith(typed.casefold()))
        kind = str(ref.uri).removeprefix("maestro://").partition("/")[0]
        expert: Expert = get_context().lifespan_context["expert"]
        try:
            if kind == "profile":  # those that users have added are in no index
                refs = expert.profile("", task="", project="").data["refs"]
                return [
                    name for each in refs if (name := each.partition(":")[2]).startswith(typed.casefold())
                ]
            return list(expert.complete(kind, typed))
        except MaestroError:
            return []
