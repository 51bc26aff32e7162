"""Parcels: validators that forget what they were given."""

from decimal import Decimal
from typing import Annotated, Any, Self

import pydantic
from fastapi import FastAPI
from pydantic import BaseModel, BeforeValidator, Field, ValidationInfo, field_validator, model_validator
from pydantic.functional_validators import AfterValidator

app = FastAPI()


def stripped(value: Any) -> Any:  # expect: PYD101
    if isinstance(value, str):
        return value.strip()


def positive(value: Decimal) -> Decimal:  # expect: PYD101
    if value <= 0:
        raise ValueError("must be positive")
    print(value)


class Address(BaseModel):
    street: Annotated[str, BeforeValidator(stripped)]
    country: str = Field(min_length=2)

    @field_validator("country", mode="after")
    @classmethod
    def upper(cls, value: str) -> str:  # expect: PYD101
        value = value.upper()

    @pydantic.model_validator(mode="before")
    @classmethod
    def split(cls, data: Any) -> Any:  # expect: PYD101
        if isinstance(data, str):
            street, country = data.rsplit(",", 1)
            return {"street": street, "country": country}


class Parcel(BaseModel):
    weight: Annotated[Decimal, AfterValidator(positive)]
    insured: bool = False
    worth: Decimal | None = None

    @field_validator("worth")
    @classmethod
    def rounded(cls, value: Decimal | None, info: ValidationInfo) -> Decimal | None:  # expect: PYD101
        try:
            if value is not None:
                return round(value, 2)
        except ArithmeticError:
            return None

    @model_validator(mode="after")
    def worth_known(self) -> Self:  # expect: PYD101
        if self.insured:
            if self.worth is None:
                raise ValueError("say what it is worth")
            return self


class Label(BaseModel):
    code: str
    lines: list[str]

    @pydantic.field_validator("lines")
    @classmethod
    def few(cls, value: list[str]) -> list[str]:
        if len(value) <= 3:
            return value
        return  # expect: PYD101


@app.post("/parcels")
def send(parcel: Parcel, address: Address, label: Label) -> str:
    return f"{parcel.weight} {address.country} {label.code}"
