"""A review can be narrowed to one endpoint, by its route or its function."""

from pathlib import Path

import pytest

from maestro_knowledge.core.errors import NotFound
from maestro_knowledge.project.load import load_path
from maestro_knowledge.review.engine import review
from maestro_knowledge.review.model import Review
from maestro_knowledge.review.request import ReviewRequest

FILES = {
    "app/__init__.py": "",
    "app/db.py": """\
from sqlalchemy.orm import Session


def get_db():
    db = Session()
    try:
        yield db
    except Exception:
        db.rollback()
    finally:
        db.close()
""",
    "app/items.py": """\
from fastapi import APIRouter, Depends

from app.db import get_db

router = APIRouter(prefix="/items")
seen = {}


@router.get("/{id}")
async def read_item(id: int, db=Depends(get_db)):
    seen[id] = 1
    return id


@router.post("/")
async def create_item():
    seen[1] = 2
    return 1
""",
    "app/main.py": """\
from fastapi import FastAPI

from app.items import router

app = FastAPI()
app.include_router(router, prefix="/api")
""",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def _review(project: Path, endpoint: str) -> Review:
    return review(load_path(project, root=project), ReviewRequest(endpoint=endpoint, select="DIN"))


@pytest.mark.parametrize(
    "endpoint", ["GET /api/items/{id}", "get /api/items/{id}/", "read_item", "/api/items/{id}"]
)
def test_an_endpoint_holds_its_handler_and_what_it_depends_on(project: Path, endpoint: str) -> None:
    answer = _review(project, endpoint)
    assert [(f.path, f.code) for f in answer.findings] == [
        ("app/db.py", "DIN507"),
        ("app/items.py", "DIN512"),
    ]
    assert [(e.method, e.path, e.handler) for e in answer.endpoints] == [
        ("GET", "/api/items/{id}", answer.endpoints[0].handler)
    ]
    assert answer.endpoints[0].is_async


def test_another_endpoint_does_not_hold_them(project: Path) -> None:
    answer = _review(project, "create_item")
    assert [(f.line, f.code, f.endpoint) for f in answer.findings] == [(17, "DIN512", "POST /api/items/")]


def test_without_an_endpoint_everything_is_listed(project: Path) -> None:
    answer = _review(project, "")
    assert [e.path for e in answer.endpoints] == ["/api/items/{id}", "/api/items/"]
    assert len(answer.findings) == 3


@pytest.mark.parametrize(
    ("endpoint", "nearest"),
    [
        ("GET /items/{id}", "GET /api/items/{id}"),
        ("read_itm", "read_item"),
        ("PUT /api/items/{id}", "GET /api/items/{id}"),
    ],
)
def test_an_endpoint_that_does_not_exist_names_the_nearest(
    project: Path, endpoint: str, nearest: str
) -> None:
    with pytest.raises(NotFound) as caught:
        _review(project, endpoint)
    assert any(nearest in name for name in caught.value.nearest)
