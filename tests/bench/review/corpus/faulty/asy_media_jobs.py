"""Media conversion behind an API: processes, files, sleeps and hashes."""

import asyncio
import hashlib
import os
import shutil
import subprocess as sp
import time as clock
from asyncio import sleep
from pathlib import Path
from subprocess import check_output
from time import sleep as pause
from typing import Annotated

import bcrypt
from fastapi import Depends, FastAPI, File, UploadFile
from passlib.context import CryptContext
from PIL import Image
from pydantic import BaseModel

app = FastAPI(title="media")
MEDIA = Path("media")
hasher = CryptContext(schemes=["bcrypt"])


class Job(BaseModel):
    id: str
    state: str


class Login(BaseModel):
    name: str
    password: str


async def wait_for_encoder(name: str) -> None:
    for _ in range(10):
        if (MEDIA / name).exists():  # expect: ASY103
            return
        pause(0.5)  # expect: ASY102


@app.post("/jobs")
async def start_job(file: Annotated[UploadFile, File()]) -> Job:
    target = MEDIA / "incoming"
    with open(target, "wb") as out:  # expect: ASY103
        shutil.copyfileobj(file.file, out)  # expect: ASY103
    sp.run(["ffmpeg", "-i", str(target), "out.mp4"], check=True)  # expect: ASY104
    return Job(id="1", state="done")


@app.get("/jobs/{id}")
async def read_job(id: str) -> Job:
    process = sp.Popen(["ffprobe", id])  # expect: ASY104
    process.wait()  # expect: ASY104
    await wait_for_encoder(id)
    await sleep(0)  # ok: asyncio's own
    return Job(id=id, state="done")


@app.get("/jobs/{id}/log")
async def read_log(id: str) -> str:
    log = MEDIA / f"{id}.log"
    text = log.read_text()  # expect: ASY103
    tail = check_output(["tail", "-n1", str(log)], text=True)  # expect: ASY104
    os.system("sync")  # expect: ASY104
    return text + tail


@app.post("/thumbnails")
async def thumbnail(file: UploadFile) -> dict[str, int]:
    image = Image.open(file.file)  # expect: ASY107
    image.thumbnail((64, 64))  # expect: ASY107
    return {"width": image.width}


@app.post("/login")
async def login(form: Login) -> bool:
    digest = hashlib.sha256(form.name.encode()).hexdigest()  # ok: microseconds
    if not hasher.verify(form.password, digest):  # expect: ASY107
        clock.sleep(1)  # expect: ASY102
    return bcrypt.checkpw(form.password.encode(), digest.encode())  # expect: ASY107


@app.post("/copies")
async def copy(name: str) -> str:
    await asyncio.to_thread(shutil.copy, MEDIA / name, MEDIA / f"{name}.bak")  # expect: SEC606
    def work() -> str:
        clock.sleep(1)  # ok: handed to a thread below
        return (MEDIA / name).read_text()  # expect: SEC606

    return await asyncio.get_running_loop().run_in_executor(None, work)


def size_of(name: str) -> int:
    return os.path.getsize(MEDIA / name)  # ok: a plain dependency runs in a thread


@app.get("/sizes/{name}")
async def read_size(size: Annotated[int, Depends(size_of)]) -> int:
    return size
