"""Every edit that is offered holds: it parses, removes its finding, adds none, and what clients see stays."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from maestro_knowledge.project.load import load_code, load_path
from maestro_knowledge.review.engine import examine
from maestro_knowledge.review.model import Examination, FixMode
from maestro_knowledge.review.page import Example
from maestro_knowledge.review.registry import LoadedRule, load_rules
from maestro_knowledge.review.request import ReviewRequest

FIXING = [loaded for loaded in load_rules() if loaded.rule.fix]
SAFE = [loaded for loaded in FIXING if loaded.rule.fix == "safe"]
# What is wrong is the document itself: parameters, bounds or a status that are not the route's own.
CONTRACT = {"RSP412", "RTE207", "RTE214", "VAL303", "VAL304"}
PROGRAM = Path(__file__).parent / "openapi_of.py"


def _examples(rules: list[LoadedRule]) -> Iterator[object]:
    for loaded in rules:
        for number, example in enumerate(loaded.page.bad, 1):
            yield pytest.param(loaded, example, id=f"{loaded.rule.id}-{loaded.rule.name}-{number}")


def _write(example: Example, folder: Path) -> Path:
    for path, text in example.files:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def _everything(folder: Path, rule: LoadedRule, fix: FixMode = "none") -> Examination:
    """A review by every rule that the page's own rule can stand beside."""
    return examine(
        load_path(folder, root=folder), ReviewRequest(select=f"all,{rule.rule.id}", preview=True, fix=fix)
    )


def _kinds(examined: Examination) -> list[tuple[str, str]]:
    return sorted((finding.code, finding.path) for finding in examined.review.findings)


def _mend(folder: Path, examined: Examination) -> None:
    for change in examined.changes:
        file = folder / change.path
        assert file.read_bytes() == change.before.encode(change.encoding)
        file.write_bytes(change.after.encode(change.encoding))


@pytest.mark.parametrize("loaded", SAFE, ids=lambda loaded: loaded.rule.id)
def test_a_safe_rule_offers_an_edit_for_every_bad_example_of_some_form(
    loaded: LoadedRule, tmp_path: Path
) -> None:
    offered = []
    for number, example in enumerate(loaded.page.bad):
        folder = _write(example, tmp_path / str(number))
        examined = _everything(folder, loaded)
        offered += [f.edit for f in examined.review.findings if f.code == loaded.rule.id]
    assert any(offered), "no finding of its page has an edit that holds"


@pytest.mark.parametrize(("loaded", "example"), list(_examples(FIXING)))
def test_a_fix_removes_what_it_mends_adds_nothing_and_has_nothing_left_to_do(
    loaded: LoadedRule, example: Example, tmp_path: Path
) -> None:
    folder = _write(example, tmp_path)
    before = _everything(folder, loaded, "all")
    _mend(folder, before)
    after = _everything(folder, loaded, "all")
    old, new = _kinds(before), _kinds(after)
    mended = [f for f in before.review.findings if f.edit and f.edit_safety != "suggest"]
    assert all(new.count(kind) <= old.count(kind) for kind in new)
    assert len(new) <= len(old) - bool(mended)
    assert not after.changes


def test_a_safe_fix_leaves_the_openapi_document_as_it_was(tmp_path: Path) -> None:
    pairs: list[tuple[str, Path, Path]] = []
    for loaded in SAFE:
        for number, example in enumerate(loaded.page.bad):
            name = f"{loaded.rule.id}-{number}"
            before, after = (_write(example, tmp_path / name / which) for which in ("before", "after"))
            _mend(after, _everything(after, loaded, "safe"))
            pairs.append((name, before, after))
    folders = "\n".join(str(folder) for _, before, after in pairs for folder in (before, after))
    run = subprocess.run(
        [sys.executable, str(PROGRAM)], input=folders, capture_output=True, text=True, check=True, timeout=300
    )
    documents = json.loads(run.stdout)
    started = [
        (name, documents[str(b)], documents[str(a)])
        for name, b, a in pairs
        if isinstance(documents[str(b)], dict)
    ]
    assert len(started) > len(pairs) // 3, [documents[str(before)] for _, before, _ in pairs]
    assert all(isinstance(after, dict) for _, _, after in started)
    changed = [name for name, before, after in started if before != after]
    assert not [name for name in changed if name.partition("-")[0] not in CONTRACT]


@pytest.mark.parametrize(
    ("second", "is_offered"),
    [
        ("page=Query(1)", False),  # has no annotation to put the marker in
        ("page: int = Query(1), db: str = Depends(get_db)", False),  # would need another order
        ("db: str = Depends(get_db), page: int = Query(1)", True),
    ],
)
def test_a_file_that_would_stay_mixed_is_left_as_it_is(second: str, is_offered: bool) -> None:
    code = f"""
from typing import Annotated
from fastapi import APIRouter, Depends, Query

router = APIRouter()


def get_db() -> str:
    return ""


@router.get("/new")
def new(q: Annotated[int, Query()]) -> None: ...


@router.get("/old")
def old(q: int = Query(1)) -> None: ...


@router.get("/other")
def other({second}) -> None: ...
"""
    review = examine(load_code(code), ReviewRequest(select="mixed-dependency-styles")).review
    (finding,) = review.findings
    assert (finding.edit is not None) == is_offered
    assert "not offered" not in review.coverage.assumed  # nothing was tried in vain
