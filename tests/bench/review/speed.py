"""How long a whole review takes, as a multiple of parsing the same files with `ast.parse`.

python tests/bench/review/speed.py FOLDER…
"""

import ast
import gc
import sys
import time
import warnings
from pathlib import Path

from maestro_knowledge.project.load import load_path
from maestro_knowledge.review.engine import examine
from maestro_knowledge.review.model import ReviewRequest
from maestro_knowledge.review.registry import load_rules

BOUND = 12
ROUNDS = 3


def parse_seconds(texts: list[str]) -> float:
    """The best of some rounds of parsing, in processor time."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        for text in texts:
            try:
                ast.parse(text)
            except (SyntaxError, ValueError, RecursionError):
                continue
        best = min(best, time.process_time() - start)
        gc.collect()
    return best


def review_seconds(folder: Path) -> tuple[float, float]:
    """The best of some rounds of loading and of reviewing, in processor time."""
    rounds: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        gc.collect()
        start = time.process_time()
        project = load_path(folder, root=folder)
        loaded = time.process_time()
        examine(project, ReviewRequest())
        rounds.append((loaded - start, time.process_time() - loaded))
    return min(rounds, key=sum)


def main() -> int:
    """Prints one line a folder; 1 if one of them passes the bound."""
    load_rules()
    warnings.simplefilter("ignore")
    worst = 0.0
    for name in sys.argv[1:]:
        folder = Path(name).resolve()
        texts = [
            file.read_text("utf-8", "replace") for file in sorted(folder.rglob("*.py")) if file.is_file()
        ]
        parsing = parse_seconds(texts)
        loading, reviewing = review_seconds(folder)
        ratio = (loading + reviewing) / max(parsing, 1e-6)
        worst = max(worst, ratio)
        print(
            f"{folder.name}: {len(texts)} files, parse {parsing:.2f} s, load {loading:.2f} s, "
            f"review {reviewing:.2f} s, {ratio:.1f} times"
        )
    return int(worst > BOUND)


if __name__ == "__main__":
    sys.exit(main())
