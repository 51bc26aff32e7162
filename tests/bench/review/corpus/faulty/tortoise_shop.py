from typing import Annotated, Union

from fastapi import APIRouter, Depends, FastAPI, File, Form, HTTPException, Query, Response, UploadFile
from fastapi.responses import FileResponse, JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from starlette.requests import Request
from tortoise import fields
from tortoise.contrib.fastapi import register_tortoise
from tortoise.models import Model

bearer = HTTPBearer()
router = APIRouter(prefix="/v1/shop", tags=["shop"], dependencies=[Depends(bearer)])  # expect: AUT704


class Product(Model):
    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=80)
    price = fields.IntField()


class ProductBody(BaseModel):
    name: str
    price: int


class Price(BaseModel):
    price: int


def caller(credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> str:
    return credentials.credentials


@router.get("/products")
async def products() -> list[ProductBody]:
    """Everything on sale."""
    return [ProductBody(name=row.name, price=row.price) for row in await Product.all()]  # expect: RSP415


@router.get("/products/page")
async def page(page: int = 1, per_page: int = 50) -> list[ProductBody]:  # expect: VAL304
    """One page of products."""
    rows = await Product.all().offset((page - 1) * per_page).limit(per_page)
    return [ProductBody(name=row.name, price=row.price) for row in rows]


@router.post("/products", status_code=201)
async def create(body: ProductBody, who: Annotated[str, Depends(caller)]) -> ProductBody:  # expect: AUT704
    """Puts a product on sale."""
    product = Product.create(**body.model_dump())  # expect: ASY110
    return body


@router.get("/products/{product_id}/label")
async def label(product_id: int) -> Union[FileResponse, dict]:  # expect: RSP410
    """The label as PDF."""
    product = await Product.get_or_none(id=product_id)
    if product is None:
        return {"label": None}
    return FileResponse(f"labels/{product_id}.pdf")


@router.put("/products/{product_id}/price", response_model=Price)
async def set_price(product_id: int, price: Price, request: Request) -> Response:
    """Changes a price."""
    changed = await Product.filter(id=product_id).update(price=price.price)
    if not changed:
        return JSONResponse({"detail": "No such product"}, status_code=404)
    return JSONResponse({"price": price.price, "by": request.client.host})  # expect: RSP406


@router.post("/products/{product_id}/photo", status_code=201)
async def photo(product_id: int, image: UploadFile, meta: Price = Form(), extra: ProductBody = None) -> dict[str, int]:  # expect: RTE216
    """Adds a photo."""
    data = bytearray()
    while chunk := await image.read(1 << 16):
        data += chunk
        if len(data) > 5_000_000:
            raise HTTPException(413, "Too large")
    return {"size": len(data)}


@router.get("/products/by-price")
async def by_price(prices: tuple[int, int], exact: bool = False) -> list[ProductBody]:  # expect: RTE214
    """Products in a range of prices."""
    rows = await Product.filter(price__gte=prices[0], price__lte=prices[1]).limit(50)
    return [ProductBody(name=row.name, price=row.price) for row in rows]


@router.delete("/products/{product_id}", status_code=204)
async def remove(product_id: int) -> dict[str, int]:  # expect: RSP407
    """Takes a product off sale."""
    return {"removed": await Product.filter(id=product_id).delete()}


app = FastAPI(title="Shop")
app.include_router(router)
register_tortoise(app, db_url="sqlite://shop.db", modules={"models": [__name__]}, generate_schemas=True)
