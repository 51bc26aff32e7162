"""How a client asks: MCP tools, prompts, resources, the command line, HTTP."""
