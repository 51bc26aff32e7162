"""Who is asking."""

from typing import Annotated

from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from tram import store

bearer = HTTPBearer(auto_error=True)


class Driver:
    def __init__(self, name: str) -> None:
        self.name = name


async def driver(credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> Driver:
    name = store.cached(credentials.credentials)  # expect: ASY106
    if name is None:
        raise HTTPException(401)
    return Driver(name)


DriverDep = Annotated[Driver, Depends(driver)]
