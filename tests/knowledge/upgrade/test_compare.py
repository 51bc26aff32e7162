"""Two versions compared, and what the answer says it could not see."""

import pytest

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.project.load import load_code, load_path
from maestro_knowledge.upgrade.compare import compare_versions
from maestro_knowledge.upgrade.finding import find_surface
from maestro_knowledge.upgrade.model import as_fields
from maestro_knowledge.vault.model import Change, Release, SourceRef

HERE = SourceRef("fastapi", "git", "0.137.0")
RELEASES = (Release("0.137.0", "", (Change("breaking", "Keep routers as they are.", "#15745"),), HERE),)
CODE = "from fastapi import FastAPI\n\napp = FastAPI()\nprint(app.routes)\n"


def test_the_answer_has_the_fields_of_the_contract():
    comparison = compare_versions(
        "0.136.0", "0.137.0", releases=RELEASES, project=load_code(CODE, "app/main.py")
    )
    fields = as_fields(comparison)
    assert list(fields) == ["from", "to", "breaking", "deprecated", "added", "fixed", "affects_project"]
    assert (fields["from"], fields["to"]) == ("0.136.0", "0.137.0")
    assert {
        "version": "0.137.0",
        "text": "Keep routers as they are.",
        "pr": "#15745",
        "ref": "release:0.137.0",
    } in fields["breaking"]
    (touch,) = fields["affects_project"]
    assert list(touch) == ["file", "line", "symbol", "change", "action"]
    assert (touch["file"], touch["line"], touch["symbol"]) == ("app/main.py", 4, "fastapi.FastAPI.routes")


def test_a_topic_narrows_rows_and_places():
    project = load_code(CODE, "main.py")
    about = compare_versions("0.130.0", "0.145.0", project=project, topic="routes")
    assert {touch.symbol for touch in about.affects_project} == {"fastapi.FastAPI.routes"}
    assert compare_versions("0.130.0", "0.145.0", project=project, topic="cookies").affects_project == ()


def test_what_is_missing_is_said():
    notes = compare_versions("0.136.0", "0.165.0", releases=RELEASES, project=load_code(CODE)).notes
    assert notes == (
        "The release notes at hand end with 0.137.0; later rows are the changes that are known.",
        "The signatures of 0.136.0 are not at hand, so no call was compared with them.",
        "The signatures of 0.165.0 are not at hand, so no call was compared with them.",
    )
    assert compare_versions("0.136.0", "0.136.0", releases=RELEASES).notes == ("Both versions are the same.",)


@pytest.mark.parametrize(
    ("older", "newer"), [("", "0.137.0"), ("newest", "0.137.0"), ("0.136.0", "main"), ("0.137.0", "0.136.0")]
)
def test_versions_that_cannot_be_compared_are_refused(older, newer):
    with pytest.raises(BadArgument):
        compare_versions(older, newer, releases=RELEASES)


def test_a_leading_v_is_no_hindrance():
    assert compare_versions("v0.136.0", "v0.137.0").from_version == "0.136.0"


def test_the_newest_version_is_the_newest_that_is_known():
    assert compare_versions("0.136.0", "", releases=RELEASES).to_version == "0.165.0"


def project_with(tmp_path, files: dict[str, str]):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return load_path(tmp_path, root=tmp_path)


def test_the_version_that_a_project_has_is_where_it_starts(tmp_path):
    project = project_with(tmp_path, {"main.py": CODE, "requirements.txt": "fastapi==0.136.0\n"})
    comparison = compare_versions("", "0.137.0", releases=RELEASES, project=project)
    assert comparison.from_version == "0.136.0"
    assert [touch.line for touch in comparison.affects_project] == [4]


def test_requirements_that_stand_in_the_way_are_told_with_their_line(tmp_path):
    pyproject = (
        '[project]\nname = "shop"\nrequires-python = ">=3.9,<3.11"\ndependencies = ["fastapi==0.110.0"]\n'
    )
    requirements = "fastapi==0.110.0\npydantic==1.10.13\nstarlette==0.36.3\n"
    project = project_with(
        tmp_path, {"main.py": CODE, "pyproject.toml": pyproject, "requirements.txt": requirements}
    )
    told = compare_versions("0.110.0", "0.165.0", project=project).affects_project
    places = {touch.symbol: (touch.file, touch.line) for touch in told}
    assert places["python"] == ("pyproject.toml", 3)
    assert places["pydantic"] == ("requirements.txt", 2)
    assert places["starlette"] == ("requirements.txt", 3)
    assert compare_versions("0.110.0", "0.115.0", project=project).affects_project == ()


def test_a_project_that_has_httpx2_is_not_told_to_take_it(tmp_path):
    code = "from fastapi.testclient import TestClient\n"
    bare = project_with(tmp_path, {"test_main.py": code, "requirements.txt": "fastapi==0.141.1\n"})
    assert len(compare_versions("0.141.1", "0.144.0", project=bare).affects_project) == 1
    has = project_with(tmp_path, {"requirements.txt": "fastapi==0.141.1\nhttpx2\n"})
    assert compare_versions("0.141.1", "0.144.0", project=has).affects_project == ()


def test_the_same_versions_give_the_same_answer(tmp_path):
    project = project_with(tmp_path, {f"m{number}.py": CODE for number in range(5)})
    first = compare_versions("0.130.0", "0.165.0", releases=RELEASES, project=project)
    assert first == compare_versions("0.130.0", "0.165.0", releases=RELEASES, project=project)
    assert [touch.file for touch in first.affects_project] == [f"m{number}.py" for number in range(5)]


def test_a_surface_that_cannot_be_had_is_none():
    assert find_surface("0.0.0") is None
