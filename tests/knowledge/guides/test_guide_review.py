"""Our reviewer finds nothing to say against the code that our guides show."""

from pathlib import Path

import pytest
from knowledge.guides.blocks import blocks_of

from maestro_knowledge.guides.load import load_guides
from maestro_knowledge.guides.model import Guide
from maestro_knowledge.project.load import load_path
from maestro_knowledge.review.engine import review
from maestro_knowledge.review.request import ReviewRequest

GUIDES = load_guides()


@pytest.mark.parametrize("guide", GUIDES, ids=[guide.name for guide in GUIDES])
def test_the_reviewer_finds_nothing_in_a_guide(guide: Guide, tmp_path: Path) -> None:
    blocks = blocks_of(guide)
    together = [block for block in blocks if not block.file and not block.not_run]
    (tmp_path / "guide.py").write_text("\n\n".join(block.code for block in together), encoding="utf-8")
    for block in blocks:
        if block.file or block.not_run:
            target = tmp_path / (block.file or f"shown_{block.line}.py")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.code, encoding="utf-8")
    # Tags sort the document of an application; the few routes of a guide are none.
    answer = review(load_path(tmp_path, root=tmp_path), ReviewRequest(ignore="OAS502"))
    said = [f"{found.path}:{found.line} {found.rule}: {found.message}" for found in answer.findings]
    assert not said
    assert not answer.coverage.files_skipped
