"""Depot: every way to get a session."""

import os
from typing import Annotated, Generator

import httpx
from fastapi import APIRouter, Depends, FastAPI, HTTPException
from pydantic import BaseModel
from sqlmodel import Field, Session, SQLModel, create_engine, select

router = APIRouter(prefix="/v1/depot", tags=["depot"])


class Box(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    label: str
    cost: float


def get_engine():
    return create_engine(os.environ["DEPOT_URL"])  # expect: DBS202, CFG501


def get_session(engine=Depends(get_engine)) -> Generator[Session, None, None]:
    session = Session(engine)
    yield session  # expect: DIN506
    session.commit()
    session.close()


def get_client() -> httpx.Client:
    return httpx.Client(base_url="https://depot.example")


def get_label(prefix: str = "b", session: Session = Depends(get_session)) -> str:
    return prefix


class BoxService:
    """Boxes."""

    def __init__(self, session: Session):
        self.session = session

    def find(self, box_id: int):
        return self.session.get(Box, box_id)

    def all(self):
        return self.session.exec(select(Box)).all()


SessionDep = Annotated[Session, Depends(get_session)]


@router.get("/boxes/{box_id}")
async def box(box_id: int, session: SessionDep):
    """One box."""
    service = BoxService(session)  # expect: DIN504
    found = service.find(box_id)  # expect: ASY106
    if found is None:
        raise HTTPException(404, "No such box")
    return found  # expect: RSP404


@router.get("/boxes", response_model=list[Box])
def boxes(session: SessionDep):
    """All boxes."""
    return BoxService(session).all()  # expect: DIN504, RSP415


@router.get("/label")
def label() -> str:
    """A label."""
    return get_label()  # expect: DIN509


@router.get("/count")
def count(session: Session) -> int:  # expect: DIN508
    """How many."""
    return len(session.exec(select(Box.id).limit(10)).all())


@router.get("/external")
async def external(client: Annotated[httpx.Client, Depends(get_client)]) -> int:
    """Status of another depot."""
    return client.get("/status").status_code  # expect: ASY101


@router.get("/late")
def late() -> str:
    """Too late."""
    session = Depends(get_session)  # expect: DIN501
    return str(session)


@router.get("/early")
def early(prefix: str = Depends(get_label())) -> str:  # expect: DIN502
    """Too early."""
    return prefix


@router.get("/leak")
def leak() -> int:
    """Leaks."""
    with httpx.Client() as client:
        status = client.get("https://depot.example").status_code
    db = next(get_session(get_engine()))  # expect: DIN505
    return status + len(db.exec(select(Box).limit(1)).all())


app = FastAPI(title="Depot")
app.include_router(router)
