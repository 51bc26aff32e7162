"""Parcels."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, HTTPException, Query, Security, UploadFile
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, HttpUrl

from parcels.core.config import Settings, get_settings
from parcels.core.db import Parcel, SessionDep
from parcels.core.security import CustomerDep, courier, courier_key
from parcels.services.labels import Labels, get_labels
from parcels.services.tracking import ask_carrier, find, find_state, notify

router = APIRouter(prefix="/parcels")
couriers = APIRouter(prefix="/couriers")


class Watch(BaseModel):
    callback: HttpUrl
    event: str = "delivered"


@router.get("")
def list_parcels(
    session: SessionDep, customer: CustomerDep, code: str = "", order: str = "id", state: str = "sent"
) -> list[int]:
    found = find(session, code, order) + find_state(session, state)
    return [row.id for row in found if row.owner_id == customer.id]


@router.get("/{parcel_id}")
def read_parcel(parcel_id: int, session: SessionDep, customer: CustomerDep) -> dict[str, str]:  # expect: SEC620
    parcel = session.get(Parcel, parcel_id)
    if parcel is None:
        raise HTTPException(404)
    return {"code": parcel.code}


@router.put("/{parcel_id}/label")
def put_label(
    parcel_id: int, label: UploadFile, customer: CustomerDep, labels: Annotated[Labels, Depends(get_labels)]
) -> str:
    content = label.file.read(2_000_000)
    return str(labels.save(label.filename or f"{customer.id}-{parcel_id}", content))


@router.post("/{parcel_id}/watch", status_code=202)
def watch(parcel_id: int, wanted: Watch, customer: CustomerDep, tasks: BackgroundTasks) -> None:
    tasks.add_task(notify, str(wanted.callback), {"parcel": f"{parcel_id} of {customer.id}"})


@router.delete("/{parcel_id}", status_code=204)
def remove(parcel_id: int, session: SessionDep) -> None:  # expect: AUT705
    session.delete(session.get_one(Parcel, parcel_id))


@couriers.post("/print/{number}", dependencies=[Depends(courier)])
def print_label(number: int, printer: str, labels: Annotated[Labels, Depends(get_labels)]) -> int:
    labels.printed(printer, number)
    labels.shown(printer)
    return len(labels.read(number))


@couriers.get("/map", dependencies=[Security(courier_key)])  # expect: AUT704
def where(place: str, settings: Annotated[Settings, Depends(get_settings)]) -> HTMLResponse:
    state = ask_carrier(settings.carrier_url, place)
    return HTMLResponse(f"<h1>{place}</h1><pre>{len(state)}</pre>")  # expect: SEC608


@couriers.get("/shift")
def shift(pin: Annotated[str, Query(min_length=4)]) -> bool:  # expect: SEC615
    return pin.isdigit()
