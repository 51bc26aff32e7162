"""Adding dependencies to the files that a project declares them in."""

import pytest

from maestro_knowledge.scaffold.dependency_files import declare

RUNTIME = ["aiosqlite", "sqlalchemy[asyncio]"]
DEV = ["httpx2", "pytest"]


def add(tmp_path, name, text):
    """The file's new text; a second time nothing is added."""
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    found = declare(tmp_path, "", RUNTIME, DEV)
    for file, content in found.edited.items():
        (tmp_path / file).write_bytes(content.encode())
    assert declare(tmp_path, "", RUNTIME, DEV).edited == found.edited
    return found.edited.get(name, text), found.by_hand


def test_a_list_of_lines_gets_lines(tmp_path):
    before = '[project]\nname = "x"\ndependencies = [\n  "fastapi",  # web\n  "pytest",\n]\n\n[tool.ruff]\nline-length = 99\n'
    after, by_hand = add(tmp_path, "pyproject.toml", before)
    assert after.startswith(
        '[project]\nname = "x"\ndependencies = [\n  "fastapi",  # web\n  "pytest",\n'
        '  "aiosqlite",\n  "sqlalchemy[asyncio]",\n]\n\n[tool.ruff]\nline-length = 99\n'
    )
    assert after.endswith('[dependency-groups]\ndev = [\n    "httpx2",\n]\n')
    assert by_hand == []


def test_a_list_in_one_line_stays_in_one(tmp_path):
    before = '[project]\ndependencies = ["fastapi"] # here\n[dependency-groups]\ntest = ["pytest>=8"]\n'
    after, _ = add(tmp_path, "pyproject.toml", before)
    assert 'dependencies = ["fastapi", "aiosqlite", "sqlalchemy[asyncio]"] # here\n' in after
    assert 'test = ["pytest>=8", "httpx2"]\n' in after


def test_an_extra_that_is_missing_gets_what_it_stands_for(tmp_path):
    after, _ = add(tmp_path, "pyproject.toml", '[project]\ndependencies = ["SQLAlchemy>=2", "aiosqlite"]\n')
    assert 'dependencies = ["SQLAlchemy>=2", "aiosqlite", "greenlet"]\n' in after


def test_line_ends_are_kept(tmp_path):
    after, _ = add(
        tmp_path, "pyproject.toml", '[project]\r\nname = "x"\r\ndependencies = [\r\n  "fastapi",\r\n]\r\n'
    )
    assert after.count("\n") == after.count("\r\n")
    assert '  "aiosqlite",\r\n' in after


def test_poetry_has_tables_of_its_own(tmp_path):
    before = '[tool.poetry]\nname = "x"\n\n[tool.poetry.dependencies]\npython = "^3.11"\nfastapi = "*"\n'
    after, _ = add(tmp_path, "pyproject.toml", before)
    assert 'fastapi = "*"\naiosqlite = "*"\nsqlalchemy = {version = "*", extras = ["asyncio"]}\n' in after
    assert '[tool.poetry.group.dev.dependencies]\nhttpx2 = "*"\npytest = "*"\n' in after


@pytest.mark.parametrize("ending", ["\n", "", "\r\n"])
def test_a_requirements_file_is_continued(tmp_path, ending):
    after, by_hand = add(tmp_path, "requirements.txt", f"fastapi==0.165.0{ending}")
    newline = "\r\n" if ending == "\r\n" else "\n"
    assert after == f"fastapi==0.165.0{newline}aiosqlite{newline}sqlalchemy[asyncio]{newline}"
    assert by_hand == DEV


def test_a_compiled_requirements_file_is_left_to_its_tool(tmp_path):
    text = "fastapi==0.165.0\n    # via -r requirements.in\n"
    after, by_hand = add(tmp_path, "requirements.txt", text)
    assert after == text
    assert by_hand == [*RUNTIME, *DEV]


@pytest.mark.parametrize(
    "text", ["[project\n", "[tool.ruff]\nline-length = 99\n", '[project]\ndynamic = ["dependencies"]\n']
)
def test_a_project_file_that_declares_nothing_is_left_alone(tmp_path, text):
    after, by_hand = add(tmp_path, "pyproject.toml", text)
    assert after == text
    assert by_hand == [*RUNTIME, *DEV]
