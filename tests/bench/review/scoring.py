"""Scores the reviewer on the labelled corpus: recall by rule, precision, false alarms on clean files.

    python tests/bench/review/scoring.py [--misses] [--only ASY] [--corpus FOLDER]

Labels stand at the end of the line that is at fault and were written before the reviewer was run:

    time.sleep(1)  # expect: ASY102            one finding (or question) with this id on this line; several by commas
    time.sleep(1)  # ok: handed to a thread    looks like a fault and is none; anything found here is a false alarm
    time.sleep(1)  # todo: ASY102 why          a fault that is known to be missed; it counts as missed

A question without a line is expected on line 1. `faulty/` and `clean/` hold files that stand alone, `projects/`
one folder for each project; files whose path has `clean` in it hold no fault at all. What is called `preview_…`
is reviewed with the rules on trial. What is found without a
label counts against precision if it is a warning or an error; advice and questions beyond the labels do not.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from maestro_knowledge.project.load import load_path
from maestro_knowledge.review.engine import review
from maestro_knowledge.review.request import ReviewRequest

CORPUS = Path(__file__).parent / "corpus"
_LABEL = re.compile(r"#\s*(?P<kind>expect|todo):\s*(?P<ids>[A-Z]{3}\d{3}(?:\s*,\s*[A-Z]{3}\d{3})*)")
Place = tuple[str, int, str]  # path, line, id


@dataclass(slots=True)
class Score:
    """What was expected and found, over everything that was read."""

    expected: set[Place] = field(default_factory=set)
    known_gaps: set[Place] = field(default_factory=set)
    found: dict[Place, str] = field(default_factory=dict)  # with the severity, or "question"
    messages: dict[Place, str] = field(default_factory=dict)
    clean_files: int = 0

    @property
    def hits(self) -> set[Place]:
        """The labels that were found."""
        return self.expected & set(self.found)

    @property
    def misses(self) -> set[Place]:
        """The labels that were not found, known gaps included."""
        return (self.expected | self.known_gaps) - set(self.found)

    @property
    def false_alarms(self) -> set[Place]:
        """Warnings and errors where no label is."""
        serious = {place for place, severity in self.found.items() if severity in {"error", "warning"}}
        return serious - self.expected - self.known_gaps

    @property
    def precision(self) -> float:
        """The share of labelled ones among the warnings, errors and labelled findings."""
        return len(self.hits) / max(1, len(self.hits) + len(self.false_alarms))

    @property
    def recall(self) -> float:
        """The share of the labels that was found."""
        return len(self.hits) / max(1, len(self.expected | self.known_gaps))

    @property
    def alarms_on_clean_files(self) -> set[Place]:
        """False alarms in files without any fault."""
        return {place for place in self.false_alarms if "clean" in place[0]}


def score_corpus(corpus: Path = CORPUS, only: str = "") -> Score:
    """The score over every file and project of the corpus, or over the rules whose id begins with `only`."""
    score = Score()
    for path, root in _units(corpus):
        _read_labels(score, path, corpus, only)
        on_trial = path.name.startswith("preview_")
        answer = review(load_path(path, root=root), ReviewRequest(preview=on_trial))
        prefix = root.relative_to(corpus).as_posix()
        for finding in answer.findings:
            place = (f"{prefix}/{finding.path}", finding.line, finding.code)
            if finding.code.startswith(only):
                score.found[place] = finding.severity
                score.messages[place] = finding.message
        for question in answer.questions:
            place = (f"{prefix}/{question.path}", question.line or 1, question.code)
            if question.code.startswith(only):
                score.found[place] = "question"
                score.messages[place] = question.asks
    return score


def _units(corpus: Path) -> Iterator[tuple[Path, Path]]:
    """What is reviewed at once, and its root: each file that stands alone, each project's folder."""
    for folder in ("faulty", "clean"):
        yield from ((file, file.parent) for file in sorted((corpus / folder).glob("*.py")))
    yield from ((folder, folder) for folder in sorted((corpus / "projects").iterdir()) if folder.is_dir())


def _read_labels(score: Score, path: Path, corpus: Path, only: str) -> None:
    for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
        name = file.relative_to(corpus).as_posix()
        score.clean_files += "clean" in name
        for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), 1):
            for match in _LABEL.finditer(line):
                ids = [one.strip() for one in match["ids"].split(",")]
                target = score.expected if match["kind"] == "expect" else score.known_gaps
                target.update((name, number, one) for one in ids if one.startswith(only))


def report(score: Score, *, misses: bool = False) -> str:
    """The score as a table for people."""
    wanted = Counter(place[2] for place in score.expected | score.known_gaps)
    hit = Counter(place[2] for place in score.hits)
    wrong = Counter(place[2] for place in score.false_alarms)
    lines = ["rule     labelled  found  recall  false alarms"]
    for rule in sorted({*wanted, *wrong}):
        share = f"{hit[rule] / wanted[rule]:7.0%}" if wanted[rule] else "      –"
        lines.append(f"{rule}   {wanted[rule]:8}  {hit[rule]:5}  {share} {wrong[rule]:12}")
    lines += [
        "",
        f"recall {score.recall:.1%} ({len(score.hits)} of {len(score.expected | score.known_gaps)})",
        f"precision {score.precision:.1%} ({len(score.false_alarms)} false alarms)",
        f"false alarms on clean files {len(score.alarms_on_clean_files)} in {score.clean_files} files",
    ]
    if misses:
        lines += ["", "missed", *(f"  {path}:{line} {rule}" for path, line, rule in sorted(score.misses))]
        lines += ["", "false alarms"]
        lines += [f"  {p}:{n} {r} {score.messages[p, n, r]}" for p, n, r in sorted(score.false_alarms)]
    return "\n".join(lines)


def main() -> int:
    """Prints the score of the corpus."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--misses", action="store_true", help="list what was missed and what was found wrongly"
    )
    parser.add_argument("--only", default="", help="only rules whose id begins so")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="another corpus of the same form")
    arguments = parser.parse_args()
    print(report(score_corpus(arguments.corpus, arguments.only), misses=arguments.misses))
    return 0


if __name__ == "__main__":
    sys.exit(main())
