"""Application factory with settings-driven middleware."""

import os
from contextlib import asynccontextmanager

import aiohttp
import uvicorn
from fastapi import APIRouter, FastAPI, Request, Response, status
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel
from pydantic_settings import BaseSettings
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware


class Settings(BaseSettings):
    cors_regex: str = ".*"
    debug: bool = False
    upstream: str = "https://ledger.internal.example"
    database_password: str = "Gr8-p4ssw0rd!ledger"  # expect: SEC601


class Entry(BaseModel):
    account: str
    amount: int


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.http = aiohttp.ClientSession()  # expect: OUT103
    yield


router = APIRouter(prefix="/v2/ledger", tags=["ledger"])


@router.get("/entries/{account}", response_model=list[Entry])
async def entries(account: str, request: Request):
    """Entries of an account."""
    region = os.getenv("LEDGER_REGION", "eu")  # expect: CFG501
    url = f"{request.app.state.settings.upstream}/{region}/entries"
    async with request.app.state.http.get(url, params={"account": account}, ssl=False) as answer:  # expect: SEC609
        payload = await answer.json()
    return payload["entries"][:100]


@router.post("/entries", response_model=Entry, status_code=status.HTTP_201_CREATED)
async def add_entry(entry: Entry, response: Response):
    """Adds an entry."""
    response.headers["Location"] = f"/v2/ledger/entries/{entry.account}"  # expect: RSP411
    return JSONResponse(content=entry.model_dump(), status_code=201)


@router.delete("/entries/{account}", status_code=status.HTTP_204_NO_CONTENT)
async def remove(account: str):
    """Removes the entries of an account."""
    return {"removed": account}  # expect: RSP407


async def on_invalid(request: Request, exc: RequestValidationError) -> PlainTextResponse:
    return PlainTextResponse(str(exc), status_code=422)  # expect: SEC617


def create_app(settings: Settings | None = None) -> FastAPI:
    settings = settings or Settings()
    cors = Middleware(  # expect: MID801
        CORSMiddleware,
        allow_origin_regex=settings.cors_regex,
        allow_credentials=True,
        allow_methods=["GET", "POST"],
    )
    app = FastAPI(title="Ledger", lifespan=lifespan, middleware=[cors], debug=settings.debug)
    app.state.settings = settings
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.include_router(router)
    return app


app = create_app()

if __name__ == "__main__":
    uvicorn.run(app, port=8080, workers=4)  # expect: CFG503
