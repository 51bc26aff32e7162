"""Errors and how they are shown."""

from fastapi import HTTPException, Request, Response
from fastapi.responses import JSONResponse


class CarrierDown(Exception):
    """The carrier does not answer."""


class ParcelMissing(HTTPException):
    """There is no such parcel."""

    def __init__(self, number: int) -> None:
        super().__init__(404, f"no parcel {number}")


async def show_carrier_down(request: Request, error: CarrierDown):
    return {"error": "carrier down", "path": request.url.path}  # expect: ERR304


async def show_anything(request: Request, error: Exception) -> Response:
    return JSONResponse({"error": "unexpected"}, status_code=500)
