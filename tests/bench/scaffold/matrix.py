"""The whole matrix: requests that cover every pair of choices, and every check on what each of them gives.

Run from the repository: `python tests/bench/scaffold/matrix.py [--limit N] [--every K] [--only TEXT] [--out DIR]
[--skip schemathesis,…]`. Prints what failed as it goes, and at the end the pass rate of each check. PostgreSQL-backed
tests run where TEST_DATABASE_URL names a database that may be emptied.
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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from covering import make_requests
from projects import lay
from tools import TOOLS, Made

from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.scaffold.route import scaffold_route


@dataclass
class Rates:
    """How often each check passed, of how often it ran."""

    passed: Counter[str] = field(default_factory=Counter)
    ran: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def note(self, name: str, verdict: str) -> None:
        if verdict != "not_run":
            self.ran[name] += 1
            self.passed[name] += verdict == "pass"

    def lines(self) -> Iterator[str]:
        for name in self.ran:
            share = 100 * self.passed[name] / self.ran[name]
            yield f"{name:24} {self.passed[name]:5} of {self.ran[name]:5}  {share:6.2f} %"
        if self.seconds:
            ordered = sorted(self.seconds)
            yield f"{'seconds a request':24} median {ordered[len(ordered) // 2]:.2f}, most {ordered[-1]:.2f}"


def examine(
    number: int, project: str, request: dict[str, Any], *, out: Path, skip: Sequence[str], rates: Rates
) -> None:
    """Makes one request in one project, and has every tool look at it."""
    root = out / f"{number:04}"
    shutil.rmtree(root, ignore_errors=True)
    lay(root, project)
    label = f"{number} {project} {json.dumps(request)}"
    begun = time.perf_counter()
    try:
        made = scaffold_route(request, project_root=root, write=True)
    except MaestroError as error:
        rates.note("accepted", "fail")
        print(f"{label}\n  refused: {error}", flush=True)
        return
    rates.seconds.append(time.perf_counter() - begun)
    rates.note("accepted", "pass")
    for check in made.checks:
        rates.note(check.name, check.verdict)
        if check.verdict == "fail":
            print(f"{label}\n  {check.name}: {check.detail}", flush=True)
    for item in made.checklist:
        if item.verdict != "pass":
            print(f"{label}\n  checklist {item.verdict}: {item.item}: {item.evidence}", flush=True)
    if not made.written:
        return
    again = scaffold_route(request, project_root=root, write=False)
    changed = [file.path for file in again.files if file.action != "unchanged"]
    rates.note("unchanged again", "fail" if changed else "pass")
    if changed:
        print(f"{label}\n  second run: {changed}", flush=True)
    created = [file.path for file in made.files if file.action == "create" and file.path.endswith(".py")]
    for name, tool in TOOLS.items():
        if name in skip:
            continue
        verdict, detail = tool(Made(root, created, project))
        rates.note(name, verdict)
        if verdict == "fail":
            print(f"{label}\n  {name}: {detail}", flush=True)


def main() -> int:
    """Runs the matrix; 1 where any check failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--limit", type=int, default=0, help="only so many requests")
    parser.add_argument("--every", type=int, default=1, help="only every so-manieth request")
    parser.add_argument("--first", type=int, default=0, help="begin with this number")
    parser.add_argument("--only", default="", help="only requests with this text in them")
    parser.add_argument("--skip", default="", help="tools to leave out, comma separated")
    parser.add_argument("--out", default="", help="where the projects are kept; else they are thrown away")
    options = parser.parse_args()
    chosen = [
        (number, project, request)
        for number, (project, request) in enumerate(make_requests())
        if number >= options.first and number % options.every == 0
        if options.only in f"{project} {json.dumps(request)}"
    ]
    chosen = chosen[: options.limit or None]
    rates = Rates()
    with tempfile.TemporaryDirectory(prefix="maestro-matrix-") as folder:
        out = Path(options.out or folder).resolve()
        for number, project, request in chosen:
            examine(number, project, request, out=out, skip=options.skip.split(","), rates=rates)
    print(f"\n{len(chosen)} requests")
    print("\n".join(rates.lines()))
    return 0 if rates.passed == rates.ran else 1


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    subprocess.run([sys.executable, "--version"], check=True)
    raise SystemExit(main())
