"""What other checkers find of the same labels: run where they are installed, by their own commands.

    python tests/bench/review/rivals.py [--flake8-async PATH] [--ruff PATH] [--bandit PATH] [--only ASY]

A label counts as found if the tool says anything of a fitting code on that line. A tool's false alarms are its
fitting codes in clean files, and on lines of faulty files that carry no label of a rule that the code fits.
"""

import argparse
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bench.review.scoring import CORPUS, Score, score_corpus

# Which of our rules a code of theirs speaks about, by the beginning of the code.
_FITTING = {
    "ASYNC210": ("ASY101",), "ASYNC211": ("ASY101",), "ASYNC212": ("ASY101",), "ASYNC251": ("ASY102",),
    "ASYNC23": ("ASY103",), "ASYNC24": ("ASY103",), "ASYNC22": ("ASY104",), "ASYNC105": ("ASY110",),
    "ASYNC300": ("ASY111",), "RUF006": ("ASY111", "BGT901"), "FAST002": ("DIN503",), "FAST001": ("RSP403",),
    "FAST003": ("RTE201",), "PLW0603": ("DIN512",), "S113": ("OUT101",), "B113": ("OUT101",), "S501": ("SEC609",),
    "B501": ("SEC609",), "S608": ("SEC602",), "B608": ("SEC602",), "S60": ("SEC603",), "B60": ("SEC603",),
    "S105": ("SEC601",), "S106": ("SEC601",), "B105": ("SEC601",), "B106": ("SEC601",), "S311": ("SEC611",),
    "B311": ("SEC611",), "S324": ("SEC610",), "B324": ("SEC610",), "S307": ("SEC604",), "S301": ("SEC604",),
    "B301": ("SEC604",), "B307": ("SEC604",), "E722": ("ERR301",), "S110": ("ERR301",), "B110": ("ERR301",),
    "TRY002": ("ERR303",), "ANN001": ("VAL306",), "D103": ("OAS501",),
}  # fmt: skip
_LINE = re.compile(r"^(?P<path>[^:]+):(?P<line>\d+):(?:\d+:)?\s*(?P<code>[A-Z]+\d+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Tool:
    """A checker: what it is called and how it is run on the corpus."""

    name: str
    command: tuple[str, ...]
    by_file: bool = False

    def targets(self, corpus: Path) -> list[str]:
        """What it is given: the folder, or each file."""
        return (
            [str(file.relative_to(corpus)) for file in sorted(corpus.rglob("*.py"))]
            if self.by_file
            else ["."]
        )


def run(tool: Tool, corpus: Path, only: str) -> set[tuple[str, int, str]]:
    """What the tool says about the corpus, as (path, line, code), fitting codes only."""
    done = subprocess.run(
        [*tool.command, *tool.targets(corpus)],
        cwd=corpus,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    found = {(m["path"].removeprefix("./"), int(m["line"]), m["code"]) for m in _LINE.finditer(done.stdout)}
    return {place for place in found if any(rule.startswith(only) for rule in _fits(place[2]))}


def _fits(code: str) -> tuple[str, ...]:
    return next((rules for start, rules in _FITTING.items() if code.startswith(start)), ())


def compare(tool: Tool, score: Score, corpus: Path, only: str) -> str:
    """One line of the table: labels found, false alarms on labelled and on clean files."""
    found = run(tool, corpus, only)
    labels = score.expected | score.known_gaps
    hits = {(p, n, rule) for p, n, code in found for rule in _fits(code) if (p, n, rule) in labels}
    wrong = [place for place in found if not any((place[0], place[1], r) in labels for r in _fits(place[2]))]
    clean = sum("clean" in path for path, _, _ in wrong)
    codes = ", ".join(f"{code} {count}" for code, count in sorted(Counter(w[2] for w in wrong).items()))
    return f"{tool.name:14} {len(hits):5} of {len(labels)}  {len(hits) / max(1, len(labels)):6.1%}  {len(wrong):5} ({clean} clean)  {codes}"


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--ruff", default="ruff")
    parser.add_argument("--flake8-async", default="")
    parser.add_argument("--bandit", default="")
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    tools = [
        Tool(
            "ruff",
            (given.ruff, "check", "--isolated", "--select", "ALL", "--output-format", "concise"),
        )
    ]
    if given.flake8_async:
        tools.append(Tool("flake8-async", (given.flake8_async, "--asyncio"), by_file=True))
    if given.bandit:
        form = "{relpath}:{line}: {test_id}"
        tools.append(Tool("bandit", (given.bandit, "-r", "-q", "-f", "custom", "--msg-template", form)))
    score = score_corpus(CORPUS, given.only)
    labels = len(score.expected | score.known_gaps)
    print("tool           found  of labels  share   false alarms")
    for tool in tools:
        print(compare(tool, score, CORPUS, given.only))
    print(
        f"{'this reviewer':14} {len(score.hits):5} of {labels}  {score.recall:6.1%}  {len(score.false_alarms):5} ({len(score.alarms_on_clean_files)} clean)"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
