"""A shop API that was written for Pydantic 1 and never moved."""

from typing import Generic, List, Optional, TypeVar

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Path, Query
from pydantic import BaseModel, BaseSettings, Field, conlist, root_validator, validator  # expect: UPG608
from pydantic import Extra as ExtraKeys  # expect: UPG608
from pydantic.generics import GenericModel

T = TypeVar("T")
Draft = TypeVar("Draft", bound=BaseModel)
SHELVES: dict[int, dict[str, object]] = {}


class ShopSettings(BaseSettings):
    dsn: str = Field("sqlite:///shop.db", env="SHOP_DSN")  # expect: UPG610
    page_size: int = 20

    class Config:  # expect: UPG607
        env_file = ".env"
        case_sensitive = True


class Money(BaseModel):
    amount: int
    currency: str = Field("EUR", const=True)  # expect: UPG610

    class Config:  # expect: UPG607
        allow_mutation = False


class Product(BaseModel):
    sku: str = Field(..., regex=r"^[A-Z]{2}-\d+$", example="AB-1")  # expect: UPG610
    title: str
    price: Money
    tags: List[str] = Field(
        default_factory=list,
        max_items=5,  # expect: UPG610
    )
    sizes: conlist(int, min_items=1)  # expect: UPG610
    parent: Optional["Product"] = None

    @validator("title", pre=True)  # expect: UPG606
    def strip_title(cls, value):
        return value.strip() if isinstance(value, str) else value

    @validator("tags", each_item=True)  # expect: UPG606
    def lower_tag(cls, tag):
        return tag.lower()

    @root_validator  # expect: UPG606
    def has_price(cls, values):
        if "price" not in values:
            raise ValueError("price is missing")
        return values

    class Config:  # expect: UPG607
        orm_mode = True
        extra = ExtraKeys.forbid


Product.update_forward_refs()  # expect: UPG605


class Page(GenericModel, Generic[T]):
    items: List[T]
    total: int


class ProductStore(Generic[Draft]):
    """Keeps what it is given."""

    def add(self, draft: Draft) -> int:
        number = len(SHELVES) + 1
        SHELVES[number] = draft.dict(by_alias=True)  # expect: UPG605
        return number

    def change(self, number: int, changes) -> None:
        for key, value in changes.dict(exclude_unset=True).items():  # expect: UPG605
            SHELVES[number][key] = value

    def fields_of(self, kind: type[Product]) -> list[str]:
        return list(kind.__fields__)  # expect: UPG605


def store() -> ProductStore[Product]:
    return ProductStore()


router = APIRouter(prefix="/products", tags=["products"])


@router.get("/{sku}", response_model=Product)
def one_product(
    sku: str = Path(..., regex="^[A-Z]{2}-[0-9]+$"),  # expect: UPG603
) -> Product:
    for row in SHELVES.values():
        if row["sku"] == sku:
            return Product.parse_obj(row)  # expect: UPG605
    raise HTTPException(status_code=404, detail="no such product")


@router.post("/", status_code=201)
def add_product(product: Product, shelves: ProductStore[Product] = Depends(store)) -> dict[str, int]:
    copied = product.copy(update={"title": product.title.title()})  # expect: UPG605
    return {"number": shelves.add(copied)}


@router.get("/")
def search(
    order: str = Query(
        "title",
        regex="^(title|sku)$",  # expect: UPG603
    ),
) -> dict[str, object]:
    known = [Product.construct(**row) for row in SHELVES.values()]  # expect: UPG605
    return {"order": order, "first": known[0].json() if known else None}  # expect: UPG605


app = FastAPI(title="Shop")
app.include_router(router)


@app.on_event("startup")
async def load_settings():  # expect: UPG601
    app.state.settings = ShopSettings()


@app.get("/schema")
def schema() -> dict[str, object]:
    return Product.schema()  # expect: UPG605
