from fastapi import FastAPI, Depends, Header, HTTPException, status
from pydantic import BaseModel
from typing import Annotated, Optional

app = FastAPI()  # expect: STR401, RTE220


class Ticket(BaseModel):
    id: int
    title: str
    state: str


TICKETS = {1: Ticket(id=1, title="Printer", state="open")}


def locale(accept_language: str = Header("en")):
    return accept_language[:2]


@app.get("/tickets/{ticket_id}", response_model=Ticket)  # expect: RSP403
def read(ticket_id: int, lang: Annotated[str, Depends(locale)]) -> Ticket:  # expect: OAS501
    if ticket_id not in TICKETS:
        raise HTTPException(status_code=404, detail="No such ticket")
    return TICKETS[ticket_id]


@app.get("/tickets/{ticket_id}/title")
def title(ticket_id: int, lang: str = Depends(locale)):  # expect: OAS504
    return TICKETS[ticket_id].title


@app.post("/tickets/{ticket_id}/close")
def close(ticket_id: int, reason: Optional[str]):  # expect: VAL303
    if ticket_id not in TICKETS:
        raise HTTPException(status_code=status.HTTP_404_NOT_FOUND, detail="No such ticket")
    if not reason:
        raise HTTPException(status_code=400, detail="A reason is needed")
    if TICKETS[ticket_id].state == "closed":
        raise HTTPException(status_code=400, detail="Already closed")
    return TICKETS[ticket_id].model_copy(update={"state": "closed"})


@app.get("/a")
def route_a(): return 1


@app.get("/b")
def route_b(): return 2


@app.get("/c")
def route_c(): return 3


@app.get("/d")
def route_d(): return 4


@app.get("/e")
def route_e(): return 5


@app.get("/f")
def route_f(): return 6


@app.get("/g")
def route_g(): return 7


@app.get("/h")
def route_h(): return 8


@app.get("/i")
def route_i(): return 9
