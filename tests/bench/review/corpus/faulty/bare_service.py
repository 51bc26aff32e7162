"""A public notes service without any operations side."""

import os  # noqa

from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

engine = create_engine(os.environ["NOTES_DATABASE_URL"])  # expect: CFG502
SessionLocal = sessionmaker(bind=engine)
oauth2 = OAuth2PasswordBearer(tokenUrl="token")
app = FastAPI(title="Notes")  # expect: ERR306, MID808, MID809, MID810, MID811, OBS401, OBS402


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str]
    text: Mapped[str]


class NoteBody(BaseModel):
    text: str


def db():
    session = SessionLocal()
    try:
        yield session
    finally:
        session.close()


def current_owner(token: Annotated[str, Depends(oauth2)]) -> str:
    try:
        claims = jwt.decode(token, os.environ["NOTES_KEY"], algorithms=["HS256"])  # expect: CFG501
    except jwt.PyJWTError as error:
        raise HTTPException(401, "Sign in again", {"WWW-Authenticate": "Bearer"}) from error
    return claims["sub"]


Db = Annotated[Session, Depends(db)]
Owner = Annotated[str, Depends(current_owner)]


@app.post("/v1/notes", status_code=201)
def write_note(body: NoteBody, session: Db, owner: Owner) -> int:
    """Writes a note."""
    note = Note(owner=owner, text=body.text)
    session.add(note)
    session.commit()
    return note.id


@app.get("/v1/notes/{note_id}")
def read_note(note_id: int, session: Db, owner: Owner) -> NoteBody:
    """One note."""
    note = session.get(Note, note_id)
    if note is None:
        raise HTTPException(404, "No such note")
    return NoteBody(text=note.text)


@app.put("/v1/notes/{note_id}", response_model=NoteBody)
def replace_note(note_id: int, body: NoteBody, session: Db, owner: Owner):
    """Replaces a note of mine."""
    note = session.get(Note, note_id)
    if note is None or note.owner != owner:
        raise HTTPException(404, "No such note")
    note.text = body.text
    session.commit()
    return body


@app.delete("/v1/notes/{note_id}", status_code=204)
def remove_note(note_id: int, session: Db) -> None:  # expect: AUT705
    """Removes a note."""
    session.query(Note).filter(Note.id == note_id).delete()
    session.commit()
