"""A ticket desk: class-based handlers, routes added by hand, asynchronous sessions, raw SQL."""

import json as js
from typing import Optional

import orjson
from fastapi import APIRouter, Body, Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlmodel import Field, SQLModel, select
from sqlmodel import col

engine = create_async_engine("sqlite+aiosqlite:///tickets.db")
maker = async_sessionmaker(engine, expire_on_commit=False)
app = FastAPI()
desk = APIRouter(prefix="/desk")


class Ticket(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    subject: str
    owner: Optional[str] = None
    priority: int = 3


class TicketUpdate(SQLModel):
    subject: Optional[str] = None
    owner: Optional[str] = None
    priority: int = 3


class TicketOut(BaseModel):
    id: int
    subject: str


async def session():
    async with maker() as opened:
        yield opened


class Tickets:
    def __init__(self, db: AsyncSession = Depends(session)) -> None:
        self.db = db

    async def open_ones(self) -> list[Ticket]:
        found = await self.db.execute(select(Ticket).where(col(Ticket.owner).is_(None)))
        return list(found.scalars().all())

    async def change(self, ticket: Ticket, new: TicketUpdate) -> Ticket:
        ticket.sqlmodel_update(new.model_dump())  # expect: RSP416
        self.db.add(ticket)
        await self.db.commit()
        return ticket


def set_trace(answer: Response, trace: str) -> None:
    answer.headers.append("X-Trace", trace)


@desk.get("/open", response_model=list[TicketOut])
async def list_open(tickets: Tickets = Depends()):
    rows = await tickets.open_ones()  # expect: RSP415
    return rows


@desk.get("/archive")
async def list_archive(db: AsyncSession = Depends(session)) -> list[dict[str, str]]:
    rows = (await db.execute(text("SELECT subject, owner FROM archive"))).mappings().all()  # expect: RSP415
    return [dict(row) for row in rows]


@desk.patch("/tickets/{id}")
async def update_ticket(id: int, new: TicketUpdate = Body(...), tickets: Tickets = Depends()) -> TicketOut:
    ticket = await tickets.db.get(Ticket, id)
    changed = await tickets.change(ticket, new)
    return TicketOut(id=changed.id, subject=changed.subject)


@desk.patch("/drafts/{id}")
async def update_draft(id: int, request: Request, new: TicketUpdate) -> TicketOut:
    draft = request.app.state.drafts[id]
    request.app.state.drafts[id] = draft.copy(update=new.dict())  # expect: RSP416, UPG605
    return TicketOut(id=id, subject=draft.subject)


@desk.get("/tickets/{id}/json")
async def export_ticket(id: int, tickets: Tickets = Depends()):  # expect: RSP401
    ticket = await tickets.db.get(Ticket, id)
    return ticket.model_dump_json(indent=2)  # expect: RSP414


@desk.get("/tickets/{id}/fast")
async def export_fast(id: int) -> bytes:
    return orjson.dumps({"id": id})  # expect: RSP414


@desk.get("/tickets/{id}/alias")
async def export_alias(id: int) -> str:
    return js.dumps({"id": id}, default=str)  # expect: RSP414


@desk.post("/tickets/{id}/close")
async def close_ticket(id: int, response: Response) -> JSONResponse:
    set_trace(response, f"close-{id}")  # expect: RSP411
    result = JSONResponse(content={"id": id})
    return result


async def drop_ticket(id: int) -> TicketOut:  # expect: RSP407
    return TicketOut(id=id, subject="gone")


async def maybe_ticket(id: int) -> "Optional[TicketOut] | Response":
    return Response(status_code=404)


async def find_ticket(id: int) -> Optional[Response]:  # expect: RSP410
    return None


desk.add_api_route("/tickets/{id}", drop_ticket, methods=["DELETE"], status_code=204)
desk.add_api_route("/tickets/{id}/found", find_ticket, methods=["GET"])
app.include_router(desk)
