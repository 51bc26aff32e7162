"""Serving: over stdio for one client, over HTTP for several."""

import argparse
import os
import signal
import sys
from typing import Any

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.core.settings import Settings, load_settings
from maestro_server.app.build import build_server
from maestro_server.app.logs import set_up_logs


def serve(options: argparse.Namespace) -> None:
    """Runs until stdin closes (stdio) or a signal comes (HTTP)."""
    settings = load_settings(
        roots=os.pathsep.join(options.root) if options.root else None,
        toolsets=options.toolsets,
        log_format=options.log_format,
    )
    set_up_logs(settings.log_format, settings.log_level)
    if options.transport == "stdio":
        build_server(settings, warm=True).run(transport="stdio", show_banner=False)
    else:
        _serve_http(settings, options.host, options.port, takes_paths=bool(options.root))


def _serve_http(settings: Settings, host: str, port: int, *, takes_paths: bool) -> None:
    from maestro_server.app.http import build_app, is_loopback  # noqa: PLC0415 - stdio needs none of it

    if not is_loopback(host) and not settings.token:
        raise BadArgument(
            f"HTTP on {host} needs a token.",
            "Set FASTAPI_MAESTRO_TOKEN, or leave --host at 127.0.0.1.",
        )
    import uvicorn  # noqa: PLC0415

    app = build_app(settings, host, takes_paths=takes_paths)
    # uvicorn drains, then raises the signal again: whoever stopped us politely sees a clean end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.run(app, host=host, port=port, log_config=None, server_header=False, **_limits())


def _limits() -> dict[str, Any]:
    return {
        "timeout_keep_alive": 15,
        "timeout_graceful_shutdown": 10,
        "h11_max_incomplete_event_size": 64 * 1024,
    }
