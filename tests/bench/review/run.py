"""What a review costs, beside bare parsing of the same files and other checkers on them.

    run.py [FOLDER…] [--lines N] [--rounds N] [--json FILE] [--ruff PATH] [--flake8 PATH] [--pylint PATH]

Without a folder these are reviewed: a made-up application of 2,000 modules and 1,500 routes (`synthetic.py`), a
project of N lines laid out from the sources of installed packages and the labelled corpus, our own code, the
installed fastapi, starlette and pydantic, and FastAPI's examples and tests where `MAESTRO_EVAL_VAULT` names its repository.
Other checkers run on a tenth of the made-up application (flake8-async did not end within six minutes on all of it)
or the first folder that is named, ruff on all. Every figure is the best of some rounds, each in a process of its own
that does nothing else; seconds are processor time, so that a busy machine changes them little; peak memory is that
process's. A review is the command as users run it, with nothing remembered and then with its answer remembered:
starting a process and loading the rules counts. What a running server takes, which has done so, is measured in one
process: parsing, a first review and a second one. flake8 with flake8-async, pylint and semgrep are installed into an environment that is thrown away
afterwards; where that fails the reason is printed.
"""

import argparse
import gc
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

sys.path.insert(0, str(Path(__file__).parent))

from bench.table import Row, machine, show, write_json
from parsing import parse_all
from synthetic import DOMAINS
from synthetic import lay_out as lay_out_synthetic

OWN = Path(__file__).parents[3]
CORPUS = Path(__file__).parent / "corpus" / "projects"
PACKAGES = (
    "fastapi", "starlette", "pydantic", "sqlalchemy", "sqlmodel", "httpx", "uvicorn", "anyio", "fastmcp", "hypothesis",
    "libcst", "griffe", "git", "jinja2", "click", "rich", "mypy", "pip", "docutils", "pygments", "authlib", "cryptography",
)  # fmt: skip

COMMAND = Path(sys.executable).with_name("fastapi-maestro")
PARSING = Path(__file__).with_name("parsing.py")
OTHERS = Path(__file__).with_name("corpus") / "projects"
SHORT = 5  # times what is over at once is run

Peers = dict[str, tuple[tuple[str, ...], str]]


@dataclass(frozen=True, slots=True)
class Run:
    """The processor time of a process and its peak memory."""

    seconds: float
    peak_mb: float


def files_of(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.rglob("*.py")) if file.is_file()]


def serve(folder: Path) -> None:
    """Prints what parsing, a first and a second review take in a process that has reviewed other projects before."""
    from maestro_knowledge.core.settings import load_settings
    from maestro_server.expert.facade import Expert
    from maestro_server.expert.reviewing import ReviewCall

    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as scratch:
        others, expert = (
            Expert(load_settings(home=Path(scratch), roots=str(each), auto_refresh=False))
            for each in (OTHERS, folder)
        )
        others.review(ReviewCall(path=str(OTHERS)))
        gc.collect()
        gc.freeze()
        gc.disable()
        taken = [_seconds(lambda: parse_all(files_of(folder)))]
        gc.enable()
        taken += [_seconds(lambda: expert.review(ReviewCall(path=str(folder)))) for _ in range(2)]
    print(json.dumps(taken))


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def served(folder: Path, rounds: int) -> tuple[float, float, float]:
    """The best of some servers: parsing, the first review, the second."""
    command = (sys.executable, __file__, "--serve", str(folder))
    runs = [
        json.loads(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(rounds)
    ]
    bare, first, second = (min(run[number] for run in runs) for number in range(3))
    return bare, first, second


def measured(*command: str, rounds: int, home: Path | None = None) -> Run | None:
    """The best of some runs, None where the program cannot be started; findings are no failure."""
    runs: list[Run] = []
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    if home:
        env["FASTAPI_MAESTRO_HOME"] = str(home)
    for _ in range(rounds):
        try:
            process = subprocess.Popen(
                command,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            return None
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if command[0] in {str(COMMAND), sys.executable} and process.returncode not in {0, 1}:
            sys.exit(f"{' '.join(command)} ended with {process.returncode}.")
        runs.append(Run(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024))
    return best(runs)


def best(runs: Sequence[Run]) -> Run:
    """The least of each."""
    return Run(min(run.seconds for run in runs), min(run.peak_mb for run in runs))


def own(*command: str, rounds: int = 1, home: Path | None = None) -> Run:
    """The same of a program that has to be there."""
    run = measured(*command, rounds=rounds, home=home)
    if run is None:
        raise SystemExit(f"{command[0]} cannot be started.")
    return run


def reviewed(folder: Path, rounds: int) -> tuple[Run, Run]:
    """The best first review, each with a home of its own, and the best second one."""
    command = (str(COMMAND), "review", str(folder))
    first, second = list[Run](), list[Run]()
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as home:
            first.append(own(*command, home=Path(home)))
            second.append(own(*command, rounds=SHORT, home=Path(home)))
    return best(first), best(second)


def lay_out(folder: Path, lines: int) -> None:
    """A project of real sources: the corpus, then installed packages until there are enough lines."""
    shutil.copytree(CORPUS, folder / "projects", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "pyproject.toml").write_text('[project]\nname = "large"\n', "utf-8")
    total = sum(file.read_bytes().count(b"\n") for file in files_of(folder))
    for name in PACKAGES:
        spec = find_spec(name)
        for place in (spec.submodule_search_locations or []) if spec else []:
            for file in files_of(Path(place)):
                if total >= lines:
                    return
                target = folder / "src" / name / file.relative_to(place)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)
                total += file.read_bytes().count(b"\n")


def default_folders(scratch: Path, lines: int) -> Iterator[Path]:
    """What is reviewed when nothing is named: a tenth of the made-up application first, then all of it."""
    tenth, synthetic, real, own = (scratch / name for name in ("tenth", "synthetic", "real", "ours"))
    lay_out_synthetic(tenth, DOMAINS // 10)
    yield tenth
    lay_out_synthetic(synthetic)
    yield synthetic
    real.mkdir()
    lay_out(real, lines)
    yield real
    for part in ("knowledge", "indexer", "server"):
        shutil.copytree(OWN / part, own / part, ignore=shutil.ignore_patterns("__pycache__"))
    yield own
    for name in ("fastapi", "starlette", "pydantic"):
        if (spec := find_spec(name)) and spec.submodule_search_locations:
            # Where it is installed, ruff takes it for somebody else's and passes over it.
            place = Path(next(iter(spec.submodule_search_locations)))
            shutil.copytree(place, scratch / name, ignore=shutil.ignore_patterns("__pycache__"))
            yield scratch / name
    if vault := os.environ.get("MAESTRO_EVAL_VAULT"):
        git = ("git", "-C", vault)
        there = subprocess.run(
            [*git, "ls-tree", "--name-only", "HEAD"], capture_output=True, check=True, text=True
        )
        for name in ("docs_src", "tests"):
            if name in there.stdout.split():
                packed = subprocess.run([*git, "archive", "HEAD", name], capture_output=True, check=True)
                with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
                    archive.extractall(scratch, filter="data")
                yield scratch / name


def measure(folder: Path, given: argparse.Namespace, others: Peers) -> Iterator[Row]:
    texts = [file.read_bytes() for file in files_of(folder)]
    lines = sum(text.count(b"\n") for text in texts)
    size = f"{folder.name}, {lines:,} lines"
    bare = own(sys.executable, str(PARSING), str(folder), rounds=given.rounds)
    first, second = reviewed(folder, given.rounds)
    large = 250_000 <= lines <= 350_000
    yield Row(
        f"first review of {size}",
        first.seconds,
        "ast.parse",
        bare.seconds,
        "s",
        "≤ 12" + (", ≤ 25 s" if large else ""),
    )
    yield Row(
        "peak memory",
        first.peak_mb,
        "ast.parse, one tree at a time",
        bare.peak_mb,
        "MB",
        "≤ 700 MB" if large else "",
    )
    yield Row("lines a second", lines / first.seconds, "ast.parse", lines / bare.seconds, "/s")
    yield Row("second review", second.seconds, "first review", first.seconds, "s", "≤ 0.15")
    parsing, first_served, second_served = served(folder, given.rounds)
    yield Row(
        "first review, asked of a running server", first_served, "ast.parse there", parsing, "s", "≤ 12"
    )
    yield Row("second review, asked of it", second_served, "first review there", first_served, "s", "≤ 0.15")
    os.chdir(folder)
    for name, (command, aim) in others.items():
        run = measured(*command, rounds=1)
        if run is None:
            print(f"{name} is left out: {command[0]} cannot be started.", file=sys.stderr)
        else:
            yield Row("first review", first.seconds, name, run.seconds, "s", aim)
            yield Row("peak memory", first.peak_mb, name, run.peak_mb, "MB")


def peers(given: argparse.Namespace) -> Peers:
    """How each other checker is run, and what is aimed at beside it; only those that are there."""
    rules = str(Path(__file__).with_name("semgrep.yml"))
    known = {
        "ruff": ((given.ruff, "check", "--isolated", "--no-cache", "--select", "ALL", "."), ""),
        "flake8 with flake8-async": ((given.flake8, "--isolated", "-j", "1", "."), "≤ 1"),
        "pylint": ((given.pylint, "--rcfile", "/dev/null", "--recursive", "y", "-j", "1", "."), "≤ 0.1"),
        "semgrep, one rule": (
            (given.semgrep, "scan", "--metrics", "off", "--disable-version-check", "-j", "1", "--config", rules, "."), "",
        ),
    }  # fmt: skip
    return {name: one for name, one in known.items() if one[0][0]}


def install(name: str, *packages: str, into: Path) -> str:
    """The program, installed into an environment of its own; empty, with the reason printed, where that fails."""
    folder = into / name
    steps = (
        (sys.executable, "-m", "venv", str(folder)),
        (str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *packages),
    )
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False, timeout=600)
        if done.returncode:
            reason = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
            print(f"{name} is left out: {reason[-1]}", file=sys.stderr)
            return ""
    os.environ["PATH"] = (
        f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"  # semgrep starts programs beside it
    )
    return str(folder / "bin" / name)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--lines", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--ruff", default=str(Path(sys.executable).with_name("ruff")))
    parser.add_argument("--flake8", default="")
    parser.add_argument("--pylint", default="")
    parser.add_argument("--semgrep", default="")
    parser.add_argument("--no-install", action="store_true", help="measure only beside what is named")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve(given.folders[0])
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        folders = [folder.resolve() for folder in given.folders]
        folders = folders or list(default_folders(Path(scratch), given.lines))
        if not given.no_install:
            for name, *packages in (
                ("flake8", "flake8", "flake8-async"),
                ("pylint", "pylint"),
                ("semgrep", "semgrep"),
            ):
                if not getattr(given, name):
                    setattr(given, name, install(name, *packages, into=Path(scratch) / "peers"))
        every = peers(given)
        ruff = {name: one for name, one in every.items() if name == "ruff"}
        rows = [row for folder in folders[:1] for row in measure(folder, given, every)]
        rows += [row for folder in folders[1:] for row in measure(folder, given, ruff)]
    show(f"Review ({machine()})", rows)
    if given.json:
        write_json(given.json, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
