from enum import Enum
from typing import List, Optional

from fastapi import APIRouter, FastAPI, HTTPException, Query
from pydantic import BaseModel, BaseSettings, Field, conint, root_validator, validator  # expect: UPG608


class Settings(BaseSettings):
    warehouse: str = "north"
    page_size: int = 50


class Unit(str, Enum):
    piece = "piece"
    kilo = "kilo"


class ItemBase(BaseModel):
    name: str = Field(..., regex="^[a-z]+$")  # expect: UPG610
    unit: Unit = Unit.piece
    labels: List[str] = Field(default_factory=list, max_items=10)  # expect: UPG610
    note: Optional[str]

    @validator("name")  # expect: UPG606
    def lower(cls, value):
        return value.lower()

    @root_validator  # expect: UPG606
    def consistent(cls, values):
        if values.get("unit") == Unit.kilo and not values.get("note"):
            raise ValueError("weight needs a note")
        return values

    class Config:  # expect: UPG607
        orm_mode = True
        anystr_strip_whitespace = True


class Item(ItemBase):
    id: int
    stock: conint(ge=0) = 0


class ItemPatch(BaseModel):
    name: str | None = None
    stock: int | None = None


router = APIRouter(prefix="/items", tags=["items"])
ITEMS: dict[int, Item] = {}


@router.get("/", response_model=List[Item])
def list_items(q: str = Query(None, regex="^[a-z ]*$"), limit: int = 20):  # expect: UPG603, VAL304
    """Items whose name contains the words."""
    found = [item for item in ITEMS.values() if not q or q in item.name]
    return found[:limit]


@router.patch("/{item_id}", response_model=Item)
def change_item(item_id: int, patch: ItemPatch):
    """Changes some fields of an item."""
    if item_id not in ITEMS:
        raise HTTPException(404, "No such item")
    stored = ITEMS[item_id]
    updated = stored.copy(update=patch.dict())  # expect: UPG605, RSP416
    ITEMS[item_id] = updated  # expect: DIN512
    return updated


@router.post("/import", response_model=List[Item])
def import_items(rows: List[ItemBase], dry_run: Optional[bool] = False):
    """Several items at once."""
    made = [Item.parse_obj({**row.dict(), "id": number}) for number, row in enumerate(rows)]  # expect: UPG605
    if not dry_run:
        ITEMS.update({item.id: item for item in made})  # expect: DIN512
    return made


app = FastAPI(title="Inventory")
app.include_router(router)
