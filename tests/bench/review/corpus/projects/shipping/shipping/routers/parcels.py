"""Parcels."""

import logging
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Depends, HTTPException, Query, Response
from fastapi.responses import JSONResponse
from sqlalchemy import text

from ..db import ReportsDep, SessionDep
from ..schemas import ParcelOut, ParcelPatch
from ..services.carrier import Carrier, announce, mark_seen
from ..services.parcels import ParcelStore

logger = logging.getLogger(__name__)
router = APIRouter(prefix="/parcels")
Store = Annotated[ParcelStore, Depends()]


@router.get("", response_model=list[ParcelOut])
async def list_parcels(store: Store) -> Any:
    return await store.every()  # expect: RSP415


@router.get("/some", response_model=list[ParcelOut])
async def list_some(store: Store, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> Any:
    return await store.some(limit)  # ok: limited


@router.get("/summary")
async def read_summary(store: Store) -> tuple[int, float]:
    return await store.summary()


@router.get("/{number}", response_model=ParcelOut)
async def read_parcel(number: int, store: Store) -> Any:
    try:
        return await store.one(number)
    except Exception as error:  # expect: ERR302
        logger.exception("parcel %s", number)
        raise HTTPException(500, "parcel unknown") from error


@router.patch("/{number}", response_model=ParcelOut)
async def patch_parcel(number: int, patch: ParcelPatch, store: Store) -> Any:
    return await store.change(number, patch)


@router.get("/{number}/track")
async def track(number: int, carrier: Annotated[Carrier, Depends()]) -> str:
    return await carrier.track(number)


@router.get("/{number}/label", response_model=None)
def read_label(number: int, carrier: Annotated[Carrier, Depends()]) -> Response:
    return Response(carrier.label(number), media_type="application/pdf")


@router.post("/{number}/announcement", status_code=202)
async def announce_parcel(number: int, response: Response) -> Response:
    tasks = BackgroundTasks()  # expect: BGT905
    announce(tasks, number)
    mark_seen(response, number)  # expect: RSP411
    return JSONResponse({"number": number}, status_code=202)


@router.post("/{number}/archive", status_code=202)
async def archive(number: int, tasks: BackgroundTasks, session: SessionDep) -> dict[str, int]:
    tasks.add_task(session.execute, text("SELECT 1"), {"number": number})  # expect: BGT903
    return {"number": number}


@router.get("/reports/weights")
def weights(reports: ReportsDep) -> list[float]:
    return list(reports.scalars(text("SELECT weight FROM parcels")))  # expect: RSP415
