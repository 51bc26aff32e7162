"""Users add and override profiles; one that is broken or hostile is named and hurts nothing else."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maestro_knowledge.profiles.find import MOST, find_profiles, project_folder
from maestro_knowledge.profiles.load import MAX_TEXT, load_profiles
from maestro_knowledge.profiles.model import Folder, Profiles

OURS = {profile.name for profile in load_profiles()}


def page(name: str = "mine", **keys: str) -> str:
    head = {"name": name, "description": "A profile that a user wrote.", **keys}
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in head.items()) + "---\nWork.\n"


def find(folder: Path, label: str = "home") -> Profiles:
    return find_profiles([Folder(str(folder), label)])


def test_without_folders_there_are_ours(tmp_path: Path) -> None:
    assert {each.name for each in find(tmp_path / "none").all} == OURS


def test_a_page_of_the_user_is_added(tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text(page())
    found = find(tmp_path)
    assert {each.name for each in found.all} == OURS | {"mine"}
    assert found.get("mine").origin == "home/mine.md"
    assert found.unread == ()


def test_a_project_overrides_the_home_and_the_home_overrides_ours(tmp_path: Path) -> None:
    home, project = tmp_path / "home", tmp_path / "project"
    for folder, text in ((home, "At home."), (project / ".maestro" / "profiles", "In the project.")):
        folder.mkdir(parents=True)
        (folder / "fatima.md").write_text(page("fatima").replace("Work.", text))
        (folder / "me.md").write_text(page("me").replace("Work.", text))
    (project / ".maestro" / "profiles" / "me.md").unlink()
    found = find_profiles([Folder(str(home), "home"), project_folder(project)])
    assert found.get("fatima").text == "In the project.\n"
    assert found.get("fatima").origin == "project .maestro/profiles/fatima.md"
    assert found.get("me").text == "At home.\n"


def test_an_agent_file_of_a_client_is_a_profile_as_it_is(tmp_path: Path) -> None:
    text = page("api-designer", tools="Read, Grep, Bash", model="sonnet", color="blue", permissionMode="plan")
    (tmp_path / "api.md").write_text(text)
    mine = find(tmp_path).get("api-designer")
    assert (mine.tools, mine.title, mine.role) == (("Read", "Grep", "Bash"), "Api designer", "Api designer")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("no front matter", "no front matter"),
        (page(role="!!python/object/apply:os.system [id]"), "line 3"),
        (page(rules="&a [x]", partners="*a"), "aliases are not allowed"),
        (page(unknown="key"), "unknown"),
        (page("Not A Handle"), "name"),
        (page(checklists="[mine]"), "no checklist"),
        (page() + "x" * (MAX_TEXT + 1), "characters of text"),
        (page() + "x" * 70_000, "larger than"),
        ("---\n" + "[" * 30_000 + "\n---\n", "not plain YAML"),
        (page(color="[" * 200 + "]" * 200), "color"),
        (page(model="9" * 10_000), "not plain YAML"),
    ],
)
def test_a_broken_or_hostile_page_is_named_and_the_others_work(text: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_text(text)
    (tmp_path / "good.md").write_text(page())
    found = find(tmp_path)
    assert {each.name for each in found.all} == OURS | {"mine"}
    assert [each.place for each in found.unread] == ["home/bad.md"]
    assert why in found.unread[0].why
    assert len(found.unread[0].why) < 600


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_bytes(b"---\nname: \xff\xfe\n---\n")
    assert "not UTF-8" in find(tmp_path).unread[0].why


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "profiles"
    folder.mkdir()
    (tmp_path / "elsewhere.md").write_text(page())
    (folder / "link.md").symlink_to(tmp_path / "elsewhere.md")
    (folder / "loop.md").symlink_to(folder / "loop.md")
    found = find(folder)
    assert {each.name for each in found.all} == OURS
    assert [each.place for each in found.unread] == ["home/link.md", "home/loop.md"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
def test_a_pipe_does_not_hang_anybody(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "folder.md").mkdir()
    assert [each.why for each in find(tmp_path).unread] == ["It is not a file.", "It is not a file."]


def test_a_folder_that_is_none_or_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "profiles").write_text("a file")
    found = find(tmp_path / "profiles")
    assert {each.name for each in found.all} == OURS
    assert found.unread[0].place == "home"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0)
    try:
        assert "cannot be read" in find(tmp_path).unread[0].why
    finally:
        tmp_path.chmod(0o700)


def test_two_pages_of_one_name_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(page())
    (tmp_path / "b.md").write_text(page())
    found = find(tmp_path)
    assert found.get("mine").file == "a.md"
    assert "called mine already" in found.unread[0].why


def test_pages_without_end_are_cut_and_counted(tmp_path: Path) -> None:
    for number in range(MOST + 3):
        (tmp_path / f"{number:03}.md").write_text(page(f"mine-{number}"))
    found = find(tmp_path)
    assert len(found.all) == len(OURS) + MOST
    assert "3 pages" in found.unread[0].why


def test_control_characters_of_a_page_are_gone(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(page().replace("Work.", "Wo\x1b[31mrk\u202e."))
    assert find(tmp_path).get("mine").text == "Wo[31mrk.\n"


@settings(max_examples=60)
@given(head=st.text(max_size=300), body=st.text(max_size=100))
def test_any_page_is_a_profile_or_a_named_problem(
    head: str, body: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "any.md").write_text(f"---\n{head}\n---\n{body}", "utf-8", errors="replace")
    found = find(folder)
    assert len(found.all) + len(found.unread) == len(OURS) + 1
