import hmac
import logging
from typing import Any, Dict

import httpx
from fastapi import APIRouter, Body, FastAPI, Header, HTTPException, Request, status
from pydantic import BaseModel, HttpUrl

logger = logging.getLogger("relay")
router = APIRouter(prefix="/v1/relay", tags=["relay"])
SIGNING_KEYS: dict[str, bytes] = {}


class Subscription(BaseModel):
    callback: HttpUrl
    api_token: str


@router.post("/preview")
async def preview(subscription: Subscription) -> dict[str, int]:
    """Calls the callback once."""
    logger.info("preview for %s with token %s", subscription.callback, subscription.api_token)  # expect: SEC616
    async with httpx.AsyncClient(timeout=None) as client:  # expect: OUT101
        response = await client.post(str(subscription.callback), json={"ping": True})  # expect: SEC605
    return {"status": response.status_code}


@router.get("/fetch")
async def fetch(url: str) -> dict[str, str]:
    """Title of a page."""
    async with httpx.AsyncClient(verify=False, timeout=10) as client:  # expect: SEC609
        page = await client.get(url)  # expect: SEC605
    return {"head": page.text[:200]}


@router.post("/events", status_code=202)
async def events(payload: Dict[str, Any]) -> dict[str, str]:  # expect: VAL301
    """Takes an event and works with its fields."""
    kind = payload["kind"]
    if kind == "refund":
        amount = float(payload["amount"]) * -1
        return {"booked": str(amount)}
    return {"booked": payload["amount"]}


@router.post("/batch", status_code=202)
async def batch(events: list[dict] = Body(...)) -> int:  # expect: VAL301
    """Takes several events."""
    return sum(int(event["amount"]) for event in events)


@router.post("/signed", status_code=202)
async def signed(request: Request, x_signature: str = Header()) -> dict[str, bool]:
    """Takes a signed event."""
    body = await request.body()
    expected = hmac.new(SIGNING_KEYS["default"], body, "sha256").hexdigest()
    if expected != x_signature:  # expect: SEC612
        raise HTTPException(status.HTTP_403_FORBIDDEN, "Bad signature")
    return {"ok": True}


@router.post("/login")
async def login(request: Request) -> dict[str, str]:
    """Signs a partner in."""
    form = await request.form()  # expect: VAL302
    print("login", form["user"], form["password"])  # expect: SEC616
    return {"user": str(form["user"])}


app = FastAPI(title="Relay")
app.include_router(router)
