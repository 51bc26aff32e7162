"""Accounts of a sports club: what members may send is nowhere said."""

import json
from typing import Annotated, Any, Dict, Optional

from fastapi import APIRouter, Body, Cookie, Depends, Query, Request, status
from pydantic import BaseModel, ConfigDict, EmailStr, Field
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlmodel import SQLModel

from club.database import Base, get_session

router = APIRouter(prefix="/members", tags=["members"])
SessionDep = Annotated[Session, Depends(get_session)]


class Member(Base):
    __tablename__ = "members"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    role: Mapped[str]


class MemberPatch(BaseModel):
    nickname: Optional[str]  # expect: VAL303
    phone: Annotated[Optional[str], Field(max_length=20)]  # expect: VAL303
    birthday: str | None  # ok: required, may be null
    club: Optional[str] = "north"


class SignUp(BaseModel):
    email: EmailStr
    password: str = Field(min_length=12, exclude=True)
    role: str = "member"  # expect: VAL305


class Preferences(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True, extra="allow")  # expect: VAL305
    language: str = "en"


class Contact(SQLModel):
    street: Optional[str] = Field(default=None)
    city: Optional[str]  # expect: VAL303


@router.post("", status_code=status.HTTP_201_CREATED)
def sign_up(data: SignUp, session: SessionDep) -> None:
    session.add(Member(**data.model_dump(exclude={"password"})))
    session.commit()


@router.put("/{member_id}")
def replace(member_id: int, member: Dict[str, Any], session: SessionDep) -> None:  # expect: VAL301
    session.execute(update(Member).where(Member.id == member_id).values(**member))  # expect: VAL305
    session.commit()


@router.patch("/{member_id}")
async def change(member_id: int, request: Request, session: SessionDep) -> None:
    payload = await request.json()  # expect: VAL302
    member = session.get(Member, member_id)  # expect: ASY105
    for field, value in payload.items():  # expect: VAL305
        setattr(member, field, value)
    session.commit()  # expect: ASY105


@router.post("/import")
def import_members(rows: list[dict], session: SessionDep) -> int:  # expect: VAL301
    for row in rows:
        session.add(Member(email=row["email"], role="member"))
    return len(rows)


@router.post("/{member_id}/contact")
async def contact(member_id: int, request: Request) -> str:
    raw = await request.body()  # expect: VAL302
    parsed = Contact(**json.loads(raw))
    return f"{member_id} {parsed.city}"


@router.post("/{member_id}/preferences")
def prefer(member_id: int, preferences: Preferences, session: SessionDep) -> None:
    member = session.get(Member, member_id)
    for name, value in preferences.model_dump(exclude_unset=True).items():
        setattr(member, name, value)
    session.commit()


@router.post("/{member_id}/votes")
def vote(member_id: int, choice: Any = Body(...)) -> bool:  # expect: VAL301
    return choice["topic"] == member_id


@router.get("")
def list_members(
    session: SessionDep,
    search: Annotated[Optional[str], Query(min_length=2)],  # expect: VAL303
    offset: int = 0,  # expect: VAL304
    per_page: Annotated[int, Query(ge=1)] = 50,  # expect: VAL304
    theme: Optional[str] = Cookie(default=None),
):
    rows = session.scalars(select(Member).offset(offset).limit(per_page))
    return [(row.id, search, theme) for row in rows]


@router.get("/export")
def export(fields, since="2020", session: Session = Depends(get_session)):  # expect: VAL306
    return [fields, since, session.is_active]


@router.post("/bulk")
def bulk(session: SessionDep, body: dict = Body()):  # expect: VAL301
    session.execute(insert(Member), body["rows"])
    return len(body)
