"""Every fix over the labelled corpus holds, and safe ones leave the application's OpenAPI document as it was."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench.review.fixing import fix
from bench.review.scoring import CORPUS

PROGRAM = Path(__file__).parents[2] / "knowledge" / "review" / "openapi_of.py"
# What these mend is the document itself: parameters, bounds, or a status that is not the route's own.
CONTRACT = "RSP412,RTE207,RTE214,VAL303,VAL304"


def _units() -> Iterator[Path]:
    for kind in ("faulty", "clean"):
        yield from sorted((CORPUS / kind).glob("*.py"))
    yield from sorted(folder for folder in (CORPUS / "projects").iterdir() if folder.is_dir())


UNITS = list(_units())
pytestmark = pytest.mark.slow  # a minute or two


def _copy(unit: Path, folder: Path) -> Path:
    if unit.is_dir():
        shutil.copytree(unit, folder, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        folder.mkdir(parents=True)
        shutil.copyfile(unit, folder / unit.name)
    return folder


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_every_fix_of_the_corpus_holds(unit: Path, tmp_path: Path) -> None:
    outcome = fix(_copy(unit, tmp_path / "project"), "all")
    assert outcome.holds, outcome


def test_safe_fixes_leave_the_openapi_document_as_it_was(tmp_path: Path) -> None:
    pairs: list[tuple[str, Path, Path]] = []
    for unit in UNITS:
        before, after = (_copy(unit, tmp_path / which / unit.stem) for which in ("before", "after"))
        if fix(after, "safe", CONTRACT).changed:
            pairs.append((unit.stem, before, after))
    # In two processes: Pydantic's old validators are known by name for as long as one lives.
    old = _documents([before for _, before, _ in pairs])
    new = _documents([after for _, _, after in pairs])
    started = [name for (name, _, _), document in zip(pairs, old, strict=True) if isinstance(document, dict)]
    assert len(started) > len(pairs) // 3, old
    same = {name: before == after for (name, _, _), before, after in zip(pairs, old, new, strict=True)}
    assert [name for name in started if not same[name]] == []


def _documents(folders: list[Path]) -> list[object]:
    names = [str(folder) for folder in folders]
    run = subprocess.run(
        [sys.executable, str(PROGRAM)],
        input="\n".join(names),
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    documents = json.loads(run.stdout)
    return [documents[name] for name in names]
