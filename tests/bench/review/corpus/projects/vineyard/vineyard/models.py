"""Models."""

from pydantic import BaseModel, ConfigDict, Field


class GrowerBase(BaseModel):
    """A grower."""

    model_config = ConfigDict(from_attributes=True)

    name: str = Field(description="Name")


class GrowerFull(GrowerBase):
    """A grower with everything."""

    id: int = Field(description="Number")
    api_token: str = Field(description="Token")


class WineIn(BaseModel):
    """A new wine."""

    name: str = Field(description="Name")
    grower_id: int = Field(description="Grower")
    price: float = Field(default=0, ge=0, description="Price")


class WineChange(BaseModel):
    """What can change."""

    name: str | None = Field(default=None, description="Name")
    price: float | None = Field(default=None, description="Price")
