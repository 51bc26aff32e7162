"""What goes over the wire."""

from pydantic import BaseModel, ConfigDict


class BookOut(BaseModel):
    """A book."""

    model_config = ConfigDict(from_attributes=True)
    id: int
    title: str


class ReaderOut(BaseModel):
    """A reader."""

    name: str
    pin_hash: str
    hashed_password: str


class LoanIn(BaseModel):
    """A loan to start."""

    book_id: int
    reader: str


class LoanPatch(BaseModel):
    """What can change."""

    reader: str | None = None
    book_id: int | None = None
