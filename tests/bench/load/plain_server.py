"""The framework with our calls as its plainest tools: no limits, tokens, metrics, headers or typed errors."""

import sys

import uvicorn
from fastmcp import FastMCP
from fastmcp.tools import ToolResult

from maestro_knowledge.core.settings import load_settings
from maestro_server.expert.facade import Expert
from maestro_server.expert.reviewing import ReviewCall

expert = Expert(load_settings())
server = FastMCP("plain")


@server.tool(output_schema=None)
def search_docs(query: str) -> str:
    """Searches."""
    return expert.search(query, kind="any", version="", project="", limit=5).text


@server.tool(output_schema=None)
def read_docs(ref: str) -> str:
    """Reads."""
    return expert.read(ref, version="", project="", max_tokens=3000, cursor="").text


@server.tool(output_schema=None)
def review_endpoint(code: str) -> ToolResult:
    """Reviews."""
    answer = expert.review(ReviewCall(code=code))
    return ToolResult(content=answer.text, structured_content=answer.data)


app = server.http_app(path="/mcp", stateless_http=True, json_response=True)
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_config=None)
