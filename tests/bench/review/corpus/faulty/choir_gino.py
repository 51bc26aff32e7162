"""A choir: handlers as methods of a class, routes added by calls."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, UploadFile
from fastapi.responses import JSONResponse, Response
from PIL import Image
from pydantic import BaseModel, Field, field_validator, model_validator
from redis import Redis
from sqlalchemy.orm import Session

from choir.db import Singer, get_session

pool = ThreadPoolExecutor(4)
cache: Redis = Redis.from_url("redis://cache:6379/0")


class SongIn(BaseModel):
    """A song."""

    title: str = Field(description="Title")
    key: str = Field(default="C", description="Key")
    tempo: int = Field(default=100, ge=30, le=300, description="Tempo")

    @field_validator("title")
    @classmethod
    def clean(cls, value: str) -> str:  # expect: PYD101
        if not value.strip():
            raise ValueError("no title")
        value.strip()

    @model_validator(mode="after")
    def known_key(self) -> "SongIn":
        if self.key not in "ABCDEFG":
            raise ValueError("unknown key")
        return self


class SingerApi:
    """The routes about singers."""

    def __init__(self, router: APIRouter) -> None:
        router.add_api_route("/singers", self.everybody, methods=["GET"])
        router.add_api_route("/singers/{singer_id}", self.one, methods=["GET"])
        router.add_api_route("/singers/{singer_id}", self.rename, methods=["PATCH"])

    def everybody(self, session: Session = Depends(get_session)):
        """All singers."""
        return session.query(Singer).all()  # expect: RSP404, RSP415

    async def one(self, singer_id: int, session: Session = Depends(get_session)) -> dict[str, Any]:
        """A singer."""
        row = session.get(Singer, singer_id)  # expect: ASY105
        if row is None:
            raise HTTPException(404)
        return {"name": row.name}

    async def rename(self, singer_id: int, request: Request, session: Session = Depends(get_session)) -> dict[str, bool]:
        """Renames a singer."""
        data = await request.json()  # expect: VAL302
        row = session.get(Singer, singer_id)  # expect: ASY105
        for name, value in data.items():  # expect: VAL305
            setattr(row, name, value)
        session.commit()  # expect: ASY105
        return {"ok": True}


router = APIRouter(prefix="/v1/choir", tags=["choir"])
SingerApi(router)


@router.post("/songs", status_code=201)
async def add_song(song: SongIn) -> Response:
    """Adds a song."""
    cache.set(f"song:{song.title}", song.model_dump_json())  # expect: ASY105
    return Response(content=song.model_dump_json(), media_type="application/json")


@router.get("/songs/{title}")
async def song(title: str):
    """A song."""
    text = cache.get(f"song:{title}")  # expect: ASY105
    if text is None:
        return JSONResponse({"detail": "unknown"}, status_code=404)
    return json.dumps({"song": str(text)})  # expect: RSP414


@router.post("/songs/import")
async def bring(sheet: UploadFile) -> dict[str, int]:
    """Imports songs."""
    raw = await sheet.read(5_000_000)
    frame = pd.read_excel(io.BytesIO(raw))  # expect: ASY107
    return {"rows": int(np.asarray(frame).shape[0])}


@router.post("/photo")
async def photo(image: UploadFile) -> dict[str, int]:
    """Takes a photo."""
    picture = Image.open(image.file)  # expect: ASY107
    small = picture.resize((64, 64))  # expect: ASY107
    return {"width": small.width}


@router.post("/rehearsals", status_code=202)
async def rehearse(title: str) -> dict[str, bool]:
    """Plans a rehearsal."""
    pool.submit(print, title)  # expect: BGT901
    return {"planned": True}


app = FastAPI()
app.include_router(router)
