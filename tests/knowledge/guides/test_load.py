"""Loading guides: their form, what breaks it, and that what they cite is there."""

import os
import re
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.core.refs import Ref, parse_ref
from maestro_knowledge.guides.load import load_guides, read_guide
from maestro_knowledge.guides.model import Guide

GUIDES = load_guides()
BY_NAME = pytest.mark.parametrize("guide", GUIDES, ids=[guide.name for guide in GUIDES])
GOOD = """---
name: one
title: One thing
question: How do I do one thing?
keywords: [one, thing]
cites: ["docs:tutorial/cors#origin"]
---

The short answer.

## First
See: docs:tutorial/cors#steps, docs:tutorial/cors
Asked as: the first; number one

Text.

```python
# ## not a heading
```

### Below
More.

## First
Again.
"""


def test_guides_come_sorted_and_every_name_is_there_once() -> None:
    names = [guide.name for guide in GUIDES]
    assert names == sorted(set(names))


def test_a_guide_is_split_at_its_headings_with_cites_and_phrases_of_its_own() -> None:
    guide = read_guide(GOOD, file="one.md")
    assert [(part.anchor, part.title, part.level) for part in guide.sections] == [
        ("", "One thing", 1),
        ("first", "First", 2),
        ("below", "Below", 3),
        ("first_1", "First", 2),
    ]
    assert guide.sections[0].text == "The short answer.\n"
    assert guide.sections[0].cites == guide.cites == ("docs:tutorial/cors#origin",)
    assert guide.sections[1].cites == ("docs:tutorial/cors#steps", "docs:tutorial/cors")
    assert guide.sections[1].keywords == ("the first", "number one")
    assert guide.sections[1].text == "Text.\n\n```python\n# ## not a heading\n```\n"
    assert guide.all_cites == ("docs:tutorial/cors#origin", "docs:tutorial/cors#steps", "docs:tutorial/cors")


def test_a_reader_sees_the_refs_and_not_the_phrases_of_the_search() -> None:
    guide = read_guide(GOOD, file="one.md")
    assert "See: docs:tutorial/cors#steps" in guide.text
    assert "Asked as" not in guide.text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("---\nname", "name"),
        ("title: One thing\n", ""),
        ("keywords: [one, thing]", "keywords: one"),
        ("keywords: [one, thing]", "keywords: []"),
        ("question:", "colour: red\nquestion:"),
        ("name: one", "name: two"),
        ("name: one", "name: One Thing"),
        ("docs:tutorial/cors#origin", "tutorial/cors"),
        ("See: docs:tutorial/cors#steps", "See: cors"),
        ("Text.", "Text.\n\nSee: docs:tutorial/cors"),
    ],
)
def test_a_malformed_guide_is_refused_by_file_name(old: str, new: str, tmp_path: Path) -> None:
    (tmp_path / "one.md").write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadArgument, match=r"one\.md"):
        load_guides(tmp_path)


@given(st.text(alphabet=st.sampled_from("#`~-: \nSeeAskedas,;adocs:x"), max_size=200))
def test_any_text_below_the_front_matter_is_a_guide_or_is_refused(body: str) -> None:
    text = GOOD.partition("The short answer.")[0] + body
    with suppress(BadArgument):
        anchors = [part.anchor for part in read_guide(text, file="one.md").sections]
        assert len(anchors) == len(set(anchors))


@BY_NAME
def test_a_guide_is_dense_and_complete(guide: Guide) -> None:
    lines = sum(1 for line in guide.text.split("\n") if line.strip())
    assert 60 <= lines <= 185, lines
    assert guide.question.endswith("?")
    assert len(guide.keywords) >= 5
    assert len(guide.sections) >= 4, "a short answer and sections"
    assert all(part.cites for part in guide.sections if part.level == 2), "a section without `See:`"
    assert not re.search(r"[ \t]+$", guide.text, re.MULTILINE), "trailing blanks"


@BY_NAME
def test_what_a_guide_says_stays_readable_in_one_answer(guide: Guide) -> None:
    assert len(guide.text) <= 12_000
    assert all(len(line) <= 120 for line in guide.text.split("\n") if not line.startswith(("See: ", "| ")))


@pytest.fixture(scope="module")
def anchors() -> dict[str, set[str]]:
    """Page → anchors of its headings, of the documentation that `MAESTRO_EVAL_VAULT` names."""
    vault = os.environ.get("MAESTRO_EVAL_VAULT")
    if not vault:
        pytest.skip("MAESTRO_EVAL_VAULT names no vault of the FastAPI documentation")
    return _anchors(Path(vault))


def _anchors(vault: Path) -> dict[str, set[str]]:
    tags = _git(vault, "tag").split()
    newest = max(tags, key=lambda tag: [int(part) for part in re.findall(r"\d+", tag)]) if tags else "HEAD"
    pages = _git(vault, "ls-tree", "-r", "--name-only", newest, "docs/en/docs").split()
    found = {_page(page): {""} for page in pages if page.endswith(".md")}
    for pattern, anchor in ((r"^#+ .*\{ *#", r"#+ .*\{ *#([^ }]+) *\}"), ("^::: ", r"::: (\S+)")):
        lines = _git(vault, "grep", "-E", pattern, newest, "--", "docs/en/docs/*.md")
        for file, name in re.findall(rf"^[^:]+:([^:]+):{anchor}", lines, re.MULTILINE):
            found[_page(file)].add(name)
    notes = _git(vault, "show", f"{newest}:docs/en/docs/release-notes.md")
    return found | {
        f"release:{version}": {""} for version in re.findall(r"^## (\d[\d.]+)", notes, re.MULTILINE)
    }


def _git(vault: Path, *arguments: str) -> str:
    command = ["git", "-C", str(vault), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _page(file: str) -> str:
    return file.rpartition("docs/en/docs/")[2].removesuffix(".md")


def _key(ref: Ref) -> str:
    return ref.page if ref.kind == "docs" else f"{ref.kind}:{ref.page}"


@BY_NAME
def test_what_a_guide_cites_is_in_the_documentation(guide: Guide, anchors: dict[str, set[str]]) -> None:
    refs = [parse_ref(ref) for ref in guide.all_cites]
    missing = [str(ref) for ref in refs if ref.anchor not in anchors.get(_key(ref), set())]
    assert not missing


def test_every_page_that_teaches_is_cited_by_a_guide(anchors: dict[str, set[str]]) -> None:
    teaching = {
        page for page in anchors if page.startswith(("tutorial/", "advanced/", "how-to/", "deployment/"))
    }
    cited = {parse_ref(ref).page for guide in GUIDES for ref in guide.all_cites}
    assert not teaching - cited
