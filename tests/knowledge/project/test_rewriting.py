"""The part of a project that a change reaches is wired as it would be in all of it."""

from pathlib import Path
from typing import Any

import pytest

from maestro_knowledge.project.load import load_path
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.reading import Unreadable
from maestro_knowledge.project.rewriting import only_these, reached_by, with_texts
from maestro_knowledge.project.symbols import Module

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


def _shown(project: Project, paths: set[str]) -> dict[str, list[Any]]:
    """Everything that is wired in these files, in the order in which rules read it."""
    routes = [one for one in project.routes if one.operation.module.path in paths]
    found: dict[str, list[tuple[Module, Any]]] = {
        "apps": [(one.module, one.id) for one in project.apps],
        "routers": [(one.module, one.id) for one in project.routers],
        "inclusions": [(one.module, (one.parent, one.child, one.prefix)) for one in project.inclusions],
        "operations": [(one.module, (one.router.id, one.path, one.handler)) for one in project.operations],
        "models": [(one.cls.module, one.cls.id) for one in project.models],
        "tasks": [(one.module, one.target and one.target.name) for one in project.background_tasks],
    }
    shown = {name: [told for module, told in each if module.path in paths] for name, each in found.items()}
    return {**shown, "routes": [(one.app and one.app.id, one.methods, one.path) for one in routes]}


@pytest.mark.parametrize("change", _CHANGES)
def test_what_a_change_reaches_is_wired_as_in_the_whole(
    project: Project, tmp_path: Path, change: str
) -> None:
    part = reached_by(project, _CHANGES[change])
    paths = {module.path for module in part.modules}
    anew = _lay_out(tmp_path, _FILES | _CHANGES[change])
    assert paths >= _CHANGES[change].keys()
    assert _shown(part, paths) == _shown(anew, paths)
    assert _shown(anew, paths) != _shown(project, paths)
    others = {module.path for module in anew.modules} - paths
    assert _shown(anew, others) == _shown(project, others)


@pytest.mark.parametrize(
    ("change", "reached"),
    [
        ("a route less", {"shop/main.py", "shop/routes.py"}),
        ("another path", {"bank.py", "tests/test_bank.py"}),
        ("a route more", {"alone.py"}),
        ("an import that ties two together", {"alone.py", "bank.py", "tests/test_bank.py"}),
        ("an import less", {"shop/main.py", "shop/routes.py"}),
    ],
)
def test_a_change_reaches_what_it_was_connected_with_and_what_it_is_connected_with_now(
    project: Project, change: str, reached: set[str]
) -> None:
    assert {module.path for module in reached_by(project, _CHANGES[change]).modules} == reached


def test_a_change_that_comes_to_name_the_state_reaches_all_that_do(tmp_path: Path) -> None:
    state = "from fastapi import Request\n\n\ndef read(request: Request) -> int:\n    return request.app.state.{}\n"
    project = _lay_out(tmp_path, _FILES | {"one.py": state.format("a"), "two.py": state.format("b")})
    part = reached_by(project, {"alone.py": _FILES["alone.py"] + "\n\nleft.state = None\n"})
    assert {module.path for module in part.modules} == {"alone.py", "one.py", "two.py"}


def test_a_file_that_was_read_is_not_parsed_again(project: Project) -> None:
    texts = _CHANGES["several at once"]
    first = {module.path: module for module in reached_by(project, texts).modules}
    second = {module.path: module for module in reached_by(project, texts, first).modules}
    assert second == first
    other = reached_by(project, {**texts, "bank.py": "app = 1\n"}, first)
    assert {module.path for module in other.modules if first[module.path] is not module} == {"bank.py"}


def test_what_does_not_parse_is_said(project: Project) -> None:
    with pytest.raises(Unreadable):
        reached_by(project, {"bank.py": "def ("})


def test_all_of_a_changed_project_is_what_reading_it_anew_gives(project: Project, tmp_path: Path) -> None:
    changed = with_texts(project, _CHANGES["several at once"])
    anew = _lay_out(tmp_path, _FILES | _CHANGES["several at once"])
    paths = {module.path for module in anew.modules}
    assert {module.path for module in changed.modules} == paths
    assert _shown(changed, paths) == _shown(anew, paths)


def test_some_files_alone_make_a_small_project(project: Project) -> None:
    small = only_these(project, {"bank.py", "tests/test_bank.py"})
    assert [module.path for module in small.modules] == ["bank.py", "tests/test_bank.py"]
    assert {route.path for route in small.routes} == {"/bank", "/bank/accounts/{number}"}
