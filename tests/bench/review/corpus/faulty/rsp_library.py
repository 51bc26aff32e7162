"""A lending library whose answers are not what its author believes."""

import json
from http import HTTPStatus
from typing import Annotated, Any, Optional, Union

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Response, status
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse, ORJSONResponse, PlainTextResponse, RedirectResponse
from pydantic import BaseModel, Field
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

engine = create_engine("postgresql+psycopg://library@localhost/library")
SessionLocal = sessionmaker(bind=engine)


class Base(DeclarativeBase):
    """Tables."""


class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    shelf_id: Mapped[int] = mapped_column(ForeignKey("shelves.id"))
    lent: Mapped[bool]


class BookOut(BaseModel):
    id: int
    title: str


class BookIn(BaseModel):
    title: str = Field(max_length=200)
    shelf_id: int = 1


class BookPatch(BaseModel):
    title: Optional[str] = None
    shelf_id: Optional[int] = None
    lent: bool = False


def get_db():
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()


Db = Annotated[Session, Depends(get_db)]
router = APIRouter(prefix="/books", tags=["books"])


@router.get("/", response_model=list[BookOut])
def all_books(db: Db):
    return db.scalars(select(Book).order_by(Book.title)).all()  # expect: RSP415


@router.get("/lent", response_model=list[BookOut])
def lent_books(db: Db):
    query = db.query(Book)
    query = query.filter(Book.lent.is_(True))
    books = query.all()  # expect: RSP415
    return [BookOut.model_validate(book, from_attributes=True) for book in books]


@router.get("/titles")
def titles(db: Db) -> dict[str, list[str]]:
    result = db.execute(select(Book.title))
    names = [row[0] for row in result]  # expect: RSP415
    return {"titles": names}


@router.post("/", response_model=BookOut)  # expect: RSP412
def create_book(book: BookIn, db: Db) -> Any:
    row = Book(**book.model_dump(), lent=False)
    db.add(row)
    db.commit()
    db.refresh(row)
    return row


@router.patch("/{book_id}", response_model=BookOut)
def patch_book(book_id: int, changes: BookPatch, db: Db) -> Any:
    book = db.get(Book, book_id)
    if book is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND)
    data = changes.model_dump(exclude={"lent"})  # expect: RSP416
    for key, value in data.items():
        setattr(book, key, value)
    db.commit()
    return book


@router.delete("/{book_id}", status_code=HTTPStatus.NO_CONTENT)
def delete_book(book_id: int, db: Db):
    db.delete(db.get(Book, book_id))
    db.commit()
    return {"ok": True}  # expect: RSP407


@router.get("/{book_id}/card", response_model=BookOut)
def read_card(book_id: int, db: Db):
    book = db.get(Book, book_id)
    return ORJSONResponse(jsonable_encoder(book))  # expect: RSP406, UPG614


@router.get("/{book_id}/label", response_model=BookOut)  # expect: RSP403
def read_label(book_id: int) -> BookOut:
    return BookOut(id=book_id, title="label")


@router.get("/{book_id}/place")
def read_place(book_id: int) -> Union[BookOut, RedirectResponse]:  # expect: RSP410
    return BookOut(id=book_id, title="place")


@router.get("/{book_id}/raw")
def read_raw(book_id: int):  # expect: RSP401
    payload = json.dumps({"id": book_id})
    return payload  # expect: RSP414


@router.post("/{book_id}/visits")
def count_visit(book_id: int, response: Response, seen: Annotated[int, Query(ge=0)] = 0):
    if seen:
        response.headers["X-Seen"] = str(seen)  # expect: RSP411
    response.status_code = 202
    return PlainTextResponse(f"book {book_id}")


@router.put("/{book_id}/shelf")
def move_book(book_id: int, shelf: int) -> dict[str, Any]:
    if shelf < 0:
        return {"success": False, "message": "no such shelf"}  # expect: RSP418
    if shelf > 99:
        raise HTTPException(status_code=400, detail="Shelf not found")  # expect: RSP418
    return {"id": book_id, "shelf": shelf}


app = FastAPI()
app.include_router(router)
