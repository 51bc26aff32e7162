"""The HTTP application: who may reach it, what it answers beside MCP."""

import hmac
import ipaddress
from typing import Any

from fastmcp.server.auth import AccessToken, TokenVerifier
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from maestro_knowledge.core.roots import Roots
from maestro_knowledge.core.settings import Settings
from maestro_server.app.bodies import BoundedBodies
from maestro_server.app.build import build_server
from maestro_server.expert.facade import Expert

MCP_PATH = "/mcp"


class StaticToken(TokenVerifier):
    """Lets in whoever sends the one configured token, compared in constant time."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token.encode()

    async def verify_token(self, token: str) -> AccessToken | None:
        """The access that `token` gives, if any."""
        if not hmac.compare_digest(token.encode("utf-8", "replace"), self._token):
            return None
        return AccessToken(token=token, client_id="token", scopes=[])


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def build_app(settings: Settings, host: str, *, takes_paths: bool) -> Any:
    """The ASGI application; without `--root` it reads no paths, only what is sent to it."""
    options: dict[str, Any] = {"auth": StaticToken(settings.token)} if settings.token else {}
    expert = Expert(settings) if takes_paths else Expert(settings, Roots(()))
    server = build_server(settings, expert, warm=True, **options)

    @server.custom_route("/health", methods=["GET"])
    async def health(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    return server.http_app(
        path=MCP_PATH,
        stateless_http=True,
        json_response=True,
        host_origin_protection=True,
        allowed_hosts=[] if is_loopback(host) else [host],
        allowed_origins=[],
        middleware=[Middleware(BoundedBodies, limit=4 * 1024 * 1024)],
    )
