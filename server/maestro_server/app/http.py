"""The HTTP application: who may reach it, how much they may ask, what it answers beside MCP."""

import ipaddress
from typing import TYPE_CHECKING, Any

from anyio import CapacityLimiter, to_thread
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from maestro_knowledge.core.errors import NotBuilt
from maestro_knowledge.core.roots import Roots
from maestro_knowledge.core.settings import Settings
from maestro_server.app.bodies import BoundedBodies
from maestro_server.app.build import build_server
from maestro_server.app.headers import SafeHeaders
from maestro_server.app.turns import Turns
from maestro_server.expert.facade import Expert
from maestro_server.team.access import make_auth
from maestro_server.team.limits import LocalCounter, RateLimit, SharedCounter
from maestro_server.team.readiness import Readiness

if TYPE_CHECKING:
    from fastmcp import FastMCP
    from fastmcp.server.auth import AuthProvider

    from maestro_server.team.metrics import Metrics

MCP_PATH = "/mcp"
LARGEST_BODY = 4 * 1024 * 1024


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def build_app(settings: Settings) -> Any:
    """The ASGI application; unless that was asked for it reads no paths, only what is sent to it."""
    auth = make_auth(settings)
    expert = Expert(settings) if settings.http_paths else Expert(settings, Roots(()))
    turns = Turns()
    metrics = _make_metrics(turns)
    server = build_server(
        settings,
        expert,
        warm=True,
        scoped=auth is not None,
        watchers=[metrics] if metrics else [],
        inside=[turns],
        auth=auth,
    )
    _add_watching(server, Readiness(settings.places), metrics, auth)
    app = server.http_app(
        path=MCP_PATH,
        stateless_http=True,
        json_response=True,
        host_origin_protection=True,
        allowed_hosts=[*settings.hosts] if is_loopback(settings.host) else [settings.host, *settings.hosts],
        allowed_origins=[*settings.origins],
        middleware=_middleware(settings),
    )
    return SafeHeaders(app)  # around all of it: what the framework refuses by itself gets them, too


def _middleware(settings: Settings) -> list[Middleware]:
    """Outermost first: what is refused costs least."""
    layers: list[Middleware] = []
    if settings.origins:
        layers.append(
            Middleware(
                CORSMiddleware,
                allow_origins=[*settings.origins],
                allow_methods=["POST"],
                allow_headers=["Authorization", "Content-Type", "Mcp-Protocol-Version", "Mcp-Session-Id"],
            )
        )
    if settings.rate_limit:
        counter = SharedCounter(settings.redis_url) if settings.redis_url else LocalCounter()
        layers.append(Middleware(RateLimit, limit=settings.rate_limit, counter=counter))
    return [*layers, Middleware(BoundedBodies, limit=LARGEST_BODY)]


def _make_metrics(turns: Turns) -> "Metrics | None":
    try:
        from maestro_server.team.metrics import Metrics  # noqa: PLC0415 - the extra `team` has its library
    except ImportError:
        return None
    return Metrics(lambda: turns.waiting)


def _add_watching(
    server: "FastMCP", readiness: Readiness, metrics: "Metrics | None", auth: "AuthProvider | None"
) -> None:
    # Threads of their own: whoever asks how we are gets an answer while every other thread computes.
    lookers = CapacityLimiter(2)

    @server.custom_route("/health", methods=["GET"])
    async def health(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    @server.custom_route("/ready", methods=["GET"])
    async def ready(_: Request) -> Response:
        state = await to_thread.run_sync(readiness.look, limiter=lookers)
        return JSONResponse(state.data(), status_code=200 if state.is_ready else 503)

    @server.custom_route("/metrics", methods=["GET"])
    async def show_metrics(request: Request) -> Response:
        # Custom routes stand outside the framework's own check of tokens.
        if auth and not await _is_let_in(auth, request):
            return JSONResponse({"error": "A token is needed."}, 401, {"WWW-Authenticate": "Bearer"})
        if metrics is None:
            missing = NotBuilt("Metrics need an extra.", "pip install 'fastapi-maestro[team]'")
            return JSONResponse({"error": str(missing)}, 501)
        state = await to_thread.run_sync(readiness.look, limiter=lookers)
        return Response(metrics.text(state), media_type="text/plain; version=0.0.4")


async def _is_let_in(auth: "AuthProvider", request: Request) -> bool:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and await auth.verify_token(token) is not None
