"""Settings come from the environment, arguments win, and a wrong value is named with what is allowed."""

from pathlib import Path

import platformdirs
import pytest

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.core.settings import TOOLSETS, load_settings


def test_nothing_set_gives_the_defaults() -> None:
    settings = load_settings({})
    assert settings.toolsets == TOOLSETS
    assert settings.auto_refresh is True
    assert settings.home.name == "fastapi-maestro"


def test_the_environment_is_read_and_arguments_win() -> None:
    environment = {"FASTAPI_MAESTRO_HOME": "/a", "FASTAPI_MAESTRO_TOOLSETS": "docs, review"}
    settings = load_settings(environment, home=Path("/b"))
    assert (settings.home, settings.toolsets) == (Path("/b"), ("docs", "review"))


def test_an_empty_variable_counts_as_unset() -> None:
    assert load_settings({"FASTAPI_MAESTRO_TOOLSETS": ""}).toolsets == TOOLSETS


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("FASTAPI_MAESTRO_TOOLSETS", "docs,cooking"),
        ("FASTAPI_MAESTRO_LOG_FORMAT", "xml"),
        ("FASTAPI_MAESTRO_AUTO_REFRESH", "perhaps"),
        ("FASTAPI_MAESTRO_HOME", "~nobody-of-that-name/x"),
    ],
)
def test_a_wrong_value_names_its_variable_and_what_it_holds(variable: str, value: str) -> None:
    with pytest.raises(BadArgument, match=variable):
        load_settings({variable: value})


def test_a_secret_is_never_shown() -> None:
    settings = load_settings({"FASTAPI_MAESTRO_TOKEN": "s3cret"})
    assert "s3cret" not in repr(settings) + str(settings.shown())


@pytest.mark.parametrize("data", [None, "", " ", "/data", "/data/", "data", " /data", "~/data"])
@pytest.mark.parametrize("personal", ["/home/someone", "/home//someone/", "/"])
def test_the_default_home_is_where_platformdirs_says(
    data: str | None, personal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", personal)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    if data is not None:
        monkeypatch.setenv("XDG_DATA_HOME", data)
    said = platformdirs.user_data_dir("fastapi-maestro", appauthor=False)
    assert load_settings({}).home == Path(said)
