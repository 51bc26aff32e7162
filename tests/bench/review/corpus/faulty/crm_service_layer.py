"""CRM: routers, services and repositories in one file for the workshop."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import bcrypt
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, HTTPException, Request, Security, status
from fastapi.security import APIKeyHeader, HTTPBasic, HTTPBasicCredentials
from pydantic import BaseModel, ConfigDict, EmailStr, Field
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

basic = HTTPBasic()
key_header = APIKeyHeader(name="X-API-Key", auto_error=True)
SessionLocal = sessionmaker()


class Base(DeclarativeBase):
    pass


class Contact(Base):
    __tablename__ = "contacts"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    password: Mapped[str]
    role: Mapped[str] = mapped_column(default="lead")


class ContactCreate(BaseModel):
    model_config = ConfigDict(extra="allow")  # expect: VAL305

    email: EmailStr
    password: str = Field(min_length=8)


class ContactOut(BaseModel):
    id: uuid.UUID
    email: EmailStr


class ApiKeyOut(BaseModel):
    name: str
    key: str


@dataclass
class Registry:
    """Deals that are open."""

    deals: dict[str, int]


@lru_cache
def registry() -> Registry:
    return Registry({})


def get_db():
    session = SessionLocal()
    try:
        yield session
    finally:
        session.close()


class ContactService:
    """What can be done with contacts."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def register(self, data: ContactCreate) -> Contact:
        contact = Contact(**data.model_dump())
        contact.password = hashlib.md5(data.password.encode()).hexdigest()  # expect: SEC610
        self.session.add(contact)
        self.session.commit()
        return contact

    def check(self, email: str, password: str) -> bool:
        contact = self.session.scalar(select(Contact).where(Contact.email == email))
        return contact is not None and bcrypt.checkpw(password.encode(), contact.password.encode())

    def find(self, email: str) -> Contact | None:
        return self.session.scalars(select(Contact).where(Contact.email == email)).first()


def service(session: Annotated[Session, Depends(get_db)]) -> ContactService:
    return ContactService(session)


Contacts = Annotated[ContactService, Depends(service)]
router = APIRouter(prefix="/v1/contacts", tags=["contacts"])


@router.post("", response_model=ContactOut, status_code=status.HTTP_201_CREATED)
async def register(body: ContactCreate, contacts: Contacts):
    """Registers a contact."""
    return contacts.register(body)  # expect: ASY106


@router.post("/check")
async def check(credentials: Annotated[HTTPBasicCredentials, Depends(basic)], contacts: Contacts) -> bool:
    """Checks a password."""
    return contacts.check(credentials.username, credentials.password)  # expect: ASY106


@router.get("/by-email/{email}")
def by_email(email: EmailStr, contacts: Contacts) -> Contact:
    """A contact by address."""
    found = contacts.find(email)
    if found is None:
        raise HTTPException(404, "No such contact")
    return found


@router.post("/keys", status_code=201)
def make_key(name: str) -> ApiKeyOut:
    """A key that is shown once."""
    return ApiKeyOut(name=name, key=secrets.token_urlsafe(32))


@router.get("/export", dependencies=[Security(key_header)])  # expect: AUT704
def export(request: Request, background: BackgroundTasks) -> dict[str, str]:
    """Starts an export."""
    background.add_task(lambda: request.app.state.exports.append(request.url.path))
    return {"state": "started"}


@router.get("/admin")
def admin(credentials: Annotated[HTTPBasicCredentials, Depends(basic)]) -> dict[str, str]:
    """The admin's page."""
    if credentials.username == "admin" and credentials.password == "letmein-2024":  # expect: SEC612, SEC601
        return {"hello": "admin"}
    raise HTTPException(401, "No", {"WWW-Authenticate": "Basic"})


app = FastAPI(title="CRM")
app.include_router(router)
