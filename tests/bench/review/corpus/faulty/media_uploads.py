"""Uploads for the newsroom: pictures and clips."""

import shutil
import subprocess
import uuid
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, FastAPI, File, Form, HTTPException, UploadFile
from fastapi.responses import FileResponse
from PIL import Image
from pydantic import BaseModel

MEDIA = Path("/srv/media")
router = APIRouter(prefix="/v1/media", tags=["media"])


class Stored(BaseModel):
    name: str
    size: int


class Caption(BaseModel):
    text: str
    language: str = "en"


@router.post("/pictures", status_code=201)
async def upload_picture(file: UploadFile) -> Stored:
    """Stores a picture under the name it came with."""
    content = await file.read()  # expect: SEC619
    target = MEDIA / "pictures" / file.filename
    target.write_bytes(content)  # expect: ASY103, SEC606
    return Stored(name=target.name, size=len(content))


@router.post("/clips", status_code=201)
async def upload_clip(file: UploadFile, profile: Annotated[str, Form()] = "web") -> Stored:
    """Stores a clip and converts it."""
    source = MEDIA / "incoming" / f"{uuid.uuid4()}.mp4"
    with open(source, "wb") as sink:  # expect: ASY103
        shutil.copyfileobj(file.file, sink)  # expect: ASY103
    subprocess.run(f"ffmpeg -i {source} -preset {profile} {source}.webm", shell=True, check=True)  # expect: SEC603, ASY104
    return Stored(name=source.name, size=source.stat().st_size)  # expect: ASY103


@router.post("/captions")
async def upload_caption(caption: Caption, file: UploadFile = File(...)) -> Stored:  # expect: RTE216
    """Adds a caption to a picture."""
    head = file.read(512)  # expect: ASY110
    if not head.startswith(b"\xff\xd8"):
        raise HTTPException(415, "Only JPEG")
    return Stored(name=caption.text, size=len(head))


@router.get("/download")
def download(path: str) -> FileResponse:
    """Any file below the media folder."""
    return FileResponse(f"/srv/media/{path}")  # expect: SEC606


@router.get("/thumbnails/{picture_id}")
async def thumbnail(picture_id: uuid.UUID, width: int = 200) -> Stored:
    """Makes a thumbnail."""
    image = Image.open(MEDIA / f"{picture_id}.jpg")  # expect: ASY107
    image.thumbnail((width, width))  # expect: ASY107
    name = f"{picture_id}-{width}.jpg"
    image.save(MEDIA / name)  # expect: ASY107
    return Stored(name=name, size=width)


@router.post("/avatars", status_code=201)
def upload_avatar(avatar: Annotated[bytes, File()]) -> Stored:  # expect: SEC619
    """A small picture of a person."""
    name = f"{uuid.uuid4()}.png"
    (MEDIA / "avatars" / name).write_bytes(avatar)
    return Stored(name=name, size=len(avatar))


app = FastAPI(title="Media")
app.include_router(router)
