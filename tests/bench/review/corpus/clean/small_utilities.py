"""Odds and ends that trip simple checkers."""

import contextlib
import hashlib
import io
import json
import logging
import os.path
import pickle
import random
import string
from collections import Counter
from pathlib import Path, PurePosixPath
from typing import Annotated, Any
from uuid import uuid4

import yaml
from fastapi import APIRouter, Depends, FastAPI, File, HTTPException, Query, UploadFile
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter

log = logging.getLogger(__name__)
ROOT = Path(__file__).parent
CACHE = ROOT / ".cache.pickle"
DEFAULTS = yaml.safe_load("a: 1")
MAX_BYTES = 2_000_000
usage: Counter[str] = Counter()


class Row(BaseModel):
    number: int
    text: str


ROWS = TypeAdapter(list[Row])


def read_cache() -> dict[str, int]:
    if not CACHE.exists():
        return {}
    with CACHE.open("rb") as handle:
        return pickle.load(handle)


def sample(rows: list[Row]) -> list[Row]:
    random.shuffle(rows)
    return random.sample(rows, k=min(3, len(rows)))


def colour() -> str:
    return "".join(random.choices(string.hexdigits, k=6))


async def limited(file: UploadFile) -> bytes:
    data = bytearray()
    while chunk := await file.read(64 * 1024):
        data.extend(chunk)
        if len(data) > MAX_BYTES:
            raise HTTPException(413, "Too large")
    return bytes(data)


def operation_id(route: APIRoute) -> str:
    return f"{route.tags[0]}-{route.name}" if route.tags else route.name


router = APIRouter(prefix="/v1/tools", tags=["tools"])


@router.post("/rows")
async def rows(data: Annotated[bytes, Depends(limited)]) -> list[Row]:
    """Rows of a file."""
    return sample(ROWS.validate_json(data))


@router.post("/name", status_code=201)
async def name(file: Annotated[UploadFile, File()]) -> dict[str, str]:
    """A safe name."""
    suffix = PurePosixPath(file.filename or "").suffix.lower()
    if suffix not in {".png", ".jpg"}:
        raise HTTPException(415, "Pictures only")
    target = ROOT / f"{uuid4().hex}{suffix}"
    digest = hashlib.sha256(await file.read(1024)).hexdigest()
    return {"name": target.name, "checksum": digest, "colour": colour()}


@router.get("/text")
async def text(words: Annotated[str, Query(max_length=100)] = "") -> dict[str, Any]:
    """Words in memory."""
    with contextlib.redirect_stdout(io.StringIO()) as output, io.StringIO(words) as handle:
        lines = handle.read().splitlines()
    return {"lines": lines, "json": json.loads("[]"), "out": output.getvalue(), "base": os.path.join("a", "b")}


@router.get("/cache")
def cached() -> dict[str, int]:
    """What is cached."""
    return read_cache()


@router.get("/timeout")
async def timeout(timeout: float = 1.0, password_policy: str = "v2") -> dict[str, str]:
    """A parameter named timeout."""
    log.info("password policy %s", password_policy)
    return {"timeout": str(timeout)}


class Evaluator:
    """Not the builtin."""

    def eval(self, text: str) -> int:
        return len(text)

    def exec(self, text: str) -> int:
        return len(text)


@router.get("/evaluate")
def evaluate(text: str) -> int:
    """Counts letters."""
    return Evaluator().eval(text)


app = FastAPI(title="Tools", generate_unique_id_function=operation_id)
app.include_router(router)
