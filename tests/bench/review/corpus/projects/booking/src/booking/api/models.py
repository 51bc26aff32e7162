from pydantic import BaseModel, Field


class BookingIn(BaseModel):
    """What a guest asks for."""

    guest: str = Field(description="Who comes.", examples=["ada@example.org"])
    room: int = Field(description="Which room.", examples=[7])


class BookingOut(BookingIn):
    """A booking as it is kept."""

    id: int = Field(description="Its number.", examples=[1])
