"""A guild: security objects in classes and closures."""

import os
from typing import Annotated

import jwt as pyjwt
from fastapi import Depends, FastAPI, Header, HTTPException, Query, Request, Response, Security
from fastapi.security import APIKeyCookie, APIKeyHeader, HTTPBasic, HTTPBasicCredentials, HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials as Bearer
from pydantic import BaseModel, Field
from starlette.middleware.sessions import SessionMiddleware

KEY = os.environ["GUILD_KEY"]
ADMIN_TOKEN = "guild-admin-7f3a9c1e5b"  # expect: SEC601
app = FastAPI(strict_content_type=False)  # expect: SEC618
app.add_middleware(SessionMiddleware, secret_key=KEY)  # expect: SEC613
cookie = APIKeyCookie(name="guild")
basic = HTTPBasic()


class Member(BaseModel):
    """A member."""

    name: str = Field(description="Name")
    rank: str = Field(default="novice", description="Rank")


class SignedIn:
    """Checks tokens."""

    def __init__(self, rank: str) -> None:
        self.rank = rank

    def __call__(self, credentials: Annotated[Bearer, Depends(HTTPBearer())]) -> Member:
        claims = pyjwt.decode(credentials.credentials, KEY, algorithms=["HS256", "none"])  # expect: AUT702
        if claims.get("rank") != self.rank:
            raise HTTPException(403)
        return Member(name=claims["sub"], rank=self.rank)


class Unchecked:
    """Only reads tokens."""

    def __call__(self, credentials: Annotated[Bearer, Depends(HTTPBearer())]) -> Member:
        claims = pyjwt.decode(credentials.credentials, options={"verify_signature": False})  # expect: AUT701
        return Member(name=claims["sub"])


def token(member: Member) -> str:
    return pyjwt.encode({"sub": member.name, "rank": member.rank}, KEY, "HS256")  # expect: AUT703


@app.get("/v1/me")
def me(member: Annotated[Member, Depends(SignedIn("master"))]) -> Member:
    """Who it is."""
    return member


@app.get("/v1/anyone")
def anyone(member: Annotated[Member, Depends(Unchecked())]) -> Member:
    """Who it is."""
    return member


@app.get("/v1/chest")
def chest(guild: Annotated[str, Security(cookie)]) -> dict[str, int]:  # expect: AUT704
    """The chest."""
    return {"gold": 3}


@app.get("/v1/admin")
def admin(x_token: Annotated[str, Header()]) -> dict[str, bool]:
    """For the master."""
    if x_token != ADMIN_TOKEN:  # expect: SEC612
        raise HTTPException(403)
    return {"ok": True}


@app.post("/v1/login")
def login(response: Response, given: Annotated[HTTPBasicCredentials, Depends(basic)]) -> dict[str, str]:
    """Logs in."""
    made = token(Member(name=given.username))
    response.set_cookie(key="guild", value=made, httponly=True)  # expect: SEC613
    print("login", given.username, given.password)  # expect: SEC616
    return {"access_token": made, "token_type": "bearer"}


@app.get("/v1/download")
def download(access_token: Annotated[str, Query()]) -> dict[str, int]:  # expect: SEC615
    """A download."""
    return {"size": len(access_token)}
