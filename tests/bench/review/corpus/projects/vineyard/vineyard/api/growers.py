"""Routes about growers."""

from fastapi import APIRouter, HTTPException, Response
from sqlalchemy import select

from ..models import GrowerBase, GrowerFull
from ..tables import Grower
from .deps import SessionDep, session

router = APIRouter()


@router.get("/{grower_id}", response_model=GrowerFull)  # expect: RSP405
def read(grower_id: int, db: SessionDep):
    """A grower."""
    return db.get(Grower, grower_id)


@router.get("/")
def some(db: SessionDep, limit: int = 10, offset: int = 0) -> list[GrowerBase]:  # expect: VAL304
    """Growers."""
    return [GrowerBase.model_validate(row) for row in db.scalars(select(Grower).limit(limit).offset(offset))]


@router.get("/{grower_id}/name")
def name(grower_id: int, response: Response) -> Response:
    """The name of a grower."""
    db = next(session())  # expect: DIN505
    row = db.get(Grower, grower_id)
    if row is None:
        raise HTTPException(404)
    response.status_code = 203  # expect: RSP411
    return Response(row.name, media_type="text/plain")
