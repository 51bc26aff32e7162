"""Guards that are verified elsewhere."""

import hmac
import os
import secrets
from functools import lru_cache
from typing import Annotated, Any

import httpx2
import jwt
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Security, status
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes
from pydantic import BaseModel

bearer = HTTPBearer(description="An access token")
api_key = APIKeyHeader(name="X-Key")
ISSUER = os.environ.get("ISSUER", "https://login.example")


class Me(BaseModel):
    sub: str
    scopes: list[str]


class Verifier:
    """Asks the issuer for its keys."""

    def __init__(self, issuer: str) -> None:
        self.keys = jwt.PyJWKClient(f"{issuer}/keys")

    def __call__(self, credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> dict[str, Any]:
        key = self.keys.get_signing_key_from_jwt(credentials.credentials)
        try:
            return jwt.decode(credentials.credentials, key.key, algorithms=["RS256"], audience="gate")
        except jwt.PyJWTError as error:
            raise HTTPException(status.HTTP_401_UNAUTHORIZED, "Bad token") from error


verify = Verifier(ISSUER)


def me(scopes: SecurityScopes, claims: Annotated[dict[str, Any], Depends(verify)]) -> Me:
    granted = claims.get("scope", "").split()
    if missing := [one for one in scopes.scopes if one not in granted]:
        raise HTTPException(status.HTTP_403_FORBIDDEN, f"Missing {', '.join(missing)}")
    return Me(sub=claims["sub"], scopes=granted)


@lru_cache
def machine_keys() -> frozenset[str]:
    return frozenset(os.environ.get("MACHINE_KEYS", "").split(","))


def machine(key: Annotated[str, Security(api_key)]) -> str:
    for known in machine_keys():
        if secrets.compare_digest(key.encode(), known.encode()):
            return known[:4]
    raise HTTPException(status.HTTP_403_FORBIDDEN, "Unknown machine")


async def introspected(request: Request, credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> dict[str, Any]:
    http: httpx2.AsyncClient = request.app.state.http
    answer = await http.post(f"{ISSUER}/introspect", data={"token": credentials.credentials})
    answer.raise_for_status()
    return answer.json()


router = APIRouter(prefix="/v1/gate", tags=["gate"])


@router.get("/me")
def read_me(user: Annotated[Me, Security(me, scopes=["read"])]) -> Me:
    """Who I am."""
    return user


@router.post("/open", dependencies=[Depends(machine)], status_code=204)
def open_gate() -> None:
    """Opens the gate."""


@router.get("/introspected", dependencies=[Depends(bearer)])
async def introspect(claims: Annotated[dict[str, Any], Depends(introspected)]) -> bool:
    """Whether the token is active."""
    return bool(claims.get("active"))


@router.post("/hook", status_code=202)
async def hook(request: Request) -> dict[str, bool]:
    """A signed event."""
    body = await request.body()
    mac = hmac.digest(os.environb[b"HOOK"], body, "sha256").hex()
    return {"ok": hmac.compare_digest(mac, request.headers.get("x-signature", ""))}


app = FastAPI(title="Gate")
app.include_router(router)
