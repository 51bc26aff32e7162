"""Parcels in the database."""

import asyncio
from collections.abc import Sequence

from sqlalchemy import func, select

from ..db import Parcel, SessionDep
from ..errors import ParcelMissing
from ..schemas import ParcelPatch


class ParcelStore:
    def __init__(self, session: SessionDep) -> None:
        self.session = session

    async def every(self) -> Sequence[Parcel]:
        found = await self.session.scalars(select(Parcel).order_by(Parcel.id))
        return found.all()

    async def some(self, limit: int) -> Sequence[Parcel]:
        return (await self.session.scalars(select(Parcel).limit(limit))).all()

    async def one(self, number: int) -> Parcel:
        parcel = await self.session.get(Parcel, number)
        if parcel is None:
            raise ParcelMissing(number)
        return parcel

    async def change(self, number: int, patch: ParcelPatch) -> Parcel:
        parcel = await self.one(number)
        for name, value in patch.model_dump(exclude={"weight"}).items():  # expect: RSP416
            setattr(parcel, name, value)
        await self.session.commit()
        return parcel

    async def count(self) -> int:
        return await self.session.scalar(select(func.count()).select_from(Parcel)) or 0

    async def heaviest(self) -> float:
        return await self.session.scalar(select(func.max(Parcel.weight))) or 0.0

    async def summary(self) -> tuple[int, float]:
        count, weight = await asyncio.gather(self.count(), self.heaviest())  # expect: DBS206
        return count, weight
