"""Who is let in over HTTP: tokens of our own, or those that an identity provider signs."""

import hmac

from anyio import CapacityLimiter, to_thread
from fastmcp.server.auth import (
    AccessToken,
    AuthProvider,
    JWTVerifier,
    MultiAuth,
    RemoteAuthProvider,
    TokenVerifier,
)
from pydantic import AnyHttpUrl

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.core.settings import Settings
from maestro_server.team.tokens import SCOPES, TokenFile


class OwnTokens(TokenVerifier):
    """Lets in the one configured token, and those of the token file."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._shared = settings.token.encode()
        self._file = TokenFile(settings.places.tokens)
        # A thread of its own: who was revoked is out, whatever the others compute.
        self._reader = CapacityLimiter(1)

    async def verify_token(self, token: str) -> AccessToken | None:
        """The access that `token` gives, if any."""
        if self._shared and hmac.compare_digest(token.encode("utf-8", "replace"), self._shared):
            return AccessToken(token=token, client_id="shared", scopes=list(SCOPES))
        if self._file.is_changed():
            await to_thread.run_sync(self._file.take_up, limiter=self._reader)
        if found := self._file.find(token):
            return AccessToken(token=token, client_id=found.name, scopes=list(found.scopes))
        return None


class SignedTokens(JWTVerifier):
    """Lets in what the identity provider signed for us; a token that never expires is none."""

    async def load_access_token(self, token: str) -> AccessToken | None:
        """The access that `token` gives, if any."""
        access = await super().load_access_token(token)
        return access if access and access.expires_at is not None else None


def has_tokens(settings: Settings) -> bool:
    """Whether anybody could get in who has to show a token."""
    return bool(settings.token or settings.jwks_url or TokenFile(settings.places.tokens).listed())


def make_auth(settings: Settings) -> AuthProvider | None:
    """What checks tokens, or None where none is configured."""
    if not has_tokens(settings):
        return None
    own = OwnTokens(settings)
    if not settings.jwks_url:
        return own
    if not settings.jwt_issuer or not settings.jwt_audience:
        raise BadArgument(
            "A JWKS address alone says neither who issues tokens nor for whom.",
            "Set FASTAPI_MAESTRO_JWT_ISSUER and FASTAPI_MAESTRO_JWT_AUDIENCE.",
        )
    signed = SignedTokens(
        jwks_uri=settings.jwks_url,
        issuer=settings.jwt_issuer,
        audience=settings.jwt_audience,
        algorithm=settings.jwt_algorithm,
    )
    if not settings.public_url:
        return MultiAuth(verifiers=[own, signed])
    # Clients that sign in by themselves find the issuer through our resource metadata.
    remote = RemoteAuthProvider(
        signed, [AnyHttpUrl(settings.jwt_issuer)], settings.public_url, scopes_supported=list(SCOPES)
    )
    return MultiAuth(server=remote, verifiers=[own], base_url=settings.public_url)
