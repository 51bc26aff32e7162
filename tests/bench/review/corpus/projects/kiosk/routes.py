from fastapi import APIRouter, BackgroundTasks, Depends, HTTPException
from sqlalchemy.orm import Session

import crud
from db import get_db

router = APIRouter(prefix="/snacks", tags=["snacks"])
unused = APIRouter(prefix="/drinks")  # expect: RTE213


@unused.get("/cola")
def cola() -> str:
    """Cola."""
    return "cola"


@router.get("")
def snacks(db: Session = Depends(get_db)):
    """All snacks."""
    return crud.every(db)  # expect: RSP404, RSP415


@router.get("/{snack_id}")
async def snack(snack_id: int, db: Session = Depends(get_db)):
    """One snack."""
    found = crud.one(db, snack_id)  # expect: ASY106
    if not found:
        raise HTTPException(404)
    return found  # expect: RSP404


@router.get("/{snack_id}/price")
async def price(snack_id: int) -> float:
    """A price."""
    return crud.price(str(snack_id))  # expect: ASY106


@router.post("/{snack_id}/order", status_code=202)
async def order(snack_id: int, tasks: BackgroundTasks, db: Session = Depends(get_db)) -> str:
    """Orders a snack."""
    tasks.add_task(crud.one, db, snack_id)  # expect: BGT903
    return "ordered"


@router.get("/search/by-name")
def search(name: str, db: Session = Depends(get_db)) -> str:
    """Finds a snack."""
    return str(crud.by_name(db, name))
