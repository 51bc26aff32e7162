"""Packages as they are installed: of our own environment, and of a user's."""

import time

import pytest

from maestro_knowledge.core.errors import NotFound
from maestro_knowledge.vault.catalog import find_source
from maestro_knowledge.vault.contents import read_contents
from maestro_knowledge.vault.installed import own_site_packages, read_installed
from maestro_knowledge.vault.model import Contents, Place


@pytest.fixture(scope="module")
def layer() -> dict[str, Contents]:
    return {
        name: read_contents(read_installed(find_source(name), own_site_packages()))
        for name in ("fastapi", "starlette", "pydantic")
    }


def test_the_names_everyone_uses_are_there(layer):
    names = {symbol.name for contents in layer.values() for symbol in contents.symbols}
    assert {
        "fastapi.FastAPI", "fastapi.FastAPI.get", "fastapi.APIRouter.include_router", "fastapi.Depends", "fastapi.HTTPException",
        "fastapi.Request", "fastapi.Response.set_cookie", "fastapi.security.OAuth2PasswordBearer", "fastapi.status",
        "fastapi.testclient.TestClient", "fastapi.responses.StreamingResponse", "fastapi.middleware.cors.CORSMiddleware",
        "starlette.applications.Starlette.add_middleware", "pydantic.BaseModel.model_dump", "pydantic.Field",
    } <= names  # fmt: skip
    assert [contents.problems for contents in layer.values()] == [(), (), ()]


def test_parameters_of_the_framework_are_documented(layer):
    get = next(symbol for symbol in layer["fastapi"].symbols if symbol.name == "fastapi.FastAPI.get")
    assert len([parameter for parameter in get.parameters if parameter.doc]) >= 20
    assert next(p for p in get.parameters if p.name == "status_code").annotation == "int | None"


def test_a_symbol_knows_its_place_in_the_published_reference(layer):
    places = {section.id: section.place for section in layer["fastapi"].sections}
    assert places["fastapi.FastAPI.get"] == Place("reference/fastapi.md", "fastapi.FastAPI.get")
    assert places["fastapi.responses.JSONResponse"] == Place(
        "reference/responses.md", "fastapi.responses.JSONResponse"
    )
    assert places["fastapi.Response.set_cookie"] == Place(
        "reference/response.md", "fastapi.Response.set_cookie"
    )


def test_inherited_methods_are_told_by_the_class(layer):
    app = next(section for section in layer["fastapi"].sections if section.id == "fastapi.FastAPI")
    assert "fastapi.FastAPI.add_middleware" in app.keywords
    assert "def add_middleware(" in app.body


def test_the_agent_skill_is_documentation_that_is_published_nowhere(layer):
    skill = [section for section in layer["fastapi"].sections if section.id.startswith("agent-skill")]
    assert {section.kind for section in skill} == {"docs"}
    assert {section.place for section in skill} == {None}
    assert "agent-skill" in {section.id for section in skill}
    assert any(section.id.startswith("agent-skill/") for section in skill)


def test_the_whole_layer_is_read_quickly():
    started = time.process_time()
    for name in ("fastapi", "starlette", "pydantic"):
        read_contents(read_installed(find_source(name), own_site_packages()))
    assert time.process_time() - started < 8  # measured 1.6 s; the bound allows for a machine that is busy


def test_a_users_environment_is_read_and_its_version_is_what_its_metadata_states(tmp_path):
    (tmp_path / "fastapi").mkdir()
    (tmp_path / "fastapi/__init__.py").write_text("raise SystemExit('never imported')\n")
    (tmp_path / "fastapi/extra.py").write_text("class Extra: ...\n")
    (tmp_path / "fastapi_cli-1.0.dist-info").mkdir()
    (tmp_path / "fastapi-0.99.1.dist-info").mkdir()
    (tmp_path / "fastapi-0.99.1.dist-info/METADATA").write_text(
        "Metadata-Version: 2.1\nName: FastAPI\nVersion: 0.99.1\n\nText\n"
    )
    tree = read_installed(find_source("fastapi"), (tmp_path / "gone", tmp_path))
    assert (tree.snapshot.version, tree.snapshot.layer) == ("0.99.1", "installed")
    assert [symbol.name for symbol in read_contents(tree).symbols] == ["fastapi.extra.Extra"]


@pytest.mark.parametrize("metadata", ["", "Name: other\nVersion: 1\n", "Name: fastapi\n", "\x00\xff"])
def test_an_environment_without_it_says_so(tmp_path, metadata):
    (tmp_path / "fastapi").mkdir()
    (tmp_path / "fastapi-1.dist-info").mkdir()
    (tmp_path / "fastapi-1.dist-info/METADATA").write_text(metadata)
    with pytest.raises(NotFound, match="FastAPI is not installed"):
        read_installed(find_source("fastapi"), (tmp_path,))


def test_links_that_lead_out_of_the_package_are_not_followed(tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/key.py").write_text("KEY = 1\n")
    site = tmp_path / "site"
    (site / "fastapi").mkdir(parents=True)
    (site / "fastapi/__init__.py").write_text("")
    (site / "fastapi/linked.py").symlink_to(tmp_path / "secret/key.py")
    (site / "fastapi/folder").symlink_to(tmp_path / "secret")
    (site / "fastapi-1.0.dist-info").mkdir()
    (site / "fastapi-1.0.dist-info/METADATA").write_text("Name: fastapi\nVersion: 1.0\n\n")
    assert list(read_installed(find_source("fastapi"), (site,)).files()) == ["fastapi/__init__.py"]
