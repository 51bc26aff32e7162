"""What goes in and out."""

from pydantic import BaseModel, ConfigDict, Field


class ParcelOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    address: str


class ParcelPatch(BaseModel):
    address: str | None = Field(None, max_length=200)
    weight: float | None = Field(None, gt=0, le=50)
