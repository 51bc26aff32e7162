"""A shop in the other style: defaults instead of `Annotated`, classes as dependencies, async resources."""

import contextlib
import sqlite3

import httpx
from fastapi import APIRouter, Body, Cookie, Depends, FastAPI, HTTPException, Path
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlmodel import Session, SQLModel, create_engine

engine = create_engine("sqlite:///shop.db")
async_engine: AsyncEngine = create_async_engine("sqlite+aiosqlite:///shop.db")
router = APIRouter(prefix="/shop")
basket: set[str] = set()
total = 0.0


class Article(SQLModel):
    name: str
    price: float


class Order(BaseModel):
    articles: list[str]


class StockClient:
    def __init__(self, url: str) -> None:
        self.url = url

    def stock(self, name: str) -> int:
        return len(name + self.url)


class PriceEngine:
    def price(self, name: str) -> float:
        return float(len(name))


class Lock:
    def __init__(self, name: str = "shop") -> None:
        self.name = name

    async def __call__(self):
        handle = await self.acquire()
        yield handle  # expect: DIN506
        await self.release(handle)

    async def acquire(self) -> str:
        return self.name

    async def release(self, handle: str) -> None:
        """Gives it back."""


def connection():
    db = sqlite3.connect("shop.db")
    db.row_factory = sqlite3.Row
    try:
        yield db
    except sqlite3.IntegrityError:
        raise HTTPException(409) from None
    except Exception as error:  # expect: DIN507
        if isinstance(error, ValueError):
            raise
        db.rollback()
    finally:
        db.close()


async def session():
    async with AsyncSession(async_engine) as opened:
        try:
            yield opened
        except HTTPException:
            await opened.rollback()
            raise
        finally:
            with contextlib.suppress(RuntimeError):
                await opened.commit()


def current_basket(basket_id: str = Cookie(alias="basket")) -> str:
    return basket_id


class Checkout:
    def __init__(self, basket_id: str = Depends(current_basket)) -> None:
        self.basket_id = basket_id


class Pricing:
    def __call__(self, basket_id: str = Depends(current_basket)) -> float:
        return float(len(basket_id))


pricing = Pricing()


def make_order(order: Order = Body(...)) -> Order:
    return order


@router.post("/orders")
def create_order(order: Order, checkout: Checkout = Depends(Checkout)) -> Order:
    global total
    client = StockClient("https://stock.example")  # expect: DIN504
    total = total + client.stock(order.articles[0])  # expect: DIN512
    return order


@router.get("/orders/{id}")
def read_order(id: int = Path(ge=1), db: sqlite3.Connection = Depends(connection)) -> dict[str, int]:
    with Session(engine) as inner:  # expect: DIN504
        inner.get(Article, id)
    return {"id": id}


@router.delete("/orders/{id}", dependencies=[Depends(Lock())])
def delete_order(id: int) -> dict[str, str]:
    done = Checkout()  # expect: DIN509
    basket.discard(done.basket_id)  # expect: DIN512
    return {"price": str(pricing())}  # expect: DIN509


@router.get("/articles/{name}")
async def read_article(name: str, db: AsyncSession) -> Article:  # expect: DIN508
    price = PriceEngine().price(name)  # expect: DIN504
    return Article(name=name, price=price)


@router.put("/articles/{name}")
async def replace_article(name: str, db: AsyncSession = Depends(session)) -> Article:
    connection = await async_engine.connect()  # expect: DIN505
    await connection.execute(name)
    await connection.close()
    return Article(name=name, price=1.0)


@router.get("/stock")
async def stock(http: httpx.AsyncClient) -> int:  # expect: DIN508
    user = await Depends(session)  # expect: DIN501
    return 1 if user and http else 0


@router.post("/drafts")
def draft(order: Order = Depends(make_order())) -> Order:  # expect: DIN502
    return order


app = FastAPI()
app.include_router(router)
