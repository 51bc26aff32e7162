"""How long a resource takes: the plan alone, with checks, and with its tests; warm, and from a new process.

    timing.py [--rounds N] [--json FILE]

Beside importing FastAPI in a new process, and the same checks made by hand with the tools themselves: ruff, an import
that builds the OpenAPI document, pytest. Byte-code is kept, as an installed package keeps it. Figures are medians.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from bench.table import Row, machine, show, write_json

from maestro_knowledge.scaffold.route import plan_route, scaffold_route

BIN = Path(sys.executable).parent
REQUEST: dict[str, Any] = {
    "name": "order",
    "fields": ["customer:uuid", "state:enum[open|paid|sent]=open", "total:decimal(ge=0)", "note:text?"],
    "options": {"storage": "sqlmodel", "timestamps": True, "prefix": "/api/v1"},
}
UNTESTED = {**REQUEST, "options": {**REQUEST["options"], "tests": False}}
PLAN = (
    "import json, sys; from maestro_knowledge.scaffold.route import plan_route; "
    "plan_route(json.loads(sys.argv[1]), project_root=None)"
)
SCHEMA = "from app.main import app; app.openapi()"


def main() -> None:
    """Prints the table, and writes it where asked."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="maestro-") as name:
        rows = measure(given.rounds, Path(name))
    show(f"scaffolding a resource, {machine()}", rows)
    if given.json:
        write_json(given.json, rows)


def measure(rounds: int, folder: Path) -> list[Row]:
    """Ours and the tools, one after the other in each round."""
    made = folder / "made"
    made.mkdir()
    written = scaffold_route(REQUEST, project_root=made, write=True)
    bad = [check for check in written.checks if check.verdict != "pass"]
    if bad:
        sys.exit(f"the request does not pass: {bad}")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def run(*words: str) -> None:
        subprocess.run(words, cwd=made, env=environment, check=True, capture_output=True)

    def check_by_hand() -> None:
        run(str(BIN / "ruff"), "format", "--check", ".")
        run(str(BIN / "ruff"), "check", ".")
        run(sys.executable, "-c", SCHEMA)

    def test_by_hand() -> None:
        check_by_hand()
        run(sys.executable, "-m", "pytest", "-q")

    spec = folder / "request.json"
    spec.write_text(json.dumps(REQUEST), encoding="utf-8")
    command = [sys.executable, "-m", "maestro_server.start", "scaffold", "route", "--spec", str(spec)]
    empty = folder / "empty"
    empty.mkdir()
    found = median(
        rounds,
        {
            "plan": lambda: plan_route(REQUEST, project_root=None),
            "plan cold": lambda: run(sys.executable, "-c", PLAN, json.dumps(REQUEST)),
            "untested": lambda: scaffold_route(UNTESTED, project_root=None, write=False),
            "tested": lambda: scaffold_route(REQUEST, project_root=None, write=False),
            "command": lambda: run(*command, "--out", str(empty)),
            "import": lambda: run(sys.executable, "-c", "import fastapi"),
            "by hand": check_by_hand,
            "by hand, tested": test_by_hand,
        },
    )
    return [
        Row("the plan alone, warm", found["plan"], "import fastapi", found["import"], "s", "≤ 1 s"),
        Row("the plan alone, new process", found["plan cold"], "import fastapi", found["import"], "s", "≤ 1 s"),
        Row("with checks, tests not run, warm", found["untested"], "the same by hand", found["by hand"], "s"),
        Row("with checks and tests, warm", found["tested"], "the same by hand", found["by hand, tested"], "s", "≤ 5 s"),
        Row("the same by the command line", found["command"], "the same by hand", found["by hand, tested"], "s", "≤ 5 s"),
    ]  # fmt: skip


def median(rounds: int, works: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The median seconds of each piece of work, after one that does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, work in works.items():
            begun = time.perf_counter()
            work()
            if number:
                seconds[name].append(time.perf_counter() - begun)
    return {name: statistics.median(values) for name, values in seconds.items()}


if __name__ == "__main__":
    main()
