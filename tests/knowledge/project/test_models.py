"""Classes that describe data."""

from maestro_knowledge.project.load import load_code

SOURCE = """
import dataclasses, enum
from typing import Annotated, ClassVar, NamedTuple, Optional, TypedDict
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator, validator
from pydantic.dataclasses import dataclass as pydantic_dataclass
from pydantic_settings import BaseSettings
from sqlalchemy import Column, Integer
from sqlalchemy.orm import DeclarativeBase, Mapped, declarative_base, mapped_column
from sqlmodel import Field as Column2, SQLModel
class Base(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: int
    kind: ClassVar[str] = "x"
class Item(Base):
    name: Annotated[str, Field(max_length=5)]
    price: float = Field(gt=0)
    tags: list[str] = Field(default_factory=list)
    note: Optional[str] = None
    id: str = "x"
    _private: int = 1
    @field_validator("name", mode="before")
    @classmethod
    def check(cls, value): return value
    @model_validator(mode="after")
    def whole(self): return self
class Old(BaseModel):
    x: int = ...
    class Config:
        orm_mode = True
    @validator("x")
    def old(cls, v): return v
class Settings(BaseSettings):
    model_config = {"env_prefix": "A_"}
    token: str
class Declared(DeclarativeBase): ...
class User(Declared):
    id: Mapped[int] = mapped_column(primary_key=True)
Legacy = declarative_base()
class Account(Legacy):
    id = Column(Integer, primary_key=True)
    __tablename__ = "accounts"
class Hero(SQLModel, table=True):
    id: int | None = Column2(default=None, primary_key=True)
class HeroOut(SQLModel):
    id: int
@dataclasses.dataclass
class Data:
    a: int
    b: str = dataclasses.field(default="x")
@pydantic_dataclass
class More:
    a: int
class Typed(TypedDict):
    a: int
class Named(NamedTuple):
    a: int
class Color(str, enum.Enum):
    red = "r"
class Plain:
    a: int
"""


def test_each_kind_of_model_is_told() -> None:
    models = {model.cls.name: model for model in load_code(SOURCE).models}
    assert {name: model.kind for name, model in models.items()} == {
        "Base": "pydantic", "Item": "pydantic", "Old": "pydantic", "Settings": "settings", "Declared": "sqlalchemy",
        "User": "sqlalchemy", "Account": "sqlalchemy", "Hero": "table", "HeroOut": "sqlmodel", "Data": "dataclass",
        "More": "dataclass", "Typed": "typeddict", "Named": "namedtuple", "Color": "enum",
    }  # fmt: skip
    item = models["Item"]
    assert [(f.name, f.required, f.type.name if f.type else None) for f in item.fields] == [
        ("id", False, "builtins.str"), ("name", True, "builtins.str"), ("price", True, "builtins.float"),
        ("tags", False, "builtins.list"), ("note", False, "builtins.str"), ("_private", False, "builtins.int"),
    ]  # fmt: skip
    assert set(item.fields[1].keywords) == {"max_length"}
    assert [(v.kind, v.fields, v.mode) for v in item.validators] == [
        ("field_validator", ("name",), "before"), ("model_validator", (), "after"),
    ]  # fmt: skip
    assert set(item.config) == {"extra"}
    assert set(models["Old"].config) == {"orm_mode"}
    assert models["Old"].fields[0].required
    assert set(models["Settings"].config) == {"env_prefix"}
    assert [f.name for f in models["Account"].fields] == ["id"]
    assert [f.required for f in models["Hero"].fields] == [False]
    assert [f.name for f in models["Color"].fields] == ["red"]
