"""A warehouse in which errors get lost, or come out as something else."""

import logging
from contextlib import suppress
from http import HTTPStatus

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request, status
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException as StarletteHTTPException

logger = logging.getLogger(__name__)
router = APIRouter()
STOCK: dict[str, int] = {}


class ErrorBody(BaseModel):
    code: int
    text: str


class StockError(Exception):
    """Something about the stock."""


class NotInStock(HTTPException):
    def __init__(self, article: str) -> None:
        super().__init__(HTTPStatus.NOT_FOUND, f"{article} is not in stock")


def find(article: str) -> int:
    if article not in STOCK:
        raise NotInStock(article)
    return STOCK[article]


def parse_amount(text: str) -> int | None:
    try:
        return int(text)
    except Exception:  # expect: ERR301
        return None


class Warehouse:
    def take(self, article: str, amount: int) -> int:
        if amount > find(article):
            raise Exception("not enough")  # expect: ERR303
        STOCK[article] -= amount
        return STOCK[article]


def current_keeper(key: str = Header()) -> str:
    try:
        if not key:
            raise StarletteHTTPException(status_code=401)
        return key.split(":")[1]
    except Exception as error:  # expect: ERR302
        logger.warning("no keeper: %s", error)
        raise HTTPException(status_code=500, detail="no keeper") from None


@router.get("/stock/{article}")
async def read_stock(article: str) -> dict[str, int]:
    try:
        amount = find(article)
    except KeyError:
        raise HTTPException(status.HTTP_404_NOT_FOUND) from None
    except Exception:  # expect: ERR302
        logger.exception("stock of %s", article)
        raise HTTPException(status.HTTP_500_INTERNAL_SERVER_ERROR, "stock unknown") from None
    return {"amount": amount}


@router.put("/stock/{article}")
def set_stock(article: str, amount: int, keeper: str = Depends(current_keeper)) -> dict[str, int]:
    try:
        with suppress(KeyError):
            del STOCK[article]  # expect: DIN512
        if amount < 0:
            raise HTTPException(422, "negative")
        STOCK[article] = amount
    except:  # expect: ERR302
        return JSONResponse({"keeper": keeper}, 500)
    return {"amount": amount}


@router.delete("/stock/{article}")
def drop_stock(article: str) -> dict[str, bool]:
    with suppress(Exception):  # expect: ERR301
        STOCK.pop(article)  # expect: DIN512
    for name in list(STOCK):
        try:
            STOCK[name] = int(STOCK[name])
        except BaseException:  # expect: ERR301
            continue
    return {"dropped": True}


@router.post("/orders/{article}")
def order(article: str, amount: int = 1, warehouse: Warehouse = Depends(Warehouse)) -> dict[str, int]:
    try:
        missing = NotInStock(article)
        if article == "nothing":
            raise missing
        return {"left": warehouse.take(article, amount)}
    except (ValueError, Exception) as exc:  # expect: ERR302
        raise HTTPException(status_code=500, detail="order failed") from exc


async def on_stock_error(request: Request, exc: StockError) -> JSONResponse:
    body = ErrorBody(code=1, text=str(exc))
    return body  # expect: ERR304


def on_value_error(request, exc):
    logger.error("value", exc_info=exc)
    return {"detail": "invalid value"}, 400  # expect: ERR304


app = FastAPI(exception_handlers={ValueError: on_value_error})
app.include_router(router)
app.add_exception_handler(StockError, on_stock_error)


@app.exception_handler(RequestValidationError)
async def on_invalid(request: Request, exc: RequestValidationError):
    if request.url.path.startswith("/stock"):
        return JSONResponse({"detail": exc.errors()}, status_code=400)
    return f"invalid: {len(exc.errors())}"  # expect: ERR304


@app.exception_handler(500)
async def on_crash(request: Request, exc: Exception):  # expect: ERR304
    logger.critical("crash", exc_info=exc)
