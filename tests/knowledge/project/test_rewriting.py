"""What is wired in a changed project is what would be found by following all of it anew."""

from pathlib import Path
from typing import Any

import pytest

from maestro_knowledge.project import app_map, rewriting
from maestro_knowledge.project.load import load_path
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.wiring.follow import Wiring, follow

_FILES = {
    "shop/__init__.py": "",
    "shop/main.py": (
        "from fastapi import FastAPI\nfrom shop.routes import router\n\n"
        "api = FastAPI()\napi.include_router(router, prefix='/shop')\n"
    ),
    "shop/routes.py": (
        "from fastapi import APIRouter, BackgroundTasks\nfrom pydantic import BaseModel\n\n"
        "router = APIRouter()\n\n\nclass Item(BaseModel):\n    name: str\n\n\n"
        "@router.get('/items')\ndef items(tasks: BackgroundTasks) -> list[Item]:\n"
        "    tasks.add_task(print, 'asked')\n    return []\n"
    ),
    "bank.py": (
        "from fastapi import FastAPI\nfrom pydantic import BaseModel\n\n"
        "app = FastAPI()\n\n\nclass Account(BaseModel):\n    owner: str\n\n\n"
        "@app.get('/accounts/{number}')\ndef account(number: int) -> Account:\n    return Account(owner='x')\n"
    ),
    "alone.py": "from fastapi import APIRouter\n\nleft = APIRouter()\n\n\n@left.post('/left')\ndef post() -> None: ...\n",
    "tests/test_bank.py": (
        "from fastapi import FastAPI\n\nfrom bank import app\n\ninner = FastAPI()\ninner.mount('/bank', app)\n"
    ),
}
_CHANGES = {
    "another path": {"bank.py": _FILES["bank.py"].replace("/accounts", "/konten")},
    "a route more": {
        "alone.py": _FILES["alone.py"] + "\n\n@left.get('/right')\ndef read() -> None: ...\n",
    },
    "a route less": {"shop/routes.py": "from fastapi import APIRouter\n\nrouter = APIRouter()\n"},
    "an import that ties two together": {
        "alone.py": "from bank import app\n\n\n@app.post('/left')\ndef post() -> None: ...\n"
    },
    "an import less": {"shop/main.py": "from fastapi import FastAPI\n\napi = FastAPI()\n"},
    "several at once": {
        "bank.py": "app = None\n",
        "shop/routes.py": _FILES["shop/routes.py"].replace("/items", "/things"),
    },
    "an application in another place": {
        "alone.py": "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/')\ndef root() -> None: ...\n"
    },
}


def _lay_out(folder: Path, files: dict[str, str]) -> Project:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return load_path(folder, root=folder)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return _lay_out(tmp_path, _FILES)


def _shown(project: Project) -> dict[str, Any]:
    """Everything that is wired, in the order in which rules read it."""
    return {
        **app_map.map_app(project, "models"),
        **app_map.map_app(project, "dependencies"),
        **app_map.map_app(project, "routes"),
        "apps": [one.id for one in project.apps],
        "routers": [one.id for one in project.routers],
        "inclusions": [(one.parent, one.child, one.prefix) for one in project.inclusions],
        "operations": [(one.router.id, one.path, one.handler) for one in project.operations],
        "routes": [(one.app and one.app.id, one.methods, one.path) for one in project.routes],
        "models": [one.cls.id for one in project.models],
        "tasks": [one.module.path for one in project.background_tasks],
    }


def _unordered(shown: dict[str, Any]) -> dict[str, Any]:
    """What has nothing to do with each other may change places."""
    return {name: sorted(map(str, told)) if isinstance(told, list) else told for name, told in shown.items()}


@pytest.mark.parametrize("change", _CHANGES)
def test_a_change_leaves_the_same_facts_as_reading_everything_anew(
    project: Project, tmp_path: Path, change: str
) -> None:
    before = _shown(project)
    changed = rewriting.with_texts(project, _CHANGES[change])
    anew = _shown(_lay_out(tmp_path, _FILES | _CHANGES[change]))
    assert _unordered(_shown(changed)) == _unordered(anew)
    assert anew != before


def test_what_has_nothing_to_do_with_the_change_stays_the_same_object(project: Project) -> None:
    changed = rewriting.with_texts(project, _CHANGES["another path"])
    kept = {route.path for route in changed.routes if route in project.routes}
    new = {route.path for route in changed.routes if route not in project.routes}
    assert kept == {"/shop/items", "/left"}
    assert new == {"/bank", "/bank/konten/{number}"}  # a test mounts the application


def test_a_change_that_moves_nothing_keeps_the_order(project: Project) -> None:
    changed = rewriting.with_texts(project, {"bank.py": _FILES["bank.py"] + "\nX = 1\n"})
    assert _shown(changed) == _shown(project)


def test_modules_of_one_name_are_followed_together(tmp_path: Path) -> None:
    """Routers are numbered where their modules are called alike, so that one changes the other's name."""
    text = "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/{0}')\ndef root() -> None: ...\n"
    files = {f"{name}/app/main.py": text.replace("{0}", name) for name in ("one", "two")}
    files |= {f"{name}/app/__init__.py": "" for name in ("one", "two")}
    project = _lay_out(tmp_path, files)
    assert [router.id for router in project.routers] == ["app.main:app", "app.main:app#2"]
    change = {"one/app/main.py": "x = 1\n"}
    changed = rewriting.with_texts(project, change)
    assert _shown(changed) == _shown(_lay_out(tmp_path, files | change))


def test_only_what_is_connected_with_the_change_is_followed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed: list[set[str]] = []

    def noted(part: Project) -> Wiring:
        followed.append({module.path for module in part.modules})
        return follow(part)

    monkeypatch.setattr("maestro_knowledge.project.facts.follow", noted)
    rewriting.with_texts(project, _CHANGES["a route less"])
    assert followed == [{"shop/main.py", "shop/routes.py"}]
