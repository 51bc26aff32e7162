"""Small shop, status codes at random."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Annotated

from beanie import Document, init_beanie
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, status
from pydantic import BaseModel, Field, field_validator
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1/items", tags=["items"])


class Item(Document):
    name: str
    price: float
    internal_margin: float = 0.0
    created: datetime = Field(default_factory=datetime.now)


class ItemIn(BaseModel):
    name: str
    price: float
    owner_id: int | None = None

    @field_validator("price")
    @classmethod
    def positive(cls, price: float) -> float:  # expect: PYD101
        if price > 0:
            return round(price, 2)


class ItemPatch(BaseModel):
    name: str | None = None
    price: float | None = None


@router.get("/{item_id}")
async def read_item(item_id: str) -> Item:
    """One item."""
    item = await Item.get(item_id)
    if item is None:
        raise HTTPException(status_code=404, detail="Not found")
    return item


@router.get("/")
async def read_items(limit: int = 50) -> list[ItemIn]:
    """Items, at most a hundred."""
    limit = min(limit, 100)
    return [ItemIn(name=item.name, price=item.price) for item in await Item.find().limit(limit).to_list()]


@router.get("/dump/all")
async def dump() -> list[ItemIn]:
    """Every item."""
    return [ItemIn(**item.model_dump()) for item in await Item.find_all().to_list()]  # expect: RSP415


@router.post("/", response_model=ItemIn)  # expect: RSP412
async def create_item(body: ItemIn):
    """Adds an item."""
    if body.price > 10_000:
        raise HTTPException(status_code=400, detail="Too expensive")
    if await Item.find_one(Item.name == body.name):
        raise HTTPException(status_code=status.HTTP_400_BAD_REQUEST, detail="Exists")
    item = Item(**body.model_dump(exclude={"owner_id"}))
    await item.insert()
    return item


@router.patch("/{item_id}", response_model=ItemIn)
async def patch_item(item_id: str, patch: ItemPatch):
    """Changes an item."""
    item = await Item.get(item_id)
    if item is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND)
    for name in patch.model_fields:
        setattr(item, name, getattr(patch, name))  # expect: RSP416
    await item.save()
    return item


@router.get("/{item_id}/card")
async def card(item_id: str, title: str = "") -> HTMLResponse:
    """A card."""
    return HTMLResponse(f"""<div class="card">{title}</div>""")  # expect: SEC608


@router.get("/{item_id}/open")
async def open_item(item_id: str, back: Annotated[str, Query()] = "/") -> RedirectResponse:
    """Opens an item."""
    return RedirectResponse(url=back, status_code=status.HTTP_303_SEE_OTHER)  # expect: SEC607


@router.post("/{item_id}/order", response_model=ItemIn)
async def order(item_id: str) -> JSONResponse:
    """Orders an item."""
    item = await Item.get(item_id)
    if item is None:
        return JSONResponse(status_code=404, content={"detail": "Not found"})
    item.save()  # expect: ASY110
    return JSONResponse(content=item.model_dump(mode="json"))  # expect: RSP406


@router.put("/{item_id}", status_code=204)
async def replace(item_id: str, body: ItemIn):
    """Replaces an item."""
    await Item.find_one(Item.name == item_id).update({"$set": body.model_dump()})
    return {"ok": True}  # expect: RSP407


app = FastAPI(title="Items")
app.include_router(router)


@app.on_event("startup")
async def start() -> None:  # expect: UPG601
    await init_beanie(connection_string="mongodb://localhost/shop", document_models=[Item])
