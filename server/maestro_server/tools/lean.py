"""Tools whose wire form carries only what we say: FastMCP adds its own `_meta` to each, even when empty."""

from typing import Any

from fastmcp.tools import FunctionTool


class LeanTool(FunctionTool):
    """A function tool without FastMCP's own metadata."""

    def get_meta(self) -> dict[str, Any]:
        """Our metadata alone."""
        return dict(self.meta or {})
