"""Dependencies."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends
from fastapi.security import APIKeyHeader
from sqlalchemy.orm import Session

from ..services import WineService
from ..tables import open_session

key = APIKeyHeader(name="X-Grower-Key")


def session() -> Iterator[Session]:
    made = open_session()
    yield made  # expect: DIN506
    made.close()


SessionDep = Annotated[Session, Depends(session)]


def wines(session: SessionDep) -> WineService:
    return WineService(session)


WinesDep = Annotated[WineService, Depends(wines)]
KeyDep = Annotated[str, Depends(key)]
