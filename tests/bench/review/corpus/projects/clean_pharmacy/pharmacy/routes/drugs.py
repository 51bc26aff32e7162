"""Routes about drugs."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field

from ..service import ServiceDep, recount

router = APIRouter(prefix="/drugs", tags=["drugs"])


class DrugOut(BaseModel):
    """A drug."""

    model_config = ConfigDict(from_attributes=True)

    id: int = Field(description="Number")
    name: str = Field(description="Name")


@router.get("/")
def drugs(
    service: ServiceDep,
    offset: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> list[DrugOut]:
    """Drugs."""
    return [DrugOut.model_validate(drug) for drug in service.page(offset, limit)]


@router.get("/newest")
def newest(service: ServiceDep) -> DrugOut | None:
    """The newest drug."""
    found = service.page(0, 1)
    return DrugOut.model_validate(found[0]) if found else None


@router.post("/{drug_id}/taken")
def take(drug_id: int, amount: Annotated[int, Query(gt=0)], service: ServiceDep, tasks: BackgroundTasks) -> int:
    """Takes some of a drug."""
    left = service.take(drug_id, amount)
    if left is None:
        raise HTTPException(409, "not enough")
    tasks.add_task(recount, drug_id)
    return left
