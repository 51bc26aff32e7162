"""Profiles as files: working subagents and skills, renewed in place; what others wrote is never touched."""

import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml
from conftest import COMMAND

from maestro_knowledge.core.errors import BadArgument, Conflict, Unreachable
from maestro_knowledge.core.settings import load_settings
from maestro_knowledge.profiles.load import load_profiles, read_profile
from maestro_server.expert.exporting import TOOLS as EXPORTED_TOOLS
from maestro_server.expert.facade import Expert
from maestro_server.expert.own_files import BEGIN, END
from maestro_server.tools import TOOLS

NAMES = [profile.name for profile in load_profiles()]


@pytest.fixture
def expert(home: Path, root: Path) -> Expert:
    return Expert(load_settings(home=home, roots=str(root), auto_refresh=False))


def export(expert: Expert, folder: Path, form: str = "claude") -> dict[str, str]:
    return {each["path"]: each["action"] for each in expert.export_profiles(folder, form=form).data["files"]}


def head_of(path: Path) -> dict[str, str]:
    return yaml.safe_load(path.read_text().split("---\n")[1])


def test_a_subagent_has_the_keys_of_its_profile_and_our_tools(expert: Expert, tmp_path: Path) -> None:
    assert export(expert, tmp_path / "agents") == {f"{name}.md": "created" for name in NAMES}
    for profile in load_profiles():
        head = head_of(tmp_path / "agents" / f"{profile.name}.md")
        assert (head["name"], head["model"], head["color"]) == (profile.name, profile.model, profile.color)
        assert "\n" not in head["description"]
        if profile.tools:
            tools = head["tools"].split(", ")
            assert tools[: len(profile.tools)] == list(profile.tools)
            assert "mcp__fastapi-maestro__review_endpoint" in tools
        else:
            assert "tools" not in head, "without the key a subagent has every tool, ours too"


def test_a_subagent_begins_with_what_is_true_now(expert: Expert, tmp_path: Path) -> None:
    export(expert, tmp_path)
    text = (tmp_path / "fatima.md").read_text()
    assert 'get_profile(name="fatima", task=<the task>' in text
    assert "## Receiving work" in text


def test_a_subagent_reads_back_as_a_profile(expert: Expert, tmp_path: Path) -> None:
    export(expert, tmp_path)
    for name in NAMES:
        assert read_profile(tmp_path / f"{name}.md").name == name


def test_the_tools_that_subagents_name_are_those_that_there_are() -> None:
    known = [tool.__name__ for tools in TOOLS.values() for tool in tools]
    assert sorted([*EXPORTED_TOOLS, "platform_contact"]) == sorted(known)


def test_a_skill_triggers_on_fastapi_and_brings_its_references(expert: Expert, tmp_path: Path) -> None:
    folder = tmp_path / "skills" / "fastapi-checked"
    made = export(expert, folder, "skill")
    assert set(made) == {"SKILL.md", "references/calls.md", *(f"references/{name}.md" for name in NAMES)}
    head = head_of(folder / "SKILL.md")
    assert head["name"] == "fastapi-checked"
    assert len(head["description"]) <= 1024
    for word in ("fastapi", "APIRouter", "Depends", "Use whenever"):
        assert word in head["description"]
    text = (folder / "SKILL.md").read_text()
    assert len(text.splitlines()) < 500
    for name in NAMES:
        assert f"(references/{name}.md)" in text


def test_a_skill_s_folder_that_cannot_be_its_name_is_told(expert: Expert, tmp_path: Path) -> None:
    answer = expert.export_profiles(tmp_path / "skills", form="skill")
    assert head_of(tmp_path / "skills" / "SKILL.md")["name"] == "fastapi-maestro"
    assert "--to" in answer.data["next_step"]


@pytest.mark.parametrize("form", ["claude", "skill", "agents"])
def test_a_second_export_changes_nothing(form: str, expert: Expert, tmp_path: Path) -> None:
    export(expert, tmp_path, form)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert set(export(expert, tmp_path, form).values()) == {"unchanged"}
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_an_older_export_is_renewed_in_place(expert: Expert, home: Path, tmp_path: Path) -> None:
    mine = home / "profiles" / "mine.md"
    mine.parent.mkdir(exist_ok=True)
    try:
        mine.write_text("---\nname: mine\ndescription: A profile that a user wrote.\n---\nOld way.\n")
        assert export(expert, tmp_path)["mine.md"] == "created"
        mine.write_text("---\nname: mine\ndescription: A profile that a user wrote.\n---\nNew way.\n")
        assert export(expert, tmp_path)["mine.md"] == "updated"
        assert "New way." in (tmp_path / "mine.md").read_text()
    finally:
        mine.unlink()


def test_a_file_that_is_not_ours_is_kept_and_named(expert: Expert, tmp_path: Path) -> None:
    (tmp_path / "fatima.md").write_text("mine\n")
    answer = expert.export_profiles(tmp_path, form="claude")
    assert (tmp_path / "fatima.md").read_text() == "mine\n"
    assert "kept: fatima.md (it is not ours" in answer.text


def test_an_export_that_was_edited_is_kept(expert: Expert, tmp_path: Path) -> None:
    export(expert, tmp_path)
    path = tmp_path / "fatima.md"
    path.write_text(path.read_text().replace("Never", "Always"))
    edited = path.read_text()
    assert export(expert, tmp_path)["fatima.md"] == "kept"
    assert path.read_text() == edited


def test_an_export_with_the_line_ends_of_windows_is_still_ours(expert: Expert, tmp_path: Path) -> None:
    export(expert, tmp_path)
    path = tmp_path / "fatima.md"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert export(expert, tmp_path)["fatima.md"] == "unchanged"


def test_a_link_out_of_the_folder_is_not_written_through(expert: Expert, tmp_path: Path) -> None:
    folder = tmp_path / "agents"
    folder.mkdir()
    (tmp_path / "elsewhere.md").write_text("theirs")
    (folder / "fatima.md").symlink_to(tmp_path / "elsewhere.md")
    with pytest.raises(Conflict, match="leads out"):
        export(expert, folder)
    assert (tmp_path / "elsewhere.md").read_text() == "theirs"


def test_a_folder_that_is_a_file_is_refused(expert: Expert, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises((Conflict, Unreachable)):
        export(expert, tmp_path / "file")


def test_an_unknown_form_is_refused(expert: Expert, tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="claude, skill, agents"):
        export(expert, tmp_path, "cursor")


def test_the_block_for_agents_is_an_index_within_eight_kilobytes(expert: Expert, tmp_path: Path) -> None:
    export(expert, tmp_path, "agents")
    text = (tmp_path / "AGENTS.md").read_text()
    assert len(text.encode()) <= 8192
    assert text.startswith(BEGIN)
    assert text.rstrip().endswith(END)
    for word in ("search_docs", "review_endpoint", "fatima", "jwt-login", "API008"):
        assert word in text
    assert "{" not in text


@pytest.mark.parametrize("line", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_rest_of_agents_md_stays_byte_for_byte(
    line: str, mark: str, expert: Expert, tmp_path: Path
) -> None:
    path = tmp_path / "AGENTS.md"
    above, below = f"# Ours  {line}\t\ttabs é{line}{line}", f"{line}tail without end"
    old = f"{mark}{above}{BEGIN}{line}PREVIOUS{line}{END}{line}{below}".encode()
    path.write_bytes(old)
    assert export(expert, tmp_path, "agents") == {"AGENTS.md": "updated"}
    new = path.read_bytes().decode()
    assert new.startswith(mark + above + BEGIN + line)
    assert new.endswith(f"{END}{line}{below}")
    assert new.count(BEGIN) == new.count(END) == 1
    assert "PREVIOUS" not in new


def test_without_markers_the_block_is_added_at_the_end(expert: Expert, tmp_path: Path) -> None:
    path = tmp_path / "AGENTS.md"
    path.write_text("# Ours\nno newline at the end")
    export(expert, tmp_path, "agents")
    assert path.read_text().startswith(f"# Ours\nno newline at the end\n\n{BEGIN}\n")


@pytest.mark.parametrize("text", [BEGIN, f"{END}\n{BEGIN}\n", f"{BEGIN}\n{END}\n{BEGIN}\n{END}\n", END])
def test_markers_that_do_not_pair_are_told_and_nothing_is_written(
    text: str, expert: Expert, tmp_path: Path
) -> None:
    path = tmp_path / "AGENTS.md"
    path.write_text(text)
    with pytest.raises(Conflict, match="do not pair"):
        export(expert, tmp_path, "agents")
    assert path.read_text() == text


def test_bytes_that_are_no_text_are_left_alone(expert: Expert, tmp_path: Path) -> None:
    (tmp_path / "AGENTS.md").write_bytes(b"\xff\xfe")
    with pytest.raises(Conflict, match="UTF-8"):
        export(expert, tmp_path, "agents")
    assert (tmp_path / "AGENTS.md").read_bytes() == b"\xff\xfe"


def test_the_command_puts_the_files_straight_into_the_folder(home: Path, tmp_path: Path) -> None:
    words = [COMMAND, "profiles", "export", "--to", tmp_path / "a" / "b", "--json"]
    environment = {**os.environ, "FASTAPI_MAESTRO_HOME": str(home)}
    ran = subprocess.run(
        words, check=False, capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    assert {each["action"] for each in json.loads(ran.stdout)["files"]} == {"created"}
    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == sorted(f"{n}.md" for n in NAMES)


def test_the_command_needs_a_folder(home: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "FASTAPI_MAESTRO_HOME": str(home)}
    ran = subprocess.run(
        [COMMAND, "profiles", "export"],
        check=False,
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "--to DIR" in ran.stderr
