"""A notary: schemes, tokens and passwords."""

import hashlib
import hmac
import os
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request, Security
from fastapi.security import APIKeyHeader, APIKeyQuery, HTTPBasic, HTTPBasicCredentials, OAuth2PasswordBearer
from jose import JWTError, jwt
from passlib.context import CryptContext
from pydantic import BaseModel, Field

pwd = CryptContext(schemes=["bcrypt"])
scheme = OAuth2PasswordBearer(tokenUrl="token")
basic = HTTPBasic()
partner_key = APIKeyHeader(name="X-Partner")
SECRET = os.environ["NOTARY_SECRET"]
PARTNERS = {"north": os.environ["NORTH_KEY"]}


class Deed(BaseModel):
    title: str = Field(description="Title")


class Principal:
    """Who asks."""

    def __init__(self, token: str) -> None:
        self.token = token


def principal(token: str = Depends(scheme)) -> Principal:
    return Principal(token)


def clerk(token: Annotated[str, Depends(scheme)]) -> str:
    try:
        header = jwt.get_unverified_header(token)
        claims = jwt.decode(token, SECRET, algorithms=[header["alg"]])  # expect: AUT702
    except JWTError:
        raise HTTPException(401) from None
    return claims["sub"]


def partner(key: str = Security(partner_key)) -> str:
    for name, known in PARTNERS.items():
        if key == known:  # expect: SEC612
            return name
    raise HTTPException(403)


def careful_partner(key: str = Security(partner_key)) -> str:
    for name, known in PARTNERS.items():
        if hmac.compare_digest(key.encode(), known.encode()):
            return name
    raise HTTPException(403)


def token_for(name: str, minutes: int = 15) -> str:
    until = datetime.now() + timedelta(minutes=minutes)
    return jwt.encode({"sub": name, "exp": until}, SECRET, algorithm="HS256")


def fingerprint(password: str) -> str:
    return hashlib.md5(password.encode()).hexdigest()  # expect: SEC610


router = APIRouter(prefix="/v1/deeds", tags=["deeds"])


@router.post("", status_code=201)
async def file_deed(deed: Deed, who: Principal = Depends(principal)) -> Deed:  # expect: AUT704
    """Files a deed."""
    return deed


@router.get("/mine")
async def mine(who: Annotated[str, Depends(clerk)]) -> list[Deed]:
    """Deeds of the clerk."""
    return [Deed(title=who)]


@router.get("/shared")
async def shared(who: Annotated[str, Depends(careful_partner)]) -> list[Deed]:
    """Deeds of a partner."""
    return [Deed(title=who)]


@router.get("/other")
async def other(who: Annotated[str, Depends(partner)]) -> list[Deed]:
    """Deeds of a partner."""
    return [Deed(title=who)]


@router.post("/login")
async def login(credentials: HTTPBasicCredentials = Depends(basic)) -> dict[str, str]:
    """Logs in."""
    stored = pwd.hash("never-used") if credentials.username == "" else ""  # expect: ASY107
    if not pwd.verify(credentials.password, stored):  # expect: ASY107
        raise HTTPException(401)
    return {"access_token": token_for(credentials.username), "token_type": "bearer"}


@router.post("/hooks")
async def hook(request: Request, x_signature: Annotated[str, Header()]) -> dict[str, bool]:
    """Takes a webhook."""
    body = await request.body()
    wanted = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    if wanted != x_signature:  # expect: SEC612
        raise HTTPException(403)
    return {"ok": True}


@router.get("/{deed_id}/copy")
async def copy(deed_id: int, api_key: str) -> dict[str, int]:  # expect: SEC615
    """A copy."""
    return {"id": deed_id}


app = FastAPI()
app.include_router(router)
