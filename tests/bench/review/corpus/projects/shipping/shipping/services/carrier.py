"""The carrier's service."""

import httpx2
import requests
from fastapi import BackgroundTasks, Response

from ..config import settings


class Carrier:
    async def track(self, number: int) -> str:
        async with httpx2.AsyncClient(base_url=settings.carrier_url) as client:  # expect: OUT102
            answer = await client.get(f"/parcels/{number}")
        if answer.status_code != 200:
            raise Exception(f"carrier said {answer.status_code}")  # expect: ERR303
        return answer.text

    def label(self, number: int) -> bytes:
        return requests.get(f"{settings.carrier_url}/labels/{number}", stream=True).content  # expect: OUT101


def announce(tasks: BackgroundTasks, number: int) -> None:
    tasks.add_task(print, number)


def mark_seen(answer: Response, number: int) -> None:
    answer.set_cookie("parcel", str(number), secure=True, httponly=True)
