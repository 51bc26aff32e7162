"""A flea market: stalls, offers and searches, with requests that never arrive as they were meant."""

import functools
import time
import typing as t
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, File, Form, Header, HTTPException, Path, Request, UploadFile
from fastapi import Query as Q
from pydantic import BaseModel, Field

app = FastAPI(title="flea market")
stalls = APIRouter(prefix="/stalls", tags=["stalls"])
offers = APIRouter(tags=["offers"])
Tags = t.Set[str]
StallId = t.Annotated[UUID, Path(description="Which stall.")]


class Search(BaseModel):
    text: str = ""
    cheap: bool = False


class Offer(BaseModel):
    title: str
    price: float = Field(gt=0)


@dataclass
class Area:
    north: float
    south: float


def measured(label: str) -> Callable[[t.Any], t.Any]:
    def decorate(handler: t.Any) -> t.Any:
        async def timed(*args: t.Any, **kwargs: t.Any) -> t.Any:  # expect: RTE207
            start = time.perf_counter()
            try:
                return await handler(*args, **kwargs)
            finally:
                print(label, time.perf_counter() - start)

        return timed

    return decorate


def quiet(handler: t.Any) -> t.Any:
    @functools.wraps(handler)
    def wrapper(*args: t.Any, **kwargs: t.Any) -> t.Any:  # ok: keeps the signature
        return handler(*args, **kwargs)

    return wrapper


class Facets:
    def __init__(self, colors: t.List[str] = [], sizes: t.List[int] = Q([])) -> None:  # expect: RTE214
        self.colors, self.sizes = colors, sizes


@stalls.get("/by-tag")
def stalls_by_tag(tags: Tags, any_of: t.Optional[Sequence[str]] = None) -> list[str]:  # expect: RTE214
    return sorted(tags | set(any_of or ()))


@stalls.get("/facets")
def stalls_by_facets(facets: t.Annotated[Facets, Depends()]) -> int:
    return len(facets.colors) + len(facets.sizes)


@stalls.get("/search")
def search_stalls(search: Search) -> list[str]:  # expect: RTE215
    return [search.text]


@stalls.head("/area")
def area_exists(area: t.Optional[Area] = None) -> None:  # expect: RTE215
    print(area)


@stalls.get("/{stall}")  # expect: RTE201
async def read_stall(stall_id: StallId) -> str:  # expect: RTE202
    return str(stall_id)


@stalls.delete("/{stall_id}/helpers/{helper}")  # expect: RTE201
async def remove_helper(stall_id: UUID, request: Request) -> None:
    print(request.method, stall_id)


@stalls.get("/{stall_id}/summary")
@measured("summary")
async def summary(stall_id: UUID) -> dict[str, str]:
    return {"id": str(stall_id)}


@stalls.get("/{stall_id}/notes")
@quiet
def notes(stall_id: UUID) -> list[str]:
    return [str(stall_id)]


@offers.get("/offers/{number}")
def read_offer(number: int, /, lang: t.Annotated[str, Header()] = "en") -> str:  # expect: RTE202
    return f"{number} {lang}"


@offers.post("/offers")
async def add_offer(picture: UploadFile, offer: Offer) -> str:  # expect: RTE216
    return f"{offer.title} {picture.filename}"


@offers.put("/offers/{number}/price")
async def reprice(
    number: int, offer: t.Annotated[Offer, Form()], receipt: UploadFile = File()
) -> float:  # ok: a form model
    if not receipt.filename:
        raise HTTPException(422)
    return offer.price * number


@offers.route("/offers/raw", methods=["GET"])  # expect: RTE208
async def raw_offers(request: Request):
    return None


@app.websocket_route("/bids")  # expect: RTE208
async def bids(websocket):
    await websocket.accept()


app.include_router(stalls)
app.include_router(offers, prefix="/v1")
