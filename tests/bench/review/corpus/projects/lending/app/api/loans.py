"""Loans over HTTP."""

from fastapi import APIRouter, HTTPException, Query

from app.database import SessionDep
from app.dependencies import Reader
from app.models import Loan
from app.schemas import LoanIn, LoanPatch

router = APIRouter(prefix="/loans", tags=["loans"])


@router.post("", status_code=201)
def start(loan: LoanIn, session: SessionDep, reader: Reader) -> int:
    """Starts a loan."""
    row = Loan(book_id=loan.book_id, reader=reader)
    session.add(row)
    session.commit()
    return row.id


@router.patch("/{loan_id}", status_code=204)
def change(loan_id: int, patch: LoanPatch, session: SessionDep, reader: Reader) -> None:
    """Changes a loan."""
    row = session.get(Loan, loan_id)
    if row is None or row.reader != reader:
        raise HTTPException(404, "No such loan")
    row.reader = patch.reader
    session.commit()


@router.delete("/{loan_id}", status_code=204)
def end(loan_id: int, session: SessionDep) -> None:  # expect: AUT705
    """Ends a loan."""
    row = session.get(Loan, loan_id)
    if row is not None:
        session.delete(row)
        session.commit()


@router.get("/mine")
def mine(session: SessionDep, reader: Reader, limit: int = Query(20, le=100, ge=1)) -> list[int]:
    """My loans."""
    return [row.id for row in session.query(Loan).filter(Loan.reader == reader).limit(limit)]
