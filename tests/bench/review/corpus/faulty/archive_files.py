"""An archive: uploads, downloads, commands and pages."""

import hashlib
import os
import random
import shutil
import string
import subprocess
from pathlib import Path
from typing import Annotated

import aiofiles
import yaml
from fastapi import APIRouter, File, Form, HTTPException, Request, UploadFile
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, StreamingResponse

router = APIRouter(prefix="/v1/archive", tags=["archive"])
ROOT = Path("/srv/archive")


def store(name: str, data: bytes) -> Path:
    target = ROOT / name
    target.write_bytes(data)
    return target


@router.post("/files", status_code=201)
async def upload(files: Annotated[list[UploadFile], File()]) -> list[str]:
    """Takes files."""
    saved = []
    for one in files:
        content = await one.read()  # expect: SEC619
        destination = os.path.join(ROOT, one.filename)
        async with aiofiles.open(destination, "wb") as out:  # expect: SEC606
            await out.write(content)
        saved.append(one.filename or "")
    return saved


@router.post("/small", status_code=201)
async def upload_small(file: UploadFile) -> str:
    """Takes a small file."""
    content = await file.read(64_000)
    name = hashlib.sha256(content).hexdigest()
    store(name, content)  # expect: ASY106
    return name


@router.get("/files/{name}")
def download(name: str):
    """A file."""
    path = (ROOT / name).resolve()
    if not path.is_relative_to(ROOT):
        raise HTTPException(404)
    return FileResponse(path)


@router.get("/raw")
def raw(path: str) -> FileResponse:
    """A file by its path."""
    return FileResponse(path)  # expect: SEC606


@router.post("/convert")
def convert(source: Annotated[str, Form()], kind: Annotated[str, Form()] = "pdf") -> str:
    """Converts a file."""
    command = f"soffice --convert-to {kind} {source}"
    done = subprocess.run(command, shell=True, capture_output=True, check=False)  # expect: SEC603
    return done.stdout.decode()


@router.post("/convert-safely")
def convert_safely(source: Annotated[str, Form()]) -> str:
    """Converts a file."""
    done = subprocess.run(["soffice", "--convert-to", "pdf", "--", source], capture_output=True, check=True)
    return done.stdout.decode()


@router.post("/rules")
async def rules(request: Request) -> int:
    """Reads rules."""
    body = await request.body()
    return len(yaml.load(body, Loader=yaml.Loader))  # expect: SEC604


@router.get("/page", response_class=HTMLResponse)
def page(title: str) -> str:
    """A page."""
    html = "<h1>" + title + "</h1>"
    return html  # expect: SEC608


@router.get("/go")
def go(next: str = "/") -> RedirectResponse:
    """Goes on."""
    return RedirectResponse(url=next, status_code=303)  # expect: SEC607


@router.post("/links", status_code=201)
def link() -> dict[str, str]:
    """Makes a link."""
    token = "".join(random.choices(string.ascii_letters, k=20))  # expect: SEC611
    return {"token": token}


@router.get("/export")
async def export() -> StreamingResponse:
    """Everything."""
    shutil.make_archive("/tmp/export", "zip", ROOT)  # expect: ASY103
    return StreamingResponse(open("/tmp/export.zip", "rb"), media_type="application/zip")  # expect: ASY103
