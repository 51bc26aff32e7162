"""Museum tickets: SQLModel, both styles of Depends."""

import logging
import secrets
from datetime import datetime, timedelta, timezone
from typing import Annotated, Any, Optional

import jwt
from fastapi import Body, Cookie, Depends, FastAPI, HTTPException, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlmodel import Field, Session, SQLModel, create_engine, select

engine = create_engine("sqlite:///museum.db")
log = logging.getLogger(__name__)
bearer = HTTPBearer()
SIGNING = secrets.token_hex(32)


class Visitor(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    email: str
    password_hash: str
    is_staff: bool = False


class VisitorIn(SQLModel):
    email: str
    password: str


class VisitorOut(SQLModel):
    id: int
    email: str
    password_hash: str


class VisitorChange(SQLModel):
    email: Optional[str] = None
    is_staff: Optional[bool] = None  # expect: VAL305


def db():
    with Session(engine) as session:
        yield session


def staff(credentials: HTTPAuthorizationCredentials = Depends(bearer)) -> dict[str, Any]:
    try:
        claims = jwt.decode(credentials.credentials, SIGNING, options={"verify_signature": False})  # expect: AUT701
    except jwt.PyJWTError as error:
        raise HTTPException(401, f"invalid: {error}") from error  # expect: SEC617
    return claims


def issue(visitor: Visitor) -> str:
    payload = {"sub": str(visitor.id), "iat": datetime.now(timezone.utc)}
    return jwt.encode(payload, SIGNING, algorithm="HS256")  # expect: AUT703


app = FastAPI(title="Museum")


@app.post("/v1/visitors", status_code=201)
def register(visitor: VisitorIn, session: Session = Depends(db)) -> VisitorOut:  # expect: RSP405
    """Registers a visitor."""
    row = Visitor(email=visitor.email, password_hash=visitor.password)  # expect: SEC610
    session.add(row)
    session.commit()
    session.refresh(row)
    log.info("registered %s with %s", visitor.email, visitor.password)  # expect: SEC616
    return row


@app.get("/v1/visitors")
def visitors(session: Session = Depends(db), claims: dict = Depends(staff)):
    """All visitors."""
    return session.exec(select(Visitor)).all()  # expect: RSP404, RSP415


@app.patch("/v1/visitors/{visitor_id}")
def change(visitor_id: int, body: VisitorChange, session: Session = Depends(db)) -> VisitorOut:
    """Changes a visitor."""
    row = session.get(Visitor, visitor_id)
    if not row:
        return HTTPException(404, "no such visitor")  # expect: RSP408
    row.sqlmodel_update(body.model_dump())  # expect: RSP416
    session.add(row)
    session.commit()
    return row


@app.post("/v1/session")
def login(visitor: VisitorIn, response: Response, session: Annotated[Session, Depends(db)]) -> dict[str, str]:
    """Logs in."""
    row = session.exec(select(Visitor).where(Visitor.email == visitor.email)).first()
    if row is None or row.password_hash != visitor.password:  # expect: SEC610
        raise HTTPException(401, "wrong")
    token = issue(row)
    response.set_cookie("museum", token)  # expect: SEC613
    return {"access_token": token, "token_type": "bearer"}


@app.delete("/v1/session", status_code=204)
def logout(response: Response, museum: Annotated[str | None, Cookie()] = None):
    """Logs out."""
    response.delete_cookie("museum")
    return {"left": bool(museum)}  # expect: RSP407


@app.post("/v1/vouchers", status_code=201)
def voucher(count: Annotated[int, Body(embed=True, ge=1, le=10)]) -> list[str]:
    """Makes vouchers."""
    until = datetime.now(timezone.utc) + timedelta(days=365)
    return [f"{secrets.token_urlsafe(8)}-{until:%Y%m%d}" for _ in range(count)]
