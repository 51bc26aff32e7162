"""Report jobs. Several ways to stall a loop."""

import asyncio
import os
import subprocess
import time
from datetime import datetime
from time import sleep

import anyio
import pandas as pd
from fastapi import APIRouter, Depends, FastAPI, HTTPException
from pydantic import BaseModel

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])


class Job(BaseModel):
    name: str
    seconds: float = 0.0
    finished: datetime | None = None


class Throttle:
    """Keeps callers apart."""

    def __init__(self, pause: float) -> None:
        self.pause = pause

    def hold(self) -> None:
        time.sleep(self.pause)

    async def __call__(self) -> None:
        self.hold()  # expect: ASY106


def wait_for_lock(path: str) -> None:
    for _ in range(10):
        if not os.path.exists(path):
            return
        sleep(0.5)


async def convert(name: str) -> str:
    await anyio.sleep(0)
    return name.upper()


async def guard() -> None:
    sleep(0.1)  # expect: ASY102


@router.post("/run", dependencies=[Depends(guard)])
async def run(job: Job) -> Job:
    """Runs a job."""
    wait_for_lock(f"/var/run/{job.name}.lock")  # expect: ASY106
    process = subprocess.Popen(["report", "--name", job.name])  # expect: ASY104
    process.wait()  # expect: ASY104
    return job


@router.post("/shell", dependencies=[Depends(Throttle(0.2))])
async def shell(job: Job) -> int:
    """Runs the nightly script."""
    return os.system("nightly --quiet")  # expect: ASY104


@router.post("/convert")
async def convert_name(job: Job) -> str:
    """Converts a name."""
    return asyncio.run(convert(job.name))  # expect: ASY112


@router.post("/convert-again")
async def convert_again(job: Job) -> str:
    """Converts a name on the loop."""
    loop = asyncio.get_event_loop()
    return loop.run_until_complete(convert(job.name))  # expect: ASY112


@router.get("/table")
async def table(month: int) -> dict[str, float]:
    """Sums of a month."""
    frame = pd.read_csv(f"/srv/reports/{month}.csv")  # expect: ASY107
    return frame.groupby("team")["hours"].sum().to_dict()


@router.get("/names/{name}")
async def name(name: str) -> str:
    """A name, converted."""
    result = convert(name)  # expect: ASY110
    if not result:
        raise HTTPException(404, "No such job")
    return f"{result}"


@router.get("/log")
async def log_tail() -> str:
    """End of the log."""
    lines = open("/var/log/jobs.log").readlines()  # expect: ASY103
    return "".join(lines[-20:])


app = FastAPI(title="Jobs")
app.include_router(router)
