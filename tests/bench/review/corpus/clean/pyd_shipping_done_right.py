"""Parcels whose validators always say what they found."""

import sys
from typing import Annotated, Any, NoReturn, Self

from fastapi import FastAPI
from pydantic import (
    AfterValidator,
    BaseModel,
    computed_field,
    field_serializer,
    field_validator,
    model_validator,
)

app = FastAPI()


def reject(reason: str) -> NoReturn:
    raise ValueError(reason)


def code(value: str) -> str:
    match value[:1]:
        case "A":
            return value
        case "B":
            return value.lower()
        case _:
            reject("unknown")


def retried(value: str) -> str:
    while True:
        if value.startswith("x"):
            value = value[1:]
        else:
            return value


class Parcel(BaseModel):
    code: Annotated[str, AfterValidator(code), AfterValidator(retried)]
    weight: float
    note: str | None = None

    @field_validator("note", mode="before")
    @classmethod
    def none_if_empty(cls, value: Any) -> Any:
        if value == "":
            return None  # ok: says so
        return value

    @field_validator("weight")
    @classmethod
    def light(cls, value: float) -> float:
        try:
            checked = float(value)
        except OverflowError:
            sys.exit("impossible")
        else:
            return checked

    @field_validator("code", mode="wrap")
    @classmethod
    def whole(cls, value: Any, handler: Any) -> Any:
        with open("/dev/null", "w") as sink:
            sink.write(str(value))
            return handler(value)

    @model_validator(mode="after")
    def check(self) -> Self:
        if self.weight > 30:
            reject("too heavy")
        return self

    @field_serializer("note")
    def shown(self, value: str | None) -> str | None:
        if value:
            return value.strip()

    @computed_field
    def label(self) -> str:
        return f"{self.code} {self.weight}"

    def announce(self) -> None:
        print(self.label)


@app.post("/v1/parcels")
def send(parcel: Parcel) -> str:
    """Takes a parcel in."""
    return parcel.code
