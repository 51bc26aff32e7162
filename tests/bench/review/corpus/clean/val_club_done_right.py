"""A club that says what may be sent; each line has a look-alike that is at fault."""

import hmac
import json
from enum import StrEnum
from typing import Annotated, Any, Literal, Optional, TypedDict, Union

import httpx
from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, conint, model_validator
from sqlalchemy.orm import Mapped, Session, mapped_column

from club.database import Base, get_session
from club.security import current_user, require_admin

router = APIRouter(prefix="/v1/members", tags=["members"])
SessionDep = Annotated[Session, Depends(get_session)]
PageSize = Annotated[int, Query(ge=1, le=200)]
EDITABLE = frozenset({"nickname", "phone"})
HIGHEST = 100


class Rank(StrEnum):
    GUEST = "guest"
    MEMBER = "member"


class Member(Base):
    __tablename__ = "members"
    id: Mapped[int] = mapped_column(primary_key=True)
    nickname: Mapped[str]
    owner_id: Mapped[int]
    is_admin: Mapped[bool]


class MemberIn(BaseModel):
    nickname: str
    role: Rank = Rank.GUEST  # ok: none of its values gives rights
    phone: Optional[str] = None
    mail: Optional[str] = Field(None, max_length=80)
    note: str | None  # ok: may be null, has to be given
    team: Union[str, None]
    why: Optional[str] = Field(..., description="Null where nobody knows.")


class MemberOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    nickname: str
    role: str
    is_admin: bool  # ok: goes out, never comes in


class AdminMember(BaseModel):
    nickname: str
    is_admin: bool = False  # ok: for administrators


class Imported(BaseModel):
    source: Optional[str]  # ok: filled in before

    @model_validator(mode="before")
    @classmethod
    def fill(cls, data: Any) -> Any:
        return {"source": None, **data} if isinstance(data, dict) else data


class Line(TypedDict):
    amount: int


@router.post("")
def add(data: MemberIn, session: SessionDep, user: Annotated[Any, Depends(current_user)]) -> MemberOut:
    member = Member(**data.model_dump(), owner_id=user.id, is_admin=False)
    session.add(member)
    session.commit()
    return MemberOut.model_validate(member)


@router.put("/{member_id}", dependencies=[Depends(require_admin)])
def replace(member_id: int, data: AdminMember, session: SessionDep) -> None:
    member = session.get(Member, member_id)
    for name, value in data.model_dump(exclude_unset=True).items():  # ok: the documented way
        setattr(member, name, value)
    session.commit()


@router.post("/lines")
def lines(rows: list[Line], weights: dict[str, float]) -> float:  # ok: typed values
    return rows[0]["amount"] * weights["a"]


@router.post("/imports")
def imports(data: Imported, options: Annotated[dict[str, str], Depends(dict)]) -> str:
    return str(data.source) + options.get("mode", "")


@router.post("/hooks")
async def hook(request: Request, x_signature: Annotated[str, Header()]) -> None:
    body = await request.body()  # ok: signed as it came
    if not hmac.compare_digest(hmac.digest(b"secret", body, "sha256").hex(), x_signature):
        raise HTTPException(403)
    print(json.loads(body)["event"])


@router.api_route("/proxy/{rest:path}", methods=["POST", "PATCH"])
async def proxy(rest: str, request: Request) -> Response:
    async with httpx.AsyncClient(timeout=5) as client:
        answer = await client.request(
            request.method, f"https://inner.example/{rest}", content=await request.body()
        )
    return Response(answer.content, answer.status_code)


@router.get("")
def list_members(
    limit: PageSize = 20,
    offset: NonNegativeInt = 0,
    page: conint(ge=1) = 1,
    size: Literal["s", "m"] = "s",
    per_page: Annotated[int, Query(gt=0, lt=500)] = 50,
) -> list[int]:
    return [limit, offset, page, per_page, len(size)]


@router.get("/capped")
def capped(limit: int = 20, skip: int = 0) -> tuple[int, int]:  # ok: capped below
    return min(limit, HIGHEST), max(0, skip)


@router.get("/refused")
def refused(page_size: int = 20) -> int:  # ok: refused below
    if page_size > HIGHEST:
        raise HTTPException(422, "too many")
    return page_size


@router.patch("/me")
def change_me(
    user: Annotated[Any, Depends(current_user)], nickname: str, phone: Optional[str] = None
) -> None:
    for key, value in {"nickname": nickname, "phone": phone}.items():
        if key in EDITABLE:
            setattr(user, key, value)
