"""Claude Code, which we did not write, finds the subagents and the skill that we export."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from maestro_knowledge.core.settings import load_settings
from maestro_knowledge.profiles.load import load_profiles
from maestro_server.expert.facade import Expert

pytestmark = pytest.mark.clients

FOLDER = Path(os.environ.get("MAESTRO_CLIENTS", "")).absolute()
CLAUDE = FOLDER / "node_modules" / ".bin" / "claude"

if not os.environ.get("MAESTRO_CLIENTS") or not CLAUDE.exists():
    pytest.skip("Claude Code is not installed; `make test-clients` installs it", allow_module_level=True)


def opening_of(project: Path, home: Path) -> dict:
    """What Claude Code says that it has, before it would need a login."""
    words = [CLAUDE, "-p", "hello", "--output-format", "stream-json", "--verbose"]
    node = FOLDER / "node_modules" / "node" / "bin"
    # Without anybody's login nothing is asked of a model: what it found is said before that.
    plain = {
        name: value for name, value in os.environ.items() if not name.startswith(("ANTHROPIC_", "CLAUDE_"))
    }
    environment = {**plain, "HOME": str(home), "PATH": f"{node}{os.pathsep}{os.environ['PATH']}"}
    ran = subprocess.run(
        words,
        cwd=project,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )
    for line in ran.stdout.splitlines():
        said = json.loads(line)
        if said.get("subtype") == "init":
            return said
    raise AssertionError(f"Claude Code did not begin: {ran.stdout[:500]} {ran.stderr[:500]}")


def test_claude_code_finds_the_subagents_and_the_skill(home: Path, tmp_path: Path) -> None:
    project, person = tmp_path / "project", tmp_path / "person"
    project.mkdir()
    person.mkdir()
    expert = Expert(load_settings(home=home, roots=str(project), auto_refresh=False))
    expert.export_profiles(project / ".claude" / "agents", form="claude")
    expert.export_profiles(project / ".claude" / "skills" / "fastapi-maestro", form="skill")
    opening = opening_of(project, person)
    assert {profile.name for profile in load_profiles()} <= set(opening["agents"])
    assert "fastapi-maestro" in opening["skills"]
