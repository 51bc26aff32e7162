"""Users of the back office (SQLModel)."""

from typing import Annotated, Optional

from fastapi import Depends, FastAPI, HTTPException, Query
from fastapi.security import APIKeyHeader
from sqlmodel import Field, Session, SQLModel, create_engine, select

engine = create_engine("sqlite:///users.db")
api_key = APIKeyHeader(name="X-Key")


class UserBase(SQLModel):
    name: str
    email: str


class User(UserBase, table=True):
    id: int | None = Field(default=None, primary_key=True)
    password_hash: str
    is_admin: bool = False


class UserCreate(UserBase):
    password: str
    is_admin: bool = False  # expect: VAL305


class UserUpdate(SQLModel):
    name: str | None = None
    email: Optional[str] = None


class UserPublic(UserBase):
    id: int
    password_hash: str


def get_session():
    with Session(engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]
app = FastAPI(title="Back office")


@app.get("/v1/users/{user_id}", response_model=UserPublic)  # expect: RSP405
def read_user(user_id: int, session: SessionDep, key: Annotated[str, Depends(api_key)]):  # expect: AUT704
    """One user."""
    user = session.get(User, user_id)
    if not user:
        raise HTTPException(404, "No such user")
    return user


@app.get("/v1/users")
def list_users(session: SessionDep, offset: int = 0, limit: int = Query(default=100)) -> list[User]:  # expect: VAL304, RSP405
    """Users by page."""
    return session.exec(select(User).offset(offset).limit(limit)).all()


@app.patch("/v1/users/{user_id}", response_model=UserPublic)
def update_user(user_id: int, changes: UserUpdate, session: SessionDep):
    """Changes a user."""
    user = session.get(User, user_id)
    if not user:
        raise HTTPException(404, "No such user")
    for key, value in changes.model_dump().items():  # expect: RSP416
        setattr(user, key, value)
    session.add(user)
    session.commit()
    session.refresh(user)
    return user


@app.put("/v1/users/{user_id}/raw", response_model=UserPublic)
def overwrite_user(user_id: int, raw: dict, session: SessionDep):  # expect: VAL301
    """Overwrites any column."""
    user = session.get(User, user_id)
    if not user:
        raise HTTPException(404, "No such user")
    for key, value in raw.items():  # expect: VAL305
        setattr(user, key, value)
    session.commit()
    return user


@app.post("/v1/users", status_code=201)
def create_user(data: UserCreate, session: SessionDep):
    """Adds a user."""
    user = User.model_validate(data, update={"password_hash": data.password})  # expect: SEC610
    session.add(user)
    session.commit()
    session.refresh(user)
    return user  # expect: RSP404
