"""Scripts, workers and start-up code beside an app."""

import argparse
import asyncio
import logging
import os
import queue
import subprocess
import threading
import time
from contextlib import asynccontextmanager
from pathlib import Path

import requests
import uvicorn
from fastapi import APIRouter, FastAPI, HTTPException
from pydantic import BaseModel
from pydantic_settings import BaseSettings
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

log = logging.getLogger(__name__)


class Settings(BaseSettings):
    upstream: str = "https://feeds.example"
    port: int = 8000
    reload: bool = False


REGISTRY: dict[str, type] = {}
work: "queue.Queue[str]" = queue.Queue()


def register(cls: type) -> type:
    REGISTRY[cls.__name__] = cls
    return cls


@register
class Feed(BaseModel):
    name: str
    entries: int = 0


def consume() -> None:
    while True:
        name = work.get()
        time.sleep(1)
        log.info("fetched %s", name)


@asynccontextmanager
async def lifespan(app: FastAPI):
    worker = threading.Thread(target=consume, daemon=True)
    worker.start()
    app.state.version = Path("VERSION").read_text().strip()
    yield


router = APIRouter(prefix="/v1/feeds", tags=["feeds"])


@router.get("/{name}")
def feed(name: str) -> Feed:
    """A feed."""
    if name not in REGISTRY:
        raise HTTPException(404, "No such feed")
    return Feed(name=name)


@router.post("/{name}/fetch", status_code=202)
async def fetch(name: str) -> Feed:
    """Fetches a feed soon."""
    work.put_nowait(name)
    return Feed(name=name)


app = FastAPI(title="Feeds", lifespan=lifespan)
app.include_router(router)


async def migrate() -> None:
    await asyncio.sleep(0)


def backfill(url: str) -> int:
    engine = create_engine(os.environ["FEEDS_DATABASE_URL"])
    with Session(engine) as session:
        rows = session.execute(text("SELECT url FROM feeds")).scalars().all()
        for row in rows:
            requests.get(row, timeout=10)
        return len(rows)


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["serve", "migrate", "backfill"])
    arguments = parser.parse_args()
    settings = Settings()
    if arguments.command == "migrate":
        asyncio.run(migrate())
    elif arguments.command == "backfill":
        if not backfill(settings.upstream):
            raise SystemExit("nothing to do")
    else:
        subprocess.run(["alembic", "upgrade", "head"], check=True)
        uvicorn.run("cli_and_workers:app", port=settings.port, reload=settings.reload)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
