"""Applies every fix to copies of projects and says whether each edit held.

    fixing.py FOLDER [FOLDER…] [--mode safe|all]

Nothing of a project is run, and the folder itself stays as it is. A fix holds if its file parses, its finding is
gone, no other came, and a second run has nothing left to do.
"""

import argparse
import ast
import shutil
import sys
import tempfile
import time
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import libcst

from maestro_knowledge.project.load import load_path
from maestro_knowledge.review.engine import examine
from maestro_knowledge.review.model import Examination, FixMode
from maestro_knowledge.review.request import ReviewRequest

Kind = tuple[str, str]  # rule, path


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the fixes of one project came to."""

    files: int
    findings: int
    mended: int
    changed: int
    broken: tuple[str, ...]  # files that do not parse any more
    added: tuple[Kind, ...]
    left: int  # files that a second run would change
    withheld: str
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether every edit did what it is offered for, and nothing else."""
        return not (self.broken or self.added or self.left)


def fix(folder: Path, mode: FixMode, ignore: str = "") -> Outcome:
    """Reviews the folder by all rules but some, writes its fixes there, and reviews it again."""
    start = time.process_time()
    before = _examine(folder, mode, ignore)
    for change in before.changes:
        file = folder / change.path
        if file.read_bytes() != change.before.encode(change.encoding):
            raise ValueError(f"{change.path} is not what was reviewed")
        file.write_bytes(change.after.encode(change.encoding))
    after = _examine(folder, mode, ignore)
    old, new = _kinds(before), _kinds(after)
    gone = sum((old - new).values())
    return Outcome(
        files=before.review.coverage.files_read,
        findings=sum(old.values()),
        mended=before.mended,
        changed=len(before.changes),
        broken=tuple(change.path for change in before.changes if not _parses(folder / change.path)),
        added=(*sorted((new - old).elements()), *([("gone", str(gone))] if gone < before.mended else [])),
        left=len(after.changes),
        withheld="; ".join(line for line in before.review.coverage.rules_skipped if "edit" in line),
        seconds=time.process_time() - start,
    )


def _examine(folder: Path, mode: FixMode, ignore: str) -> Examination:
    return examine(load_path(folder, root=folder), ReviewRequest(fix=mode, ignore=ignore))


def _kinds(examined: Examination) -> Counter[Kind]:
    return Counter((finding.code, finding.path) for finding in examined.review.findings)


def _parses(file: Path) -> bool:
    """Whether it is Python: by this version's own parser, or by LibCST's, which knows newer syntax."""
    code = file.read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(code)
        except (SyntaxError, ValueError):
            try:
                libcst.parse_module(code)
            except libcst.ParserSyntaxError:
                return False
    return True


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--mode", choices=("safe", "all"), default="all")
    given = parser.parse_args()
    failed = False
    for folder in given.folders:
        with tempfile.TemporaryDirectory() as scratch:
            copy = Path(scratch) / folder.name
            shutil.copytree(folder, copy, symlinks=True, ignore=shutil.ignore_patterns(".git"))
            outcome = fix(copy, given.mode)
        failed |= not outcome.holds
        print(folder.name, outcome, flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
