"""The pre-commit hook and the GitHub Action call the command line as it is."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from maestro_server.app.demo import FAULTY
from maestro_server.app.options import make_parser

TOP = Path(__file__).parent.parent.parent
HOOKS = yaml.safe_load((TOP / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
ACTION = yaml.safe_load((TOP / "action.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_is_a_command_that_takes_files(hook: dict[str, str]) -> None:
    program, *arguments = shlex.split(hook["entry"])
    options = make_parser().parse_args([*arguments, "app/main.py", "app/other.py"])
    assert (program, options.paths, options.root) == (
        "fastapi-maestro",
        ["app/main.py", "app/other.py"],
        ["."],
    )


def test_no_input_of_the_action_is_pasted_into_a_script() -> None:
    scripts = [step["run"] for step in ACTION["runs"]["steps"] if "run" in step]
    assert scripts
    assert not [script for script in scripts if "${{" in script]


@pytest.mark.parametrize(("fault", "code"), [(FAULTY, 1), ("x = 1\n", 0)])
def test_the_action_reviews_and_passes_the_exit_code_on(
    root: Path, tmp_path: Path, fault: str, code: int
) -> None:
    (root / "app.py").write_text(fault, encoding="utf-8")
    binaries = tmp_path / "fastapi-maestro" / "bin"
    binaries.mkdir(parents=True)
    program = binaries / "fastapi-maestro"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m maestro_server.start "$@"\n')
    program.chmod(0o755)
    (script,) = [step for step in ACTION["runs"]["steps"] if step.get("id") == "review"]
    given = dict.fromkeys(script["env"], "") | {
        "MAESTRO_PATHS": "app.py", "MAESTRO_FORMAT": "github", "MAESTRO_MIN_SEVERITY": "info", "MAESTRO_OUTPUT": "out.txt",
    }  # fmt: skip
    environment = {
        **os.environ,
        **given,
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_OUTPUT": str(tmp_path / "outputs"),
    }
    ran = subprocess.run(
        ["bash", "-e", "-c", script["run"]],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, (tmp_path / "outputs").read_text()) == (code, f"exit-code={code}\n")
    assert ("::error file=app.py," in (root / "out.txt").read_text(encoding="utf-8")) == bool(code)
