"""A kitchen display with one class of settings, read once."""

import os
import sys
from contextlib import asynccontextmanager
from functools import cache
from typing import Annotated

import uvicorn
from fastapi import APIRouter, Depends, FastAPI
from pydantic_settings import BaseSettings

os.environ.setdefault("TZ", "UTC")
DEBUG = os.getenv("DEBUG") == "1"


class Settings(BaseSettings):
    station: str = "grill"
    limit: int = 12
    workers: int = 1


@cache
def get_settings() -> Settings:
    return Settings(station=os.environ.get("STATION", "grill"))


SettingsDep = Annotated[Settings, Depends(get_settings)]
router = APIRouter(prefix="/tickets")


@router.get("")
def tickets(settings: SettingsDep) -> list[int]:
    return list(range(settings.limit))


@router.get("/station")
def station(settings: SettingsDep, environ: str = "none") -> dict[str, str]:
    return {"station": settings.station, "environ": environ}


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.region = os.environ.get("REGION", "eu")
    yield


def create_app() -> FastAPI:
    made = FastAPI(lifespan=lifespan, root_path=os.environ.get("ROOT_PATH", ""), debug=DEBUG)
    made.include_router(router)
    return made


app = create_app()

if __name__ == "__main__":
    port = int(os.environ["PORT"]) if len(sys.argv) == 1 else int(sys.argv[1])
    if "--reload" in sys.argv:
        uvicorn.run("cfg_kitchen_done_right:app", port=port, reload=True)
    elif "--many" in sys.argv:
        uvicorn.run(app, port=port, workers=get_settings().workers)
    else:
        uvicorn.run(app, port=port, reload=False, workers=1)
