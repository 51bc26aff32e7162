"""What a person sees who runs us by hand."""

from importlib.metadata import version

from maestro_knowledge.core.settings import Settings
from maestro_server.app.clients import connection
from maestro_server.expert.facade import Expert


def greet(settings: Settings) -> str:
    """What this is, what it has, how to connect a client."""
    status = Expert(settings).status().data
    what = ", ".join(
        f"{source['name']} {source['version']} ({source['kind']})" for source in status["sources"]
    )
    ours = version("fastapi-maestro")
    return f"""FastAPI Maestro {ours}, an MCP server with FastAPI expertise. MCP clients start it over a pipe.

Knowledge  {what or "none yet"}
Next       {status["next_step"] or "everything is there"}

Connect Claude Code:   {connection("claude-code").text}
Other clients:         fastapi-maestro setup cursor | vscode | codex | claude-desktop | gemini
See it work:           fastapi-maestro demo
Use it from here:      fastapi-maestro search "dependency with yield"
                       fastapi-maestro review PATH
Something wrong?       fastapi-maestro doctor"""
