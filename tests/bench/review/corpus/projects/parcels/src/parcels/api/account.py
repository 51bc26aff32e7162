"""Accounts."""

import random
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from sqlalchemy import select

from parcels.core.db import Customer, SessionDep
from parcels.core.security import CustomerDep, hash_of, issue
from parcels.services.tracking import remember

router = APIRouter(prefix="/account")


class SignUp(BaseModel):
    email: str
    password: str


@router.post("/sign-up", status_code=201)
def sign_up(new: SignUp, session: SessionDep) -> int:
    customer = Customer(**new.model_dump())  # expect: SEC610
    session.add(customer)
    session.commit()
    return customer.id


@router.post("/login")
def login(
    request: Request, session: SessionDep, email: Annotated[str, Form()], password: Annotated[str, Form()]
) -> Response:
    customer = session.scalar(select(Customer).where(Customer.email == email))
    if customer is None or customer.password != hash_of(password):
        raise HTTPException(401)
    token = issue({"sub": customer.id})
    remember(email, token)
    answer = RedirectResponse(request.query_params.get("next") or "/", status_code=303)  # expect: SEC607
    answer.set_cookie("access", token)  # expect: SEC613
    return answer


@router.post("/code")
def send_code(customer: CustomerDep) -> dict[str, str]:
    login_token = "".join(str(random.randrange(10)) for _ in range(8))  # expect: SEC611
    return {"to": customer.email, "sent": str(bool(login_token))}
