"""Logging to stderr only, as text or JSON, with the id of the request that it belongs to."""

import contextvars
import json
import logging
import sys
from datetime import UTC, datetime

request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")

_EXPECTED = frozenset(
    {"ToolError", "PromptError", "ResourceError", "MCPError", "NotFoundError", "ValidationError"}
)
_OWN = ("maestro_server", "maestro_indexer", "maestro_knowledge")


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if current := request_id.get():
            entry["request_id"] = current
        entry |= getattr(record, "facts", {})
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        facts = "".join(f" {key}={value}" for key, value in getattr(record, "facts", {}).items())
        current = f" [{request_id.get()}]" if request_id.get() else ""
        text = f"{record.levelname.lower()}:{current} {record.getMessage()}{facts}"
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


def _is_unexpected(record: logging.LogRecord) -> bool:
    """Whether a record is news: FastMCP logs a traceback even for the failures that we raise on purpose."""
    error = record.exc_info[1] if record.exc_info else None
    return not (record.name.startswith("fastmcp") and type(error).__name__ in _EXPECTED)


def set_up_logs(form: str, level: str) -> None:
    """Sends our own logs at `level`, and everyone's warnings, to stderr in the asked-for form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if form == "json" else _Text())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in _OWN:
        logging.getLogger(name).setLevel(level.upper())
    handler.addFilter(_is_unexpected)
    for name in ("fastmcp", "mcp"):
        other = logging.getLogger(name)
        other.handlers[:] = []
        other.propagate = True
        other.setLevel(logging.ERROR)
    logging.captureWarnings(True)
