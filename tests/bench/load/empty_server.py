"""The framework alone over HTTP: one tool that does nothing, served as ours is."""

import sys

import uvicorn
from fastmcp import FastMCP

server = FastMCP("empty")


@server.tool
def empty() -> str:
    """Does nothing."""
    return "ok"


app = server.http_app(path="/mcp", stateless_http=True, json_response=True)
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_config=None)
