"""Models that the real Pydantic refuses, each with the explanation it must get."""

import pytest
from fastapi import FastAPI
from knowledge.diagnosis.provoke import explained, traceback_of_request, traceback_of_source
from pydantic import BaseModel

HEAD = "from typing import *\nfrom pydantic import *\n"


def of(source: str) -> str:
    return traceback_of_source(HEAD + source)


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch, tmp_path):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)


SETTINGS = (
    "from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    database_url: str\n"
)


def test_a_missing_setting_is_explained():
    diagnosis = explained("settings-value-missing", of(f"{SETTINGS}Settings()"))
    assert "`Settings`" in diagnosis.what
    assert "database_url" in diagnosis.what
    diagnosis = explained(
        "settings-value-missing", of(f"{SETTINGS}settings = Settings()"), f"{SETTINGS}settings = Settings()"
    )
    assert "runs at import" in diagnosis.causes[0].evidence[0].says


def test_a_settings_class_of_another_name_is_recognised_by_the_code():
    source = SETTINGS.replace("Settings(Base", "Environment(Base") + "environment = Environment()"
    explained("settings-value-missing", of(source), source)


def test_an_unknown_key_of_an_env_file_is_explained(tmp_path):
    (tmp_path / ".env").write_text("DATABASE_URL=x\nOTHER=1\n")
    source = f"{SETTINGS}    model_config = {{'env_file': '.env'}}\nSettings()"
    assert "other" in explained("settings-extra-value", of(source)).what


def test_a_list_that_is_not_json_is_explained(monkeypatch):
    monkeypatch.setenv("TAGS", "a,b")
    source = "from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    tags: list[str]\nSettings()"
    assert "`tags`" in explained("settings-value-unreadable", of(source)).what


def test_a_model_built_from_wrong_data_is_explained():
    diagnosis = explained(
        "model-invalid-in-code", of("class Item(BaseModel):\n    size: int\nItem(size='x')")
    )
    assert diagnosis.confidence == "medium"
    source = "from datetime import date\nclass Event(BaseModel):\n    date: Optional[date] = None\nEvent(date=date.today())"
    diagnosis = explained("model-invalid-in-code", of(source))
    assert "called like its type" in diagnosis.causes[0].says


def test_an_object_in_place_of_a_dict_is_explained():
    source = "class Row:\n    size = 1\nclass Item(BaseModel):\n    size: int\nItem.model_validate(Row())"
    diagnosis = explained("object-is-not-read-by-attributes", of(source), source)
    assert "`Item` has no `from_attributes=True`" in diagnosis.causes[0].evidence[0].says
    source = source.replace("model_validate(", "from_orm(")
    with pytest.warns(DeprecationWarning, match="from_orm"):
        explained(
            "object-is-not-read-by-attributes",
            of(f"import warnings\nwarnings.simplefilter('default')\n{source}"),
        )


@pytest.mark.parametrize(
    ("family", "source"),
    [
        ("field-without-annotation", "class Item(BaseModel):\n    size = 1"),
        ("field-without-annotation", "class Item(BaseModel):\n    size = Field(1)"),
        ("field-without-annotation", "class A(BaseModel):\n    a: int\nclass B(A):\n    a = 1"),
        ("field-without-annotation", "class A(BaseModel):\n    @computed_field\n    @property\n    def b(self): ..."),
        ("validator-declared-wrongly", "class A(BaseModel):\n    @field_validator\n    def f(cls, v): ..."),
        ("validator-declared-wrongly", "class A(BaseModel):\n    a: int\n    @field_validator('a')\n    def f(self, v): ..."),
        ("validator-declared-wrongly", "class A(BaseModel):\n    @field_validator('b')\n    @classmethod\n    def f(cls, v): ..."),
        ("validator-declared-wrongly", "class A(BaseModel):\n    a: int\n    @field_validator('a')\n    @classmethod\n    def f(cls): ..."),
        ("type-not-defined-yet", "class A(BaseModel):\n    a: 'Later'\nA(a=1)"),
        ("type-without-schema", "class X: ...\nclass A(BaseModel):\n    a: X"),
        ("type-without-json-schema", "class A(BaseModel):\n    a: Callable[[], int]\nA.model_json_schema()"),
        ("union-declared-wrongly", "class A(BaseModel):\n    k: str\nclass B(BaseModel):\n    u: Annotated[A | A, Field(discriminator='k')]\nTypeAdapter(Annotated[A | B, Field(discriminator='k')])"),
        ("pattern-not-supported", "class A(BaseModel):\n    a: str = Field(pattern='(?=a)')"),
        ("constraint-on-wrong-type", "class A(BaseModel):\n    a: int = Field(max_length=2)\nA(a=1)"),
        ("field-name-taken", "class A(BaseModel):\n    json: str"),
        ("field-name-taken", "class A(BaseModel):\n    model_dump_x: str"),
        ("field-name-taken", "class A(BaseModel):\n    _a: int = Field(1)"),
        ("field-name-taken", "from datetime import date\nclass A(BaseModel):\n    date: date = Field(...)"),
        ("model-not-serializable", "class X: ...\nclass A(BaseModel):\n    a: Any\nA(a=X()).model_dump_json()"),
        ("model-not-serializable", "class A(BaseModel):\n    a: int\nA.model_construct(a='x').model_dump_json()"),
        ("model-is-frozen", "class A(BaseModel, frozen=True):\n    a: int\nA(a=1).a = 2"),
        ("model-is-frozen", "class A(BaseModel):\n    a: int\nA(a=1).b = 2"),
        ("model-built-by-position", "class A(BaseModel):\n    a: int\nA(1)"),
        ("settings-class-moved", "from pydantic import BaseSettings"),
        ("name-removed-from-pydantic", "from pydantic import ConstrainedStr"),
        ("name-removed-from-pydantic", "from pydantic.generics import GenericModel"),
        ("name-removed-from-pydantic", "from pydantic import parse_file_as"),
        ("field-keyword-removed", "class A(BaseModel):\n    a: str = Field(regex='a')"),
        ("field-keyword-removed", "class A(BaseModel):\n    a: str = Field('a', const=True)"),
        ("old-model-configuration", "import warnings\nwarnings.simplefilter('error', UserWarning)\nwarnings.simplefilter('ignore', DeprecationWarning)\nclass A(BaseModel):\n    class Config:\n        orm_mode = True"),
        ("old-model-configuration", "class A(BaseModel):\n    class Config:\n        from_attributes = True"),
        ("deprecated-model-method", "class A(BaseModel):\n    a: int\nA(a=1).dict()"),
        ("deprecated-model-method", "class A(BaseModel):\n    a: int\nA.parse_obj({'a': 1})"),
        ("deprecated-model-method", "class A(BaseModel):\n    a: int\n    @validator('a')\n    def f(cls, v): return v"),
        ("deprecated-model-method", "class A(BaseModel):\n    a: int\nA.__fields__"),
        ("root-field-removed", "class A(BaseModel):\n    __root__: list[int]"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_model_is_explained(family, source):
    explained(family, of(source))


def test_typed_dicts_of_typing_are_explained():
    import sys

    text = (
        of("class D(TypedDict):\n    a: int\nclass A(BaseModel):\n    d: D")
        if sys.version_info < (3, 12)
        # newer Pythons take it; the text is that of Pydantic's raise site
        else "pydantic.errors.PydanticUserError: Please use `typing_extensions.TypedDict` instead of "
        "`typing.TypedDict` on Python < 3.12."
    )
    explained("typed-dict-of-typing", text)


def test_an_import_for_type_checkers_is_seen():
    source = (
        "from typing import TYPE_CHECKING\nfrom pydantic import BaseModel\nif TYPE_CHECKING:\n    from datetime import date\n"
        "class Event(BaseModel):\n    at: 'date'\n"
    )
    diagnosis = explained("type-not-defined-yet", traceback_of_source(f"{source}Event(at=1)"), source)
    assert diagnosis.causes[0].evidence[0].line == 3


def test_a_foreign_value_in_an_answer_is_explained():
    class Foreign: ...

    class Item(BaseModel):
        value: object

    app = FastAPI()

    @app.get("/items")
    def read_items() -> Item:
        return Item(value=Foreign())

    explained("model-not-serializable", traceback_of_request(app, "GET", "/items"))
