"""What the routes use."""

from typing import Annotated

from fastapi import Depends
from sqlalchemy import select

from .db import Drug, SessionDep, transaction


class DrugService:
    """Reads and writes drugs."""

    def __init__(self, session: SessionDep) -> None:
        self.session = session

    def page(self, offset: int, limit: int) -> list[Drug]:
        return list(self.session.scalars(select(Drug).offset(offset).limit(limit)))

    def take(self, drug_id: int, amount: int) -> int | None:
        drug = self.session.get(Drug, drug_id, with_for_update=True)
        if drug is None or drug.stock < amount:
            return None
        drug.stock -= amount
        return drug.stock


def recount(drug_id: int) -> None:
    with transaction() as session:
        drug = session.get(Drug, drug_id)
        if drug is not None:
            drug.stock = max(drug.stock, 0)


ServiceDep = Annotated[DrugService, Depends()]
