"""What routes depend on."""

from collections.abc import Callable
from functools import lru_cache
from typing import Annotated

from fastapi import Depends, Request


class Clock:
    """Tells the day."""

    def today(self) -> str:
        return "2026-01-01"


class Reader:
    """Who asks."""

    def __init__(self, name: str = "anyone") -> None:
        self.name = name


@lru_cache
def get_clock() -> Clock:
    return Clock()


def get_catalogue(request: Request) -> dict[str, str]:
    return request.app.state.catalogue


def get_old_catalogue() -> dict[str, str]:
    return {}


def require(right: str) -> Callable[[], str]:
    def check() -> str:
        return right

    return check


ClockDep = Annotated[Clock, Depends(get_clock)]
CatalogueDep = Annotated[dict[str, str], Depends(get_catalogue)]
