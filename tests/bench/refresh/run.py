"""What a refresh costs, beside a bare loop over the same files and SQLite's FTS5 over the same sections.

    run.py [--vault DIR] [--rounds N] [--json FILE]

DIR is a repository with the tags 0.110.0 and 0.141.1 (`MAESTRO_EVAL_VAULT` names one as well). Every figure is
the best of N runs, each in a process of its own; peak memory is that process's.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bench.table import Row, machine, show, write_json

from maestro_indexer.embedded import ensure_embedded
from maestro_indexer.generations import Generations
from maestro_knowledge.core.home import Home

OLD, NEW, NEXT = "0.110.0", "0.141.1", "0.141.2"
PAGE = "docs/en/docs/tutorial/cors.md"
STEPS = Path(__file__).with_name("steps.py")
LOOKS = 20_000


@dataclass(frozen=True)
class Run:
    """How long a process took, and how much memory at its peak."""

    seconds: float
    peak_mb: float
    out: str


def run(*command: str, home: Path | None = None) -> Run:
    """Runs a process to its end; a failure ends the bench."""
    env = {**os.environ, **({"FASTAPI_MAESTRO_HOME": str(home)} if home else {})}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its byte-code
    with tempfile.TemporaryFile() as out:
        started = time.perf_counter()
        process = subprocess.Popen(command, env=env, stdout=out, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read().decode()
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}\n{text}")
    return Run(seconds, usage.ru_maxrss / 1024, text)


def refresh(home: Path, source: str, ref: str, *more: str) -> Run:
    command = (
        sys.executable,
        "-m",
        "maestro_indexer.cli",
        "refresh",
        "--source",
        source,
        "--ref",
        ref,
        *more,
    )
    return run(*command, home=home)


def best(rounds: int, work: Callable[[], Run]) -> Run:
    return min((work() for _ in range(rounds)), key=lambda run: run.seconds)


class Bench:
    """The vault, a scratch folder, and the figures so far."""

    def __init__(self, vault: Path, scratch: Path, rounds: int) -> None:
        self.scratch = scratch
        self.rounds = rounds
        self.vault = scratch / "vault"
        self.git("clone", "--quiet", "--no-local", str(vault), str(self.vault), at=scratch)
        self.embedded = scratch / "embedded"
        ensure_embedded(Home(self.embedded))
        self.rows: list[Row] = []

    def git(self, *words: str, at: Path | None = None) -> None:
        who = ("-c", "user.name=bench", "-c", "user.email=bench@example.com")
        subprocess.run(["git", *who, *words], cwd=at or self.vault, check=True, capture_output=True)

    def fresh_home(self) -> Path:
        home = self.scratch / "home"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(self.embedded, home)
        return home

    def step(self, name: str) -> dict[str, float]:
        """The best of several runs of one step."""
        results = []
        for _ in range(self.rounds):
            with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
                done = run(sys.executable, str(STEPS), name, str(self.vault), NEW, folder)
            results.append(json.loads(done.out))
        return min(results, key=lambda result: result["seconds"])

    def measure(self) -> None:
        refresh(self.fresh_home(), str(self.vault), NEW)  # writes byte-code
        loop, read, whoosh, fts5 = (self.step(name) for name in ("loop", "read", "whoosh", "fts5"))
        start = best(self.rounds, lambda: run(sys.executable, "-c", ""))
        full = best(self.rounds, lambda: refresh(self.fresh_home(), str(self.vault), NEW))
        home = self.fresh_home()
        refresh(home, str(self.vault), NEW)
        same = best(self.rounds, lambda: refresh(home, str(self.vault), NEW))
        url = self.vault.as_uri()
        refresh(home, url, "latest")
        same_url = best(self.rounds, lambda: refresh(home, url, "latest"))
        page = best(self.rounds, lambda: self.change_one_page(home))
        self.rows += [
            Row(
                "full build of one version, the process",
                full.seconds,
                "bare loop",
                loop["seconds"],
                "s",
                "<= 10 s",
            ),
            Row("… reading it into sections", read["seconds"], "bare loop", loop["seconds"], "s"),
            Row("… indexing its sections", whoosh["seconds"], "SQLite FTS5", fts5["seconds"], "s"),
            Row("one page changed, the process", page.seconds, "full build", full.seconds, "s", "<= 10 %"),
            Row(
                "nothing new, a checkout, the process",
                same.seconds,
                "bare Python start",
                start.seconds,
                "s",
                "<= 0.5 s",
            ),
            Row(
                "nothing new, a remote, the process",
                same_url.seconds,
                "bare Python start",
                start.seconds,
                "s",
                "<= 0.5 s",
            ),
            Row(
                "peak memory of the full build", full.peak_mb, "FTS5 step", fts5["peak_mb"], "MB", "<= 200 MB"
            ),
            Row("size of the index", whoosh["bytes"] / 1e6, "SQLite FTS5", fts5["bytes"] / 1e6, "MB"),
        ]
        both = refresh(self.fresh_home(), str(self.vault), NEW).seconds
        both += refresh(self.scratch / "home", str(self.vault), OLD).seconds
        self.rows.append(Row("both versions, two processes", both, "full build", full.seconds, "s"))
        self.measure_look(home)

    def change_one_page(self, home: Path) -> Run:
        """Refreshes after one page changed, starting each time from the index before the change."""
        before = self.scratch / "before"
        shutil.rmtree(before, ignore_errors=True)
        shutil.copytree(home, before)
        page = self.vault / PAGE
        page.write_text(
            page.read_text("utf-8") + f"\n## Changed {time.time_ns()}\n\nA new paragraph.\n", "utf-8"
        )
        self.git("commit", "--quiet", "--all", "--message", "One page")
        self.git("tag", "--force", NEXT)
        return refresh(before, self.vault.as_uri(), "latest")

    def measure_look(self, home: Path) -> None:
        generations = Generations(home / "index")
        pointer = home / "index" / "current"
        generations.current()
        started = time.perf_counter()
        for _ in range(LOOKS):
            generations.current()
        ours = time.perf_counter() - started
        started = time.perf_counter()
        for _ in range(LOOKS):
            os.stat(pointer)  # noqa: PTH116 - the peer itself
        theirs = time.perf_counter() - started
        per = 1e6 / LOOKS
        self.rows.append(
            Row("noticing that nothing is new", ours * per, "one stat", theirs * per, "us", "one stat")
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--vault", type=Path, default=os.environ.get("MAESTRO_EVAL_VAULT"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    if given.vault is None:
        print("refresh: skipped, MAESTRO_EVAL_VAULT names no repository (see --help)")
        return
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(given.vault, Path(scratch), given.rounds)
        bench.measure()
    show(f"refresh, best of {given.rounds}, {machine()}", bench.rows)
    if given.json:
        write_json(given.json, bench.rows)


if __name__ == "__main__":
    main()
