"""Tables and what goes over the wire."""

from datetime import datetime
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Base of all tables."""


class Payment(Base):
    """A payment."""

    __tablename__ = "payments"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    owner: Mapped[str]
    cents: Mapped[int]
    created: Mapped[datetime] = mapped_column(default=datetime.now)


class PaymentIn(BaseModel):
    """A payment to make."""

    cents: int = Field(gt=0, description="Amount in cents", examples=[1999])


class PaymentPatch(BaseModel):
    """What can be corrected."""

    cents: int | None = Field(default=None, gt=0)


class PaymentOut(PaymentIn):
    """A payment that was made."""

    model_config = ConfigDict(from_attributes=True)
    id: UUID
