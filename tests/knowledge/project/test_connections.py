"""Which modules can have to do with each other, so that a change of one may show in the other."""

from pathlib import Path

import pytest

from maestro_knowledge.project.connections import connected_with
from maestro_knowledge.project.load import load_path

_FILES = {
    "app/__init__.py": "",
    "app/main.py": "from app.routes import router\n",
    "app/routes.py": "from app.low import wait\n",
    "app/low.py": "def wait(): ...\n",
    "whole.py": "import app\napp.low.wait()\n",
    "alone.py": "import time\n",
    "puts.py": "def put(api):\n    api.state.client = 1\n",
    "takes.py": "def take(request):\n    return request.app.state.client\n",
    "tests/conftest.py": "def client(): ...\n",
    "tests/deep/test_it.py": "def test_it(client): ...\n",
}
_APP = {"app/main.py", "app/routes.py", "app/low.py", "whole.py", "app/__init__.py"}
_TESTS = {"tests/conftest.py", "tests/deep/test_it.py"}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("app/low.py", _APP),
        ("app/main.py", _APP),
        ("alone.py", {"alone.py"}),
        ("puts.py", {"puts.py", "takes.py"}),
        ("tests/conftest.py", _TESTS),
        ("tests/deep/test_it.py", _TESTS),
        ("not/there.py", set()),
    ],
)
def test_modules_are_connected_by_imports_of_either_side_by_state_and_by_fixtures(
    tmp_path: Path, path: str, expected: set[str]
) -> None:
    for name, text in _FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    assert connected_with(load_path(tmp_path, root=tmp_path), {path}) == expected
