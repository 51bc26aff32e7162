"""The whole matrix: requests that cover every pair of choices, and every check on what each of them gives.

Run from the repository: `python tests/bench/scaffold/matrix.py [--limit N] [--every K] [--only TEXT] [--numbers 3,7]
[--out DIR] [--skip schemathesis,…] [--reuse] [--requests FILE.json]`. Prints what failed as it goes, and at the end
the pass rate of each check. PostgreSQL is started where it is installed, and generated code runs on it.

FILE.json holds requests of your own instead of the covering set: a list of `{"project": …, "request": …}`. The project
is the name of a shape, or its files as `{path: text}`; the request is one of `scaffold_route`, the arguments of
`scaffold_service` (`spec`, `types`), or a list of these that are made in one project, one after the other.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

from projects import Shape, lay
from tools import TOOLS, Made
from trying import make_environment

VERDICTS = {"unknown": "not_run", "pass": "pass", "fail": "fail"}
"""Verdicts of the checklist: a point that nothing in the code decides is none of either."""

Request = dict[str, Any]
Requests = list[tuple[int, Shape, Sequence[Request]]]
"""Each with its number, the project it is made in, and what is asked for there."""


@dataclass
class Rates:
    """How often each check passed, of how often it ran."""

    passed: Counter[str] = field(default_factory=Counter)
    ran: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    failed: set[int] = field(default_factory=set)

    def note(self, made: Made, name: str, verdict: str, detail: str = "") -> None:
        if verdict != "not_run":
            self.ran[name] += 1
            self.passed[name] += verdict == "pass"
        if verdict == "fail":
            self.failed.add(int(made.label.split(" ", 1)[0]))
            print(f"{made.label}\n  {name}: {detail}", flush=True)

    def lines(self) -> Iterator[str]:
        for name in self.ran:
            share = 100 * self.passed[name] / self.ran[name]
            yield f"{name:24} {self.passed[name]:5} of {self.ran[name]:5}  {share:6.2f} %"
        if self.seconds:
            ordered = sorted(self.seconds)
            yield f"{'seconds a request':24} median {ordered[len(ordered) // 2]:.2f}, most {ordered[-1]:.2f}"
        if self.failed:
            yield f"failed: --numbers {','.join(map(str, sorted(self.failed)))}"


def make_all(requests: Requests, out: Path, rates: Rates) -> list[Made]:
    """Makes every request in a project of its own, by the product and with its own checks."""
    found = []
    for number, project, asked in requests:
        root = out / f"{number:04}"
        shutil.rmtree(root, ignore_errors=True)
        lay(root, project)
        made = describe(number, project, asked, root)
        files = [path for request in asked for path in make(made, request, rates)]
        (root / KEPT).write_text(json.dumps(files), encoding="utf-8")
        found.append(replace(made, files=files))
    return found


KEPT = "matrix-files.json"


def describe(number: int, project: Shape, asked: Sequence[Request], root: Path) -> Made:
    """What a row is called in what is printed; it has made nothing yet."""
    name = project if isinstance(project, str) else "own"
    return Made(f"{number} {name} {' + '.join(map(json.dumps, asked))}", root, (), name)


def make(made: Made, request: Request, rates: Rates) -> list[str]:
    """The Python files that a request has made; none where it failed."""
    from maestro_knowledge.core.errors import MaestroError
    from maestro_knowledge.scaffold.route import plan_route, scaffold_route
    from maestro_knowledge.scaffold.service import scaffold_service

    begun = time.perf_counter()
    try:
        if "spec" in request:
            answer = scaffold_service(**request, project_root=made.root, write=True)
        else:
            answer = scaffold_route(request, project_root=made.root, write=True)
    except MaestroError as error:
        rates.note(made, "accepted", "fail", f"refused: {error}")
        return []
    rates.seconds.append(time.perf_counter() - begun)
    rates.note(made, "accepted", "pass")
    for check in answer.checks:
        rates.note(made, check.name, check.verdict, check.detail)
    for item in answer.checklist:
        rates.note(made, "checklist", VERDICTS[item.verdict], f"{item.item}: {item.evidence}")
    if answer.written and "spec" not in request:
        again = plan_route(request, project_root=made.root)
        changed = [file.path for file in again if file.action != "unchanged"]
        rates.note(made, "unchanged again", "fail" if changed else "pass", str(changed))
    created = [file.path for file in answer.files if file.action == "create" and file.path.endswith(".py")]
    return created if answer.written else []


def find_made(requests: Requests, out: Path) -> list[Made]:
    """What an earlier run has made of the requests."""
    found = []
    for number, project, asked in requests:
        root = out / f"{number:04}"
        if (root / KEPT).is_file():
            files = json.loads((root / KEPT).read_text(encoding="utf-8"))
            found.append(replace(describe(number, project, asked, root), files=files))
    return found


def choose(options: argparse.Namespace) -> Requests:
    """The requests that were asked for, each with its number and the project it is made in."""
    from covering import make_requests

    numbers = {int(number) for number in options.numbers.split(",") if number}
    rows = read_requests(Path(options.requests)) if options.requests else make_requests()
    chosen: Requests = [
        (number, project, request if isinstance(request, list) else [request])
        for number, (project, request) in enumerate(rows)
        if (number in numbers or not numbers) and number % options.every == 0
        if options.only in f"{project} {json.dumps(request)}"
    ]
    return chosen[: options.limit or None]


def read_requests(path: Path) -> list[tuple[Shape, Request | list[Request]]]:
    """The requests of a file, each with its project."""
    return [(row["project"], row["request"]) for row in json.loads(path.read_text(encoding="utf-8"))]


def judge(projects: Sequence[Made], skip: Sequence[str], rates: Rates) -> None:
    """Lets every tool look at every project."""
    for name, tool in TOOLS.items():
        if name in skip or name.split(" ")[0] in skip:
            continue
        begun = time.perf_counter()
        for made, verdict, detail in tool(projects):
            rates.note(made, name, verdict, detail)
        print(f"{name}: {time.perf_counter() - begun:.0f} s", flush=True)


def start_database(stack: ExitStack) -> None:
    """Starts PostgreSQL for this run, unless the environment names one or none is installed."""
    import pytest
    from services import postgres

    if "TEST_DATABASE_URL" in os.environ:
        return
    try:
        os.environ["TEST_DATABASE_URL"] = stack.enter_context(postgres()).url
    except pytest.skip.Exception as reason:
        print(f"without PostgreSQL: {reason}")


def main() -> int:
    """Runs the matrix; 1 where any check failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--limit", type=int, default=0, help="only so many requests")
    parser.add_argument("--every", type=int, default=1, help="only every so-manieth request")
    parser.add_argument("--only", default="", help="only requests with this text in them")
    parser.add_argument("--numbers", default="", help="only the requests with these numbers, comma separated")
    parser.add_argument("--requests", default="", help="a file of requests in place of the covering set")
    parser.add_argument("--skip", default="", help="tools to leave out, comma separated")
    parser.add_argument("--out", default="", help="where the projects are kept; else they are thrown away")
    parser.add_argument("--reuse", action="store_true", help="look again at what lies in --out")
    options = parser.parse_args()
    rates, requests = Rates(), choose(options)
    with ExitStack() as stack:
        out = Path(
            options.out or stack.enter_context(tempfile.TemporaryDirectory(prefix="maestro-"))
        ).resolve()
        start_database(stack)
        begun = time.perf_counter()
        made = find_made(requests, out) if options.reuse else make_all(requests, out, rates)
        print(f"made: {time.perf_counter() - begun:.0f} s", flush=True)
        judge([one for one in made if one.files], options.skip.split(","), rates)
    print(f"\n{len(requests)} requests")
    print("\n".join(rates.lines()))
    return 0 if rates.passed == rates.ran else 1


if __name__ == "__main__":
    if "PYTHONPYCACHEPREFIX" not in os.environ:
        words = [sys.executable, *sys.argv]
        with tempfile.TemporaryDirectory(prefix="maestro-bytecode-") as folder:
            done = subprocess.run(words, env=make_environment(Path(folder)), check=False)
        raise SystemExit(done.returncode)
    raise SystemExit(main())
