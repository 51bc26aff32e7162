"""The framework alone over HTTP: a tool that does nothing, and one that only answers, served as ours are."""

import sys

import uvicorn
from fastmcp import FastMCP

server = FastMCP("empty")


@server.tool
def empty() -> str:
    """Does nothing."""
    return "ok"


@server.tool(output_schema=None)
def sized(size: int) -> str:
    """Answers as much text as one of our answers is."""
    return "a line of text\n" * (size // 15)


app = server.http_app(path="/mcp", stateless_http=True, json_response=True)
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_config=None)
