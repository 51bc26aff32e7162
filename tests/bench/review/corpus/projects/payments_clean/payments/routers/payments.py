"""Payments over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Query, status
from sqlalchemy import select

from payments.database import SessionDep
from payments.models import Payment, PaymentIn, PaymentOut, PaymentPatch
from payments.security import Caller, caller

router = APIRouter(prefix="/payments", tags=["payments"], dependencies=[Depends(caller)])


@router.get("/latest")
async def read_latest(session: SessionDep, who: Caller) -> PaymentOut:
    """My latest payment."""
    statement = select(Payment).where(Payment.owner == who).order_by(Payment.created.desc()).limit(1)
    payment = await session.scalar(statement)
    if payment is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "No payment yet")
    return PaymentOut.model_validate(payment)


@router.get("/{payment_id}", response_model=PaymentOut)
async def read_payment(payment_id: UUID, session: SessionDep, who: Caller) -> Payment:
    """One of my payments."""
    payment = await session.get(Payment, payment_id)
    if payment is None or payment.owner != who:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "No such payment")
    return payment


@router.get("", response_model=list[PaymentOut])
async def list_payments(
    session: SessionDep,
    who: Caller,
    offset: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> list[Payment]:
    """My payments."""
    rows = await session.scalars(select(Payment).where(Payment.owner == who).offset(offset).limit(limit))
    return list(rows.all())


@router.post("", response_model=PaymentOut, status_code=status.HTTP_201_CREATED)
async def create_payment(body: PaymentIn, session: SessionDep, who: Caller) -> Payment:
    """Makes a payment."""
    payment = Payment(**body.model_dump(), owner=who)
    session.add(payment)
    await session.flush()
    return payment


@router.patch("/{payment_id}", response_model=PaymentOut)
async def correct_payment(payment_id: UUID, patch: PaymentPatch, session: SessionDep, who: Caller) -> Payment:
    """Corrects a payment."""
    payment = await session.get(Payment, payment_id)
    if payment is None or payment.owner != who:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "No such payment")
    for name, value in patch.model_dump(exclude_unset=True).items():
        setattr(payment, name, value)
    return payment
