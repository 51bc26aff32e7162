"""Versions from the environment, the lock file, pins and ranges, in that order; configuration."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement, Requirement

from maestro_knowledge.project.config import read_config
from maestro_knowledge.project.load import load_path
from maestro_knowledge.project.requirements import from_poetry, read_requirement
from maestro_knowledge.project.surroundings import Version
from maestro_knowledge.project.versions import at_least, find_versions


def put(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_DOT_", ".").replace("_DASH_", "-")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def known(folder: Path, package: str = "fastapi") -> tuple[str | None, str, str]:
    version = find_versions(folder, folder)[package]
    return version.version or version.specifier, version.source, version.where


def test_the_surest_source_wins(tmp_path: Path) -> None:
    assert known(tmp_path) == (None, "none", "")
    put(
        tmp_path,
        pyproject_DOT_toml='[project]\ndependencies = ["FastAPI[standard]>=0.110,<0.116"]\nrequires-python = ">=3.10"',
    )
    assert known(tmp_path) == ("<0.116,>=0.110", "range", "pyproject.toml")
    assert known(tmp_path, "python") == (">=3.10", "range", "pyproject.toml")
    put(
        tmp_path,
        requirements_DOT_txt="# ours\nfastapi == 0.112.0  # why\n-r other.txt\nnot a requirement !!\npydantic\n",
    )
    assert known(tmp_path) == ("0.112.0", "pin", "requirements.txt")
    put(
        tmp_path, uv_DOT_lock='version = 1\n[[package]]\nname = "fastapi"\nversion = "0.114.1"\nsource = {}\n'
    )
    assert known(tmp_path) == ("0.114.1", "lock", "uv.lock")
    put(tmp_path, _DOT_venv__pyvenv_DOT_cfg="home = /usr\nversion_info = 3.12.4.final.0\n")
    (tmp_path / ".venv/lib/python3.12/site-packages/fastapi-0.115.0.dist-info").mkdir(parents=True)
    (tmp_path / ".venv/lib/python3.12/site-packages/Pydantic_Settings-2.3.0.dist-info").mkdir()
    assert known(tmp_path) == ("0.115.0", "environment", ".venv")
    assert known(tmp_path, "pydantic-settings") == ("2.3.0", "environment", ".venv")
    assert known(tmp_path, "python") == ("3.12.4", "environment", ".venv")


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "poetry.lock",
            '[[package]]\nname = "fastapi"\nversion = "0.110.1"\ndescription = ""\n',
            ("0.110.1", "lock"),
        ),
        ("pdm.lock", '[[package]]\nname = "fastapi"\nversion = "0.110.1"\n', ("0.110.1", "lock")),
        ("Pipfile.lock", '{"default": {"fastapi": {"version": "==0.109.0"}}}', ("0.109.0", "lock")),
        ("Pipfile.lock", "{broken", (None, "none")),
        ("requirements.txt", "fastapi==0.115.0 \\\n    --hash=sha256:aa\n", ("0.115.0", "lock")),
        ("requirements-dev.txt", "fastapi~=0.110.0\n", ("~=0.110.0", "range")),
        ("requirements/base.txt", "fastapi===0.110.0\n", ("0.110.0", "pin")),
        (
            "pyproject.toml",
            '[tool.poetry.dependencies]\nfastapi = "^0.110.2"\n',
            ("<0.111,>=0.110.2", "range"),
        ),
        (
            "pyproject.toml",
            '[tool.poetry.group.api.dependencies]\nfastapi = {version = "0.110.2"}\n',
            ("0.110.2", "pin"),
        ),
        ("pyproject.toml", '[dependency-groups]\napi = ["fastapi==0.1.0"]\n', ("0.1.0", "pin")),
        ("setup.cfg", "[options]\ninstall_requires =\n    fastapi>=0.100\n", (">=0.100", "range")),
        ("setup.cfg", "[broken\n", (None, "none")),
    ],
)
def test_every_kind_of_file_is_read(
    tmp_path: Path, name: str, text: str, expected: tuple[str | None, str]
) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text)
    found = known(tmp_path)
    if found[0] and "," in found[0]:
        found = (",".join(sorted(found[0].split(","))), *found[1:])
    assert found[:2] == expected


def test_an_environment_outside_the_root_is_not_read(tmp_path: Path) -> None:
    outside = put(tmp_path / "outside", pyvenv_DOT_cfg="version = 3.9.1")
    (outside / "lib/python3.9/site-packages/fastapi-0.1.0.dist-info").mkdir(parents=True)
    root = tmp_path / "root"
    root.mkdir()
    (root / ".venv").symlink_to(outside)
    assert known(root)[1] == "none"


def test_the_nearest_folder_counts_first_and_folders_below_last(tmp_path: Path) -> None:
    put(
        tmp_path,
        requirements_DOT_txt="fastapi==0.1.0",
        api__requirements_DOT_txt="fastapi==0.2.0",
        api__a_DOT_py="",
    )
    assert find_versions(tmp_path / "api" / "a.py", tmp_path)["fastapi"].version == "0.2.0"
    (tmp_path / "requirements.txt").unlink()
    version = find_versions(tmp_path, tmp_path)["fastapi"]
    assert (version.version, version.where) == ("0.2.0", "api/requirements.txt")


@pytest.mark.parametrize(
    ("specifier", "answer"),
    [
        (">=0.137", True), (">=0.140,<1", True), ("<0.137", False), ("<=0.136", False), ("~=0.110.0", False),
        ("~=0.137", True), (">=0.100", None), ("", None), ("~=0.100", None), ("nonsense", None),
    ],
)  # fmt: skip
def test_a_range_answers_only_what_it_surely_says(specifier: str, answer: bool | None) -> None:
    versions = {"fastapi": Version("fastapi", None, specifier, "range")}
    assert at_least(versions, "fastapi", "0.137.0") is answer


@pytest.mark.parametrize(
    ("text", "expected"),
    [("^1.2.3", ">=1.2.3,<2"), ("^0.2.3", ">=0.2.3,<0.3"), ("^0.0.3", ">=0.0.3,<0.0.4"), ("~1.2.3", ">=1.2.3,<1.3"),
     ("1.2", "==1.2"), ("*", ""), (">=1,<2", ">=1,<2"), ("^x", "")],
)  # fmt: skip
def test_the_spelling_of_poetry_is_understood(text: str, expected: str) -> None:
    assert from_poetry(text) == expected


def test_configuration_is_read_from_the_nearest_file_that_has_it(tmp_path: Path) -> None:
    put(
        tmp_path,
        pyproject_DOT_toml='[tool.fastapi-maestro]\nselect = ["ASY", "RTE203"]\nignore = "OAS501, VAL301"\nmin-severity = "warning"\n'
        'exclude = ["old"]\nbaseline = "base.json"\n[tool.fastapi-maestro.per-file-ignores]\n"tests/*" = ["SEC"]\n',
        api__pyproject_DOT_toml="[project]\n",
        old__a_DOT_py="x = 1",
        new__a_DOT_py="x = 1",
    )
    config, problems = read_config(tmp_path / "api", tmp_path)
    assert problems == []
    assert (config.select, config.ignore, config.min_severity) == (
        ("ASY", "RTE203"),
        ("OAS501", "VAL301"),
        "warning",
    )
    assert (config.baseline, dict(config.per_file_ignores)) == ("base.json", {"tests/*": ("SEC",)})
    project = load_path(tmp_path, root=tmp_path)
    assert [module.path for module in project.modules] == ["new/a.py"]
    assert [(entry.path, entry.why) for entry in project.skipped] == [("old", "excluded by configuration")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.fastapi-maestro\n", "is not valid TOML"),
        ("[tool]\nfastapi-maestro = 1\n", "is not a table"),
        ("[tool.fastapi-maestro]\nselekt = []\n", "has no key `selekt`; known: baseline, blocking, exclude"),
        ("[tool.fastapi-maestro]\nselect = 5\n", "`select` is not usable: 5"),
        ('[tool.fastapi-maestro]\nmin-severity = "loud"\n', "`min-severity` is not usable"),
        ('[tool.fastapi-maestro]\nper-file-ignores = ["x"]\n', "`per-file-ignores` is not usable"),
        ("[tool.fastapi-maestro]\nexclude = [1]\n", "`exclude` is not usable"),
    ],
)
def test_a_broken_configuration_is_said_and_the_files_are_read(tmp_path: Path, text: str, said: str) -> None:
    put(tmp_path, pyproject_DOT_toml=text, a_DOT_py="x = 1")
    project = load_path(tmp_path, root=tmp_path)
    assert len(project.modules) == 1
    [problem] = project.problems
    assert problem.path == "pyproject.toml"
    assert said in problem.message


_PIECES = (
    "a", "fastapi", "b-c", "x_.y", "-", "[", "]", "std", ",", "==", ">=", "~=", "<", "!=", "1", "1.2", ".", "*",
    "0.115.0", "01", " ", ";", "@", "(", ")", "===", "rc1",
)  # fmt: skip


def _as_packaging_reads_it(text: str) -> tuple[str, str] | None:
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return None
    return requirement.name, str(requirement.specifier)


@settings(max_examples=500)
@example("fastapi[all] >= 0.1 , < 0.2")
@example("a==1,==1.0")
@example("a~=1")
@given(st.lists(st.sampled_from(_PIECES), min_size=1, max_size=9).map("".join))
def test_a_requirement_is_read_as_packaging_reads_it(text: str) -> None:
    assert read_requirement(text.strip() or "a") == _as_packaging_reads_it(text.strip() or "a")
