"""The map of an application, in five views."""

import json
from pathlib import Path

import pytest
from knowledge.project.sources import write

from maestro_knowledge.project.app_map import VIEWS, map_app
from maestro_knowledge.project.load import load_code, load_path

SHOP = Path(__file__).parents[2] / "fixtures" / "projects" / "shop"


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_plain_data_and_the_same_each_time(view: str) -> None:
    first, second = (json.dumps(map_app(load_path(SHOP, root=SHOP), view)) for _ in range(2))
    assert first == second
    assert set(json.loads(first)) == {
        "apps", "routes", "dependencies", "middleware", "exception_handlers", "lifespan", "settings", "models",
        "versions", "imports", "diagram", "problems",
    }  # fmt: skip


def test_the_routes_view_says_where_and_what() -> None:
    answer = map_app(load_path(SHOP, root=SHOP))
    assert [(app["id"], app["title"], app["factory"], app["routes"]) for app in answer["apps"]] == [
        ("shop.main:app", "Shop", "create_app", 15)
    ]
    rows = {(row["method"], row["path"]): row for row in answer["routes"]}
    create = rows["POST", "/api/v1/items"]
    assert create["file"] == "src/shop/api/v1/items.py"
    assert create["line"] == 50
    assert (create["is_async"], create["status_code"], create["response_model"]) == (True, 201, "ItemOut")
    assert create["tags"] == ["items"]
    mine = rows["GET", "/api/v1/items/mine"]
    assert mine["security"] == ["shop.core.deps.get_current_user [items]", "OAuth2PasswordBearer"]
    assert rows["WEBSOCKET", "/admin/live/{channel}"]["handler"] == "live"
    assert rows["PUT", "/api/v1/items/{item_id}/owner/{owner}"]["deprecated"] is True
    assert {row["method"] for row in answer["routes"] if row["path"] == "/admin/echo"} == {"GET", "POST"}
    assert [row["name"].rpartition(".")[2] for row in answer["middleware"]] == [
        "stamp", "CORSMiddleware", "Timing", "GZipMiddleware",
    ]  # fmt: skip
    assert [(row["exception"], row["handler"]) for row in answer["exception_handlers"]] == [
        ("shop.main.OutOfStock", "out_of_stock"), ("404", "create_app.not_found"),
    ]  # fmt: skip
    assert answer["lifespan"][0]["handler"] == "lifespan"
    assert answer["versions"]["fastapi"]["specifier"] == "<1,>=0.137"


def test_the_other_views_hold_dependencies_imports_models_and_a_diagram() -> None:
    project = load_path(SHOP, root=SHOP)
    dependencies = {row["name"]: row for row in map_app(project, "dependencies")["dependencies"]}
    session = dependencies["shop.core.deps.get_session"]
    assert (session["is_async"], session["yields"], session["kind"]) == (True, True, "function")
    assert "GET /api/v1/users/me" in session["used_by"]
    assert dependencies["shop.core.deps.get_current_user"]["needs"] == [
        "shop.core.deps.oauth2",
        "shop.core.deps.get_session",
    ]
    imports = {row["module"]: row for row in map_app(project, "imports")["imports"]}
    assert imports["time"]["used_in_async"] == ["src/shop/api/v1/items.py:39 read_item"]
    models = map_app(project, "models")
    assert {row["name"]: row["kind"] for row in models["models"]}["shop.api.v1.items.ItemOut"] == "pydantic"
    [settings] = models["settings"]
    assert (settings["env_prefix"], settings["env_file"]) == ("SHOP_", ".env")
    assert [field["name"] for field in settings["fields"]] == [
        "api_prefix",
        "version_prefix",
        "admin_prefix",
        "debug",
    ]
    diagram = map_app(project, "diagram")["diagram"]
    assert diagram.startswith("flowchart LR\n")
    assert "GET /health" in diagram


def test_one_file_shows_its_own_routes_with_the_prefixes_of_the_project() -> None:
    answer = map_app(load_path(SHOP / "src/shop/api/v1/users.py", root=SHOP))
    assert {row["path"] for row in answer["routes"]} == {
        "/api/v1/users/token", "/api/v1/users/me", "/api/v1/users/by-kind/{kind}", "/api/v1/users/avatar",
    }  # fmt: skip


def test_what_could_not_be_read_or_followed_is_listed(tmp_path: Path) -> None:
    project = write(
        tmp_path,
        {"a.py": "print 'x'", "b.py": "from fastapi import FastAPI\napp = FastAPI()\napp.include_router(x)"},
    )
    assert [problem["message"] for problem in map_app(project)["problems"]] == [
        "the router x that is included here is not known",
        "not read: Python 2 syntax at line 1",
    ]


def test_a_diagram_stays_valid_whatever_names_are_used() -> None:
    project = load_code('@app.get("/a\\"]; click x \\n<b>`")\ndef f(): ...\n' + "".join(
        f"@app.get('/r{n}')\ndef f{n}(): ...\n" for n in range(100)
    ))  # fmt: skip
    diagram = map_app(project, "diagram")["diagram"]
    assert "21 more routes are not drawn" in diagram
    assert all(line.count('"') in {0, 2} for line in diagram.splitlines())
    assert "<b>" not in diagram
