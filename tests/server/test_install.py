"""What a user installs: one wheel with everything in it, two commands that work from any folder."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent.parent
ROOTS = {"knowledge": "maestro_knowledge", "indexer": "maestro_indexer", "server": "maestro_server"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=TOP,
        check=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_every_file_of_the_three_packages_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", *ROOTS],
        cwd=TOP,
        check=True,
        capture_output=True,
        text=True,
    )
    expected = {
        path.split("/", 1)[1]
        for path in listed.stdout.splitlines()
        if path.split("/")[1] in ROOTS.values() and (TOP / path).exists()
    }
    assert packed == expected


def test_both_commands_work_from_any_folder_among_packages_of_the_same_plain_names(
    wheel: Path, tmp_path: Path
) -> None:
    place = tmp_path / "env"
    venv.create(place, with_pip=False, symlinks=True)
    site = next(place.glob("lib/python*/site-packages"))
    subprocess.run(
        [sys.executable, "-m", "zipfile", "-e", str(wheel), str(site)], check=True, stdin=subprocess.DEVNULL
    )
    # The dependencies are those of the environment that runs the tests; the package itself is the wheel's.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    elsewhere = tmp_path / "elsewhere"
    for name in ROOTS:
        (elsewhere / name).mkdir(parents=True)
        (elsewhere / name / "__init__.py").write_text("raise RuntimeError('shadowed')\n")
    environment = {**os.environ, "PYTHONPATH": str(elsewhere)}
    for module, words in (("maestro_server.start", ["--version"]), ("maestro_indexer.cli", ["--help"])):
        code = f"import sys; from {module} import main; sys.exit(main())"
        ran = subprocess.run(
            [place / "bin" / "python", "-c", code, *words],
            cwd=elsewhere,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert ran.returncode == 0, ran.stderr
        assert "0.1.0" in ran.stdout or "refresh" in ran.stdout
