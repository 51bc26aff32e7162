"""The framework alone: a server with one tool that does nothing."""

from fastmcp import FastMCP

server = FastMCP("empty")


@server.tool
def empty() -> str:
    """Does nothing."""
    return "ok"


server.run(show_banner=False)
