"""Billing API: celery for the long work, httpx for the payment provider."""

import asyncio
import logging
import os
from decimal import Decimal
from typing import Annotated, Literal

import httpx
from celery import Celery
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, Header, HTTPException, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from pydantic_settings import BaseSettings
from sqlalchemy.ext.asyncio import AsyncSession

queue = Celery("billing", broker="redis://localhost")
logger = logging.getLogger("billing")


class Settings(BaseSettings):
    provider_url: str = "https://pay.example/v2"
    provider_key: str = ""


def get_settings() -> Settings:
    return Settings()


class Invoice(BaseModel):
    number: str
    amount: Decimal = Field(gt=0)
    state: Literal["open", "paid"] = "open"


class Charge(BaseModel):
    card_number: str
    amount: Decimal


class ChargeResult(BaseModel):
    id: str
    card_number: str


class PaymentProvider:
    """The provider's API."""

    def __init__(self, settings: Settings) -> None:
        self.client = httpx.AsyncClient(base_url=settings.provider_url)  # expect: OUT103

    async def charge(self, charge: Charge) -> dict:
        answer = await self.client.post("/charges", json=charge.model_dump(mode="json"))
        answer.raise_for_status()
        return answer.json()


@queue.task
def render_invoice(number: str) -> None:
    logger.info("rendering %s", number)


def get_provider(settings: Annotated[Settings, Depends(get_settings)]) -> PaymentProvider:
    return PaymentProvider(settings)


async def get_session():
    session = AsyncSession()
    try:
        yield session
    except Exception as error:  # expect: DIN507
        logger.error("rolled back: %s", error)
        await session.rollback()
    finally:
        await session.close()


router = APIRouter(prefix="/v1/billing", tags=["billing"])


@router.post("/charges", status_code=201)
async def charge(body: Charge, provider: Annotated[PaymentProvider, Depends(get_provider)]) -> ChargeResult:  # expect: RSP405
    """Charges a card."""
    logger.debug("charging %s", body.card_number)  # expect: SEC616
    try:
        result = await provider.charge(body)
        if result.get("declined"):
            raise HTTPException(402, "Card was declined")
    except HTTPException:
        raise
    except Exception as error:
        raise HTTPException(502, detail={"error": str(error)}) from error  # expect: SEC617
    return ChargeResult(**result)


@router.post("/invoices/{number}/render", status_code=202)
async def render(number: str) -> dict[str, str]:
    """Renders an invoice."""
    return {"job": render_invoice.delay(number).id}


@router.get("/invoices", response_model=list[Invoice])
async def invoices(
    session: Annotated[AsyncSession, Depends(get_session)],
    size: Annotated[int, Query(gt=0)] = 25,  # expect: VAL304
    page: int = 1,  # expect: VAL304
):
    """Invoices by page."""
    rows = await asyncio.gather(*(session.get(Invoice, number) for number in range(page * size)))  # expect: DBS206
    return [row for row in rows if row]


@router.get("/invoices/{number}", response_model=Invoice | None)
async def invoice(number: str, response: Response, etag: Annotated[str | None, Header(alias="If-None-Match")] = None):
    """One invoice."""
    if etag == number:
        response.status_code = 304
        return None
    return Invoice(number=number, amount=Decimal(1))


@router.post("/invoices/import", status_code=202)
async def import_invoices(request: Request, background: BackgroundTasks) -> dict[str, int]:
    """Takes over invoices."""
    body = await request.json()  # expect: VAL302
    made = [Invoice(**row) for row in body["invoices"]]
    background.add_task(remember, request, made)  # expect: BGT903
    return {"count": len(made)}


async def remember(request: Request, made: list[Invoice]) -> None:
    logger.info("%d invoices from %s", len(made), request.client)


app = FastAPI(title="Billing")
app.include_router(router)


@app.exception_handler(RequestValidationError)
async def invalid(request: Request, exc: RequestValidationError):
    logger.info("invalid request")
    return None  # expect: ERR304


@app.get("/healthz", include_in_schema=False)
async def healthz() -> dict[str, str]:
    try:
        await asyncio.wait_for(ping_broker(), 2)
    except Exception:  # expect: ERR301
        ...
    return {"status": "ok", "region": os.environ["REGION"]}  # expect: CFG501


async def ping_broker() -> None:
    await asyncio.sleep(0)
