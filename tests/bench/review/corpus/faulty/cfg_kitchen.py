"""A kitchen display that asks the environment again and again."""

import os
from os import environ, getenv
from typing import Annotated

import uvicorn
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, Header, HTTPException, Request

STATION = os.environ.get("STATION", "grill")  # expect: CFG502
api = APIRouter(prefix="/tickets")


def station_limit() -> int:
    return int(os.getenv("STATION_LIMIT", "12"))  # expect: CFG501


class Printer:
    def __init__(self, name: str) -> None:
        self.name = name

    def address(self) -> str:
        return f"{self.name}.{environ['PRINTER_DOMAIN']}"  # expect: CFG501


async def limit(x_limit: Annotated[int | None, Header()] = None) -> int:
    return x_limit or int(getenv("LIMIT") or 10)  # expect: CFG501


def ring(station: str) -> None:
    bell = environ.get("BELL")  # expect: CFG501
    print(station, bell)


@api.get("")
async def tickets(limit: Annotated[int, Depends(limit)]) -> list[int]:
    return list(range(min(limit, station_limit())))


@api.post("/{number}/print")
def print_ticket(number: int, tasks: BackgroundTasks) -> str:
    printer = Printer("hot")
    tasks.add_task(ring, STATION)
    return f"{number} at {printer.address()}"


@api.get("/mode")
def mode(request: Request) -> dict[str, str]:
    if "MODE" not in os.environ:
        raise HTTPException(503)
    return {"mode": os.environ["MODE"], "host": str(request.url.hostname)}  # expect: CFG501


kitchen = FastAPI()
kitchen.include_router(api)


def main() -> None:
    uvicorn.run(kitchen, host="127.0.0.1", port=9000, workers=4, log_level="info")  # expect: CFG503


if __name__ == "__main__":
    if STATION == "dev":
        uvicorn.run(app=kitchen, reload=True)  # expect: CFG503
    main()
