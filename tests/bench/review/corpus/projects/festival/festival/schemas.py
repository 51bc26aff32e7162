"""What comes in and goes out."""

from typing import Optional

from pydantic import BaseModel, ConfigDict


class BandBase(BaseModel):
    name: str
    genre: Optional[str]  # expect: VAL303


class BandCreate(BandBase):
    is_verified: bool = False  # expect: VAL305


class BandOut(BandBase):
    model_config = ConfigDict(from_attributes=True)
    id: int


class Ticket(BaseModel):
    day: str
    seats: int = 1
