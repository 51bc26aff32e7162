"""Serving: over stdio for one client, over HTTP for several."""

import argparse
import multiprocessing
import os
import signal
import sys
import threading
from functools import partial
from typing import Any

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.core.records import replace
from maestro_knowledge.core.settings import Settings, hand_down, load_settings
from maestro_server.app.build import build_server
from maestro_server.app.logs import set_up_logs


def serve(options: argparse.Namespace) -> None:
    """Runs until stdin closes (stdio) or a signal comes (HTTP)."""
    settings = load_settings(
        roots=os.pathsep.join(options.root) if options.root else None,
        toolsets=options.toolsets,
        log_format=options.log_format,
        host=options.host,
        http_paths=True if options.root else None,
    )
    set_up_logs(settings.log_format, settings.log_level)
    if options.transport == "stdio":
        build_server(settings, warm=True).run(transport="stdio", show_banner=False)
    else:
        _serve_http(settings, options.port)


def _serve_http(settings: Settings, port: int) -> None:
    import uvicorn  # noqa: PLC0415 - stdio needs none of it

    from maestro_server.app.http import is_loopback  # noqa: PLC0415
    from maestro_server.team.access import has_tokens  # noqa: PLC0415

    host = settings.host
    if not is_loopback(host) and not has_tokens(settings):
        raise BadArgument(
            f"HTTP on {host} needs a token.",
            "`fastapi-maestro token add NAME` makes one; or set FASTAPI_MAESTRO_TOKEN or "
            "FASTAPI_MAESTRO_JWKS_URL, or leave --host at 127.0.0.1.",
        )
    # uvicorn drains, then raises the signal again: whoever stopped us politely sees a clean end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if settings.workers > 1:
        hand_down(settings)
        worker: Any = "maestro_server.app.serving:make_worker"
        loop = "auto" if sys.platform == "win32" else "maestro_server.app.listening:FairLoop"
        uvicorn.run(
            worker, host=host, port=port, factory=True, workers=settings.workers, loop=loop, **_limits()
        )
    else:
        uvicorn.run(_make_app(settings), host=host, port=port, **_limits())


def make_worker() -> Any:
    """The application of one worker process, as the process that started it was asked for."""
    settings = load_settings()
    set_up_logs(settings.log_format, settings.log_level)
    threading.Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()
    return _make_app(settings)


def _end_with_parent() -> None:
    """Ends this worker once the process that started it was killed: nobody else would."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _make_app(settings: Settings) -> Any:
    from maestro_server.app.http import build_app  # noqa: PLC0415 - not every module here needs HTTP
    from maestro_server.app.worker import Worker  # noqa: PLC0415

    return Worker(build_app(_follow(settings)))


def _follow(settings: Settings) -> Settings:
    """Takes up what other machines publish, where there is a database for that, and fetches nothing."""
    if not settings.database_url:
        return settings
    from maestro_indexer.sharing.follow import Follower  # noqa: PLC0415 - one machine alone needs no driver
    from maestro_indexer.sharing.opening import open_database  # noqa: PLC0415

    Follower(settings.places, partial(open_database, settings.database_url)).start()
    return replace(settings, auto_refresh=False)


def _limits() -> dict[str, Any]:
    from maestro_server.app.patience import ImpatientProtocol  # noqa: PLC0415 - brings uvicorn

    return {
        "http": ImpatientProtocol,
        "log_config": None,
        "access_log": False,  # else it words a line for each request, at a level that nobody asked for
        "server_header": False,
        "timeout_keep_alive": 15,
        "timeout_graceful_shutdown": 10,
        "h11_max_incomplete_event_size": 64 * 1024,
    }
