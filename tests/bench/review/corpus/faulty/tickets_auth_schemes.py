"""Ticket desk: every scheme FastAPI offers, some of them checked."""

import hmac
import os
import time
import uuid
from typing import Annotated

import jwt
from fastapi import APIRouter, Depends, FastAPI, Form, HTTPException, Query, Request, Response, Security, status
from fastapi.security import APIKeyCookie, APIKeyHeader, APIKeyQuery, HTTPBearer, OAuth2PasswordBearer, SecurityScopes
from fastapi.security.http import HTTPAuthorizationCredentials
from jwt import PyJWKClient
from pydantic import BaseModel

oauth2 = OAuth2PasswordBearer(tokenUrl="token", scopes={"tickets": "read tickets"})
header_key = APIKeyHeader(name="X-API-Key")
cookie_key = APIKeyCookie(name="desk")
jwks = PyJWKClient("https://login.example/.well-known/jwks.json")
ADMIN_KEY = os.environ.get("ADMIN_KEY", "")
PUBLIC_KEY = os.environ.get("PUBLIC_KEY", "")
router = APIRouter(prefix="/v1/tickets", tags=["tickets"])


class Ticket(BaseModel):
    id: uuid.UUID
    text: str


class LoginIn(BaseModel):
    user: str
    password: str


class TokenOut(BaseModel):
    access_token: str
    token_type: str = "bearer"


def user_from_token(scopes: SecurityScopes, token: Annotated[str, Depends(oauth2)]) -> str:
    key = jwks.get_signing_key_from_jwt(token).key
    claims = jwt.decode(token, key, algorithms=["RS256"], audience="desk")
    for scope in scopes.scopes:
        if scope not in claims.get("scope", "").split():
            raise HTTPException(status.HTTP_403_FORBIDDEN, "Scope missing")
    return claims["sub"]


def loose_user(credentials: HTTPAuthorizationCredentials = Depends(HTTPBearer())) -> dict:
    return jwt.decode(credentials.credentials, options={"verify_signature": False})  # expect: AUT701


def old_user(credentials: HTTPAuthorizationCredentials = Depends(HTTPBearer())) -> dict:
    return jwt.decode(credentials.credentials, PUBLIC_KEY, verify=False, algorithms=["HS256"])  # expect: AUT701


def any_algorithm(credentials: HTTPAuthorizationCredentials = Depends(HTTPBearer())) -> dict:
    unverified = jwt.get_unverified_header(credentials.credentials)
    algorithm = unverified.get("alg", "HS256")
    return jwt.decode(credentials.credentials, PUBLIC_KEY, [algorithm])  # expect: AUT702


def admin(key: Annotated[str, Security(header_key)]) -> str:
    if not hmac.compare_digest(key, ADMIN_KEY):
        raise HTTPException(status.HTTP_403_FORBIDDEN, "Not an admin")
    return "admin"


def device(key: str = Security(cookie_key)) -> str:
    return f"device-{key[:6]}"


@router.get("/{ticket_id}", dependencies=[Security(user_from_token, scopes=["tickets"])])
async def read(ticket_id: uuid.UUID) -> Ticket:
    """One ticket."""
    return Ticket(id=ticket_id, text="It is broken")


@router.post("/{ticket_id}/assign")
async def assign(ticket_id: uuid.UUID, who: Annotated[str, Depends(device)]) -> str:  # expect: AUT704
    """Assigns a ticket."""
    return f"{ticket_id} belongs to {who}"


@router.delete("/{ticket_id}", status_code=204, dependencies=[Depends(admin)])
async def delete(ticket_id: uuid.UUID) -> None:
    """Deletes a ticket."""


@router.get("/mine/open", dependencies=[Depends(APIKeyQuery(name="key"))])  # expect: AUT704, SEC615
async def mine() -> list[Ticket]:
    """My tickets."""
    return []


@router.post("/token")
async def token(body: LoginIn) -> TokenOut:
    """Signs in."""
    if body.password != ADMIN_KEY:  # expect: SEC612
        raise HTTPException(401, "Wrong")
    claims = dict(sub=body.user, iat=int(time.time()), jti=uuid.uuid4().hex)
    return TokenOut(access_token=jwt.encode(claims, PUBLIC_KEY, "HS256"))  # expect: AUT703


@router.post("/device", status_code=204)
async def enroll(request: Request, response: Response, code: Annotated[str, Form()]) -> None:
    """Enrolls a device."""
    response.set_cookie("desk", code, httponly=True, samesite="lax")  # expect: SEC613


@router.get("/reset/{reset_token}")
async def reset(reset_token: str, api_key: Annotated[str, Query(min_length=8)]) -> str:  # expect: SEC615
    """Resets a password."""
    return "done" if reset_token and api_key else "no"


app = FastAPI(title="Tickets", strict_content_type=False)  # expect: SEC618
app.include_router(router)
