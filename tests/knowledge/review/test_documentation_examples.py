"""FastAPI's own examples are quiet, but for the few that are faulty on purpose; so is FastAPI itself.

MAESTRO_EVAL_VAULT names a git vault that has tag 0.141.1; each example is reviewed as a project of its own.
"""

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from maestro_knowledge.project.load import load_path
from maestro_knowledge.review.engine import review
from maestro_knowledge.review.request import ReviewRequest
from maestro_knowledge.vault.catalog import find_source
from maestro_knowledge.vault.clone import open_checkout

VAULT = os.environ.get("MAESTRO_EVAL_VAULT", "").partition("@")[0]
PURPOSES = Path(__file__).parent / "faulty_on_purpose.csv"
pytestmark = pytest.mark.skipif(
    not VAULT, reason="MAESTRO_EVAL_VAULT does not name a vault of the real documentation"
)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fastapi")
    with open_checkout(Path(VAULT), find_source("fastapi"), ref="0.141.1") as tree:
        for path in tree.files():
            if path.startswith(("docs_src/", "fastapi/")) and path.endswith(".py"):
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(tree.read(path))
    return folder


def _examples(folder: Path) -> Iterator[Path]:
    """Files that stand alone and packages: what a page shows as one application."""
    for topic in sorted(folder.iterdir()):
        if topic.is_dir():
            yield from (one for one in sorted(topic.iterdir()) if one.is_dir() or one.suffix == ".py")


def _errors(path: Path, root: Path) -> set[str]:
    found = review(load_path(path, root=root), ReviewRequest(min_severity="error")).findings
    return {finding.code for finding in found}


def test_only_examples_that_are_faulty_on_purpose_have_errors(sources: Path) -> None:
    examples = list(_examples(sources / "docs_src"))
    assert len(examples) > 400
    found = {
        (path.relative_to(sources / "docs_src").as_posix(), code)
        for path in examples
        for code in _errors(path, path.parent)
    }
    with PURPOSES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["reason"] for row in rows)
    assert sorted(found) == sorted((row["example"], row["rule"]) for row in rows)


def test_fastapi_itself_has_no_errors(sources: Path) -> None:
    assert _errors(sources / "fastapi", sources) == set()
