"""What other checkers find of the same labels: installed for this run alone, or run where they are named.

    python tests/bench/review/rivals.py --install [--semgrep-rules FOLDER] [--only ASY]
    python tests/bench/review/rivals.py [--flake8-async PATH] [--ruff PATH] [--bandit PATH] [--semgrep PATH] …

A label counts as found if the tool says anything of a fitting code on that line. A tool's false alarms are its
codes that fit a warning or an error, in clean files and on lines of faulty files that carry no such label; what
fits advice only is not held against it, since advice is not labelled everywhere. Semgrep brings no rules of its own:
`--semgrep-rules` names a folder of them.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bench.review.scoring import CORPUS, Score, score_corpus

from maestro_knowledge.review.registry import load_rules

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
    "FASTT001": ("ASY101", "ASY102"), "FASTT002": ("ASY105",), "FASTT004": ("ASY112",), "FASTT005": ("ASY103",),
    "FASTT006": ("ASY104",), "FASTT010": ("RSP404",), "FASTT012": ("RSP401",), "FASTT013": ("SEC601",),
    "FASTT014": ("SEC614",), "FASTT015": ("MID801",), "FASTT017": ("SEC602",), "FASTT020": ("DIN501",),
    "FASTT021": ("DIN512",), "FASTT022": ("STR401",), "FASTT024": ("DBS202",), "FASTT025": ("UPG601", "UPG602"),
    "FASTT027": ("SEC619",), "FASTT030": ("DBS203",), "FASTT033": ("ASY107",), "FASTT035": ("RSP415",),
    "FASTT040": ("UPG606",), "FASTT041": ("UPG607",), "FASTT042": ("UPG605",), "FASTT050": ("DIN506",),
    "FASTT052": ("DIN505",), "FASTT070": ("RSP412",),
    "wildcard-cors": ("MID801",), "unverified-jwt-decode": ("AUT701",), "jwt-python-none-alg": ("AUT702",),
    "jwt-python-hardcoded-secret": ("SEC601",), "jwt-python-exposed": ("AUT709",), "hardcoded-token": ("SEC601",),
    "hardcoded-password": ("SEC601",), "disabled-cert-validation": ("SEC609",), "unverified-ssl": ("SEC609",),
    "use-timeout": ("OUT101",), "avoid-sqlalchemy-text": ("SEC602",), "sqlalchemy-execute-raw": ("SEC602",),
    "sqlalchemy-sql-injection": ("SEC602",), "formatted-sql-query": ("SEC602",), "asyncpg-sqli": ("SEC602",),
    "aiopg-sqli": ("SEC602",), "psycopg-sqli": ("SEC602",), "insecure-hash": ("SEC610",), "md5-used": ("SEC610",),
    "arbitrary-sleep": ("ASY102",), "sync-sleep-in-async": ("ASY102",), "avoid-pickle": ("SEC604",),
    "marshal-usage": ("SEC604",), "avoid-pyyaml-load": ("SEC604",), "eval-detected": ("SEC604",),
    "exec-detected": ("SEC604",), "dangerous-subprocess": ("SEC603",), "dangerous-system-call": ("SEC603",),
    "dangerous-asyncio": ("SEC603",), "subprocess-shell-true": ("SEC603",), "dynamic-urllib": ("SEC605",),
    "python-logger-credential": ("SEC616",),
}  # fmt: skip
# How each is installed; fastapi-therapist names a Python of its own and runs on others as well.
_PACKAGES = {
    "flake8-async": ("flake8-async",), "bandit": ("bandit",), "semgrep": ("semgrep",), "evloop-lint": ("evloop-lint",),
    "fastapi-therapist": ("--ignore-requires-python", "fastapi-therapist"),
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
    if tool.name in {"semgrep", "fastapi-therapist"}:
        found = set(_of_json(json.loads(done.stdout or "{}"), corpus))
    else:
        found = {
            (m["path"].removeprefix("./"), int(m["line"]), m["code"]) for m in _LINE.finditer(done.stdout)
        }
    return {place for place in found if any(rule.startswith(only) for rule in _fits(place[2]))}


def _of_json(answer: dict[str, list[dict[str, object]]], corpus: Path) -> list[tuple[str, int, str]]:
    """The places of an answer of semgrep or of fastapi-therapist."""
    found = []
    for row in answer.get("results", []):
        start = row["start"]
        assert isinstance(start, dict)
        found.append(
            (str(row["path"]).removeprefix("./"), int(start["line"]), str(row["check_id"]).rpartition(".")[2])
        )
    for row in answer.get("diagnostics", []):
        path = Path(str(row["filePath"])).resolve().relative_to(corpus.resolve()).as_posix()
        found.append((path, int(str(row["line"])), str(row["rule"])))
    return found


def install(name: str, into: Path) -> tuple[str, str]:
    """The program, installed into an environment of its own; else the reason why it is not there."""
    folder = into / name
    steps = (
        (sys.executable, "-m", "venv", str(folder)),
        (str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *_PACKAGES[name]),
    )
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False, timeout=900)
        if done.returncode:
            lines = [one for one in (done.stderr or done.stdout).splitlines() if one.startswith("ERROR")]
            return "", lines[-1].removeprefix("ERROR: ") if lines else "pip failed"
    os.environ["PATH"] = (
        f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"  # semgrep starts programs beside it
    )
    return str(folder / "bin" / name), ""


def _fits(code: str) -> tuple[str, ...]:
    return next((rules for start, rules in _FITTING.items() if code.startswith(start)), ())


def compare(tool: Tool, score: Score, corpus: Path, only: str) -> str:
    """One line of the table: labels found, false alarms on labelled and on clean files."""
    found = run(tool, corpus, only)
    labels = score.expected | score.known_gaps
    hits = {(p, n, rule) for p, n, code in found for rule in _fits(code) if (p, n, rule) in labels}
    grave = {loaded.rule.id for loaded in load_rules() if loaded.rule.severity in {"error", "warning"}}
    wrong = [
        place
        for place in found
        if grave & {*_fits(place[2])} and not any((*place[:2], rule) in labels for rule in _fits(place[2]))
    ]
    clean = sum("clean" in path for path, _, _ in wrong)
    codes = ", ".join(f"{code} {count}" for code, count in sorted(Counter(w[2] for w in wrong).items()))
    return f"{_row(tool.name, len(hits), len(labels), len(wrong), clean)}  {codes}"


def _row(name: str, hits: int, labels: int, wrong: int, clean: int) -> str:
    precision = f"{hits / (hits + wrong):9.1%}" if hits + wrong else "        –"
    return f"{name:17} {hits:5} of {labels}  {hits / max(1, labels):6.1%}  {precision}  {wrong:5} ({clean} clean)"


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--ruff", default=str(Path(sys.executable).with_name("ruff")))
    for name in _PACKAGES:
        parser.add_argument(f"--{name}", default="")
    parser.add_argument(
        "--install", action="store_true", help="install what is not named, for this run alone"
    )
    parser.add_argument("--semgrep-rules", default="", help="a folder of rules for semgrep")
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    paths = {name: str(getattr(given, name.replace("-", "_"))) for name in _PACKAGES}
    rules = str(Path(given.semgrep_rules).resolve()) if given.semgrep_rules else ""
    score = score_corpus(CORPUS, given.only)
    print("tool              found  of labels   share  precision  false alarms")
    with tempfile.TemporaryDirectory() as scratch:
        for name in _PACKAGES:
            if given.install and not paths[name]:
                paths[name], reason = install(name, Path(scratch))
                if reason:
                    print(f"{name:17} left out: {reason}")
        for tool in tools(given.ruff, paths, rules):
            print(compare(tool, score, CORPUS, given.only))
    labels = score.expected | score.known_gaps
    wrong, clean = len(score.false_alarms), len(score.alarms_on_clean_files)
    print(_row("this reviewer", len(score.hits), len(labels), wrong, clean))
    return 0


def tools(ruff: str, paths: dict[str, str], rules: str) -> list[Tool]:
    """How each tool that is there is run."""
    semgrep = (
        paths["semgrep"], "scan", "--json", "--metrics", "off", "--disable-version-check", "--no-git-ignore",
        "--x-ignore-semgrepignore-files", "--config",
        rules,
    )  # fmt: skip
    known = [
        Tool(
            "ruff",
            (ruff, "check", "--isolated", "--no-cache", "--select", "ALL", "--output-format", "concise"),
        ),
        Tool("flake8-async", (paths["flake8-async"], "--asyncio"), by_file=True),
        Tool(
            "bandit",
            (paths["bandit"], "-r", "-q", "-f", "custom", "--msg-template", "{relpath}:{line}: {test_id}"),
        ),
        Tool("semgrep", semgrep if rules else ("",)),
        Tool("evloop-lint", (paths["evloop-lint"],)),
        Tool("fastapi-therapist", (paths["fastapi-therapist"], "--json", "--no-vulture", "--no-ruff")),
    ]
    return [tool for tool in known if tool.command[0]]


if __name__ == "__main__":
    sys.exit(main())
