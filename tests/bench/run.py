"""`make bench`: every bench beside its peers, one table in the end, and the same as JSON.

    run.py [--json FILE] [NAME…]

Names are folders here (start, search, refresh, review, tokens); without one, all that need nothing but this
installation. What a bench needs besides, it says.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.table import Row, machine, read_json, show, write_json

HERE = Path(__file__).parent
ORDER = ("start", "search", "refresh", "review", "tokens")


def main() -> int:
    """Runs the benches one after the other, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("names", nargs="*", default=ORDER, metavar="NAME")
    parser.add_argument("--json", type=Path, default=HERE / "figures.json")
    given = parser.parse_args()
    tables: dict[str, list[Row]] = {}
    failed = []
    with tempfile.TemporaryDirectory() as scratch:
        for name in given.names:
            script, written = HERE / name / "run.py", Path(scratch) / f"{name}.json"
            if not script.is_file():
                parser.error(f"there is no bench {name}; there are {', '.join(ORDER)}")
            done = subprocess.run([sys.executable, str(script), "--json", str(written)], check=False)
            if done.returncode:
                failed.append(name)
            elif written.is_file():
                tables[name] = read_json(written)
    print(f"\n{'=' * 20} all of it, {machine()} {'=' * 20}")
    for name, rows in tables.items():
        show(name, rows)
    write_json(given.json, [row for rows in tables.values() for row in rows])
    print(f"\nwritten to {given.json}")
    for name in failed:
        print(f"{name}: failed, see above")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
