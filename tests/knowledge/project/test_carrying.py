"""What is carried over to a changed project is what would be worked out about it anew."""

from pathlib import Path

import pytest

from maestro_knowledge.project import rewriting
from maestro_knowledge.project.blocking import blocking_chains
from maestro_knowledge.project.calls import calls_in
from maestro_knowledge.project.load import load_path
from maestro_knowledge.project.model import Project

_FILES = {
    "app/__init__.py": "",
    "app/low.py": "import time\n\ndef wait():\n    time.sleep(1)\n",
    "app/middle.py": "from app.low import wait\n\ndef step():\n    wait()\n",
    "app/high.py": "from app.middle import step\n\nasync def serve():\n    step()\n",
    "app/aside.py": "import requests\n\ndef ask():\n    requests.get('http://x')\n\nasync def other():\n    ask()\n",
    "app/whole.py": "import app\n\nasync def by_attribute():\n    app.low.wait()\n",
    "app/given.py": "def use(client):\n    client.get('http://x')\n",
    "app/giver.py": "import requests\nfrom app.given import use\n\nasync def give():\n    use(requests.Session())\n",
    "app/puts.py": "import requests\nfrom app.main import api\n\napi.state.client = requests.Session()\n",
    "app/main.py": "from fastapi import FastAPI\n\napi = FastAPI()\n",
    "app/takes.py": "from app.main import api\n\nasync def take():\n    api.state.client.get('http://x')\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for name, text in _FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return load_path(tmp_path, root=tmp_path)


def _ways(project: Project) -> dict[str, list[str]]:
    """Every function's blocking ways, as text."""
    return {
        function.id: [
            " ".join([*(str(site.target and site.target.name) for site in chain.sites), chain.blocking.name])
            for chain in blocking_chains(project, function)
        ]
        for module in project.modules
        for function in module.functions
    }


def _carried(project: Project) -> set[str]:
    return {function.module.path for function in project.memory.settled}


_CHANGES = {
    "app/low.py": "def wait():\n    pass\n",
    "app/middle.py": "def step():\n    pass\n",
    "app/aside.py": "def ask():\n    pass\n\nasync def other():\n    ask()\n",
    "app/giver.py": "from app.given import use\n\nasync def give():\n    use(None)\n",
    "app/puts.py": "from app.main import api\n\napi.state.client = None\n",
    "app/given.py": "import time\n\ndef use(client):\n    time.sleep(1)\n",
}


@pytest.mark.parametrize("path", _CHANGES)
def test_a_changed_file_leaves_the_same_answers_as_reading_everything_anew(
    project: Project, tmp_path: Path, path: str
) -> None:
    before = _ways(project)
    changed = rewriting.with_texts(project, {path: _CHANGES[path]})
    (tmp_path / path).write_text(_CHANGES[path], "utf-8")
    anew = _ways(load_path(tmp_path, root=tmp_path))
    assert _ways(changed) == anew
    assert anew != before
    assert _carried(changed)


def test_only_what_cannot_see_the_change_is_carried_over(project: Project) -> None:
    _ways(project)
    changed = rewriting.with_texts(project, {"app/low.py": "def wait():\n    pass\n"})
    assert _carried(changed) == {"app/aside.py"}
    aside = next(module for module in changed.modules if module.path == "app/aside.py")
    assert calls_in(changed, aside.functions[1]) is calls_in(project, aside.functions[1])


def test_nothing_is_carried_over_that_nobody_has_worked_out(project: Project) -> None:
    changed = rewriting.with_texts(project, {"app/low.py": "def wait():\n    pass\n"})
    assert not _carried(changed)


def test_a_small_project_of_some_files_takes_nothing_over(project: Project) -> None:
    _ways(project)
    small = rewriting.only_these(project, {"app/middle.py"})
    assert not _carried(small)
    assert _ways(small) == {"app.middle.step": []}
