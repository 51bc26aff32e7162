"""The settings class that a project has: extended and read, or left alone with the reason."""

import textwrap

import pytest

from maestro_knowledge.scaffold.route import plan_route, scaffold_route

APP = """
from fastapi import FastAPI

from app.config import get_settings

app = FastAPI(debug=get_settings().debug)
"""
CONFIG = '''
from functools import lru_cache

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What differs between deployments."""

    model_config = SettingsConfigDict(env_file=".env")

    debug: bool = False  # never in production

    @property
    def is_production(self) -> bool:
        return   not self.debug


@lru_cache
def get_settings() -> Settings:
    return Settings()
'''
SHOUTING = """
from pydantic_settings import BaseSettings, SettingsConfigDict

class AppConfig(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_", frozen=True)

    DEBUG: bool = False

settings = AppConfig()
"""


def lay(root, config=CONFIG, main=APP, **files):
    texts = {"app/__init__.py": "", "app/main.py": main, "app/config.py": config, **files}
    for path, text in texts.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    return root


def ask(root, *, write=True, tests=True, **request):
    options = {**request.pop("options", {}), "tests": tests}
    made = scaffold_route({**request, "options": options}, project_root=root, write=write)
    assert [check for check in made.checks if check.verdict == "fail"] == []
    return made


def question(made):
    return next((one for one in made.questions if one.option == "settings"), None)


def test_the_fields_are_added_to_the_class_and_nothing_else_changes(tmp_path):
    root = lay(tmp_path)
    before = (root / "app/config.py").read_text()
    made = ask(root, pattern="jwt_auth")
    after = (root / "app/config.py").read_text()
    added = [line for line in after.splitlines() if line not in before.splitlines()]
    assert added == [
        "from pydantic import Field, SecretStr",
        "    # Checked by AccessTokenSettings where they are used.",
        "    access_token_key: SecretStr | None = None",
        '    access_token_issuer: str = Field(default="our-api")',
        "    access_token_minutes: int = 15",
    ]
    assert [line for line in before.splitlines() if line not in after.splitlines()] == []
    assert question(made).taken == "Settings"
    code = (root / "app/core/access_tokens.py").read_text()
    assert "BaseSettings" not in code
    assert "Annotated[Settings, Depends(config.get_settings)]" in code


def test_what_has_to_be_set_stops_nothing_that_does_not_need_it(tmp_path):
    root = lay(tmp_path)
    ask(root, pattern="external_jwt", tests=False)
    assert "identity_issuer: str | None = None" in (root / "app/config.py").read_text()


def test_a_second_request_changes_nothing(tmp_path):
    root = lay(tmp_path)
    request = {"pattern": "llm_gateway", "options": {"auth": "jwt"}}
    scaffold_route(request, project_root=root, write=True)
    assert {file.action for file in plan_route(request, project_root=root)} == {"unchanged"}


def test_what_an_earlier_request_has_brought_is_read_from_there(tmp_path):
    root = lay(tmp_path)
    ask(root, pattern="jwt_auth", tests=False)
    once = (root / "app/config.py").read_text()
    made = ask(root, name="todo", fields=["title:string"], options={"auth": "jwt"})
    assert (root / "app/config.py").read_text() == once
    assert next(check for check in made.checks if check.name == "tests pass").verdict == "pass"


def test_spelling_prefix_and_a_module_s_variable_are_followed(tmp_path):
    main = "from fastapi import FastAPI\n\nfrom app.config import settings\n\napp = FastAPI(debug=settings.DEBUG)\n"
    root = lay(tmp_path, config=SHOUTING, main=main)
    made = ask(root, pattern="jwt_auth")
    assert "    ACCESS_TOKEN_KEY: SecretStr | None = None\n" in (root / "app/config.py").read_text()
    assert "AccessTokenSettings.of(config.settings)" in (root / "app/core/access_tokens.py").read_text()
    assert any("SHOP_ACCESS_TOKEN_KEY" in step for step in made.next_steps)


def test_settings_that_are_asked_for_have_the_variables_that_the_class_gives_them(tmp_path):
    main = "from fastapi import FastAPI\n\nfrom app.config import settings\n\napp = FastAPI(debug=settings.DEBUG)\n"
    made = ask(lay(tmp_path, config=SHOUTING, main=main), pattern="settings", fields=["region:string"])
    assert any("SHOP_REGION" in step for step in made.next_steps)
    assert "    REGION: Annotated[str, " in (tmp_path / "app/config.py").read_text()


def test_settings_that_an_earlier_request_has_made_grow(tmp_path):
    first, second = ["region:string=eu"], ["region:string=eu", "retries:integer=3"]
    for fields in (first, second, second):
        scaffold_route({"pattern": "settings", "fields": fields}, project_root=tmp_path, write=True)
    text = (tmp_path / "app/core/settings.py").read_text()
    assert text.count("    retries: ") == text.count("    region: ") == 1
    request = {"pattern": "settings", "fields": second}
    assert {file.action for file in plan_route(request, project_root=tmp_path)} == {"unchanged"}


def test_a_field_that_is_there_is_taken(tmp_path):
    config = CONFIG.replace("debug: bool", 'database_url: str = "sqlite:///shop.db"\n    debug: bool')
    root = lay(tmp_path, config=config)
    ask(root, name="todo", fields=["title:string"], options={"storage": "sqlmodel"}, tests=False)
    text = (root / "app/config.py").read_text()
    assert text.count("database_url") == 1
    assert "database_pool_size: int = 20" in text


def test_settings_that_are_asked_for_become_fields_of_the_class(tmp_path):
    root = lay(tmp_path)
    made = ask(root, pattern="settings", fields=["region:string", "retries:integer=3"])
    assert [file.path for file in made.files] == ["app/config.py"]
    text = (root / "app/config.py").read_text()
    assert 'region: Annotated[str, Field(description="Region.", examples=["Region 1"])]\n' in text
    assert "from functools import lru_cache\nfrom typing import Annotated\n" in text


@pytest.mark.parametrize(
    ("files", "why"),
    [
        (
            {"config": "", "main": CONFIG + "\n\nfrom fastapi import FastAPI\n\napp = FastAPI()\n"},
            "round in a circle",
        ),
        ({"config": CONFIG.split("@lru_cache", maxsplit=1)[0], "main": "from fastapi import FastAPI\n\napp = FastAPI()\n"}, "gives one"),
        ({"config": CONFIG.replace("debug: bool", "access_token_key: bytes\n    debug: bool")}, "is bytes in Settings"),
        ({"config": CONFIG.replace('env_file=".env"', "env_prefix=make_prefix()")}, "works out the names"),
        ({"config": CONFIG.replace('env_file=".env"', "case_sensitive=True")}, "upper case from lower"),
        ({"app/other.py": CONFIG}, "which class is meant"),
    ],
)  # fmt: skip
def test_where_it_is_not_safe_the_code_keeps_its_own_and_says_why(tmp_path, files, why):
    root = lay(tmp_path, **files)
    before = {path: path.read_text() for path in root.rglob("app/*.py")}
    made = ask(root, pattern="jwt_auth", tests=False)
    assert why in question(made).why
    assert "class AccessTokenSettings(BaseSettings)" in (root / "app/core/access_tokens.py").read_text()
    assert (root / "app/config.py").read_text() == before[root / "app/config.py"]


def test_a_project_without_settings_is_asked_nothing_about_them(tmp_path):
    root = lay(tmp_path, config="", main="from fastapi import FastAPI\n\napp = FastAPI()\n")
    assert question(ask(root, pattern="jwt_auth", tests=False)) is None


def test_a_part_that_keeps_its_own_settings_is_tested_with_the_others(tmp_path):
    root = lay(tmp_path, config="", main="from fastapi import FastAPI\n\napp = FastAPI()\n")
    ask(root, name="todo", fields=["title:string"], options={"storage": "sqlmodel"}, tests=False)
    assert "class DatabaseSettings(BaseSettings)" in (root / "app/core/database.py").read_text()
    (root / "app/config.py").write_text(CONFIG.lstrip("\n"))
    ask(root, name="note", fields=["text:string"], options={"storage": "sqlmodel", "auth": "jwt"})
    text = (root / "tests/test_notes.py").read_text()
    assert "    monkeypatch.setenv(name, text)\n" in text
    assert 'set_variable(monkeypatch, "DATABASE_URL", url)' in text
