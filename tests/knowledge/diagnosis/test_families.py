"""What holds for every family: its data are sound, its code runs, its refs resolve, a test provokes it."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

from maestro_knowledge.core.refs import parse_ref
from maestro_knowledge.core.text import count_tokens
from maestro_knowledge.diagnosis.load import load_families
from maestro_knowledge.diagnosis.looks.catalogue import LOOKS
from maestro_knowledge.diagnosis.match import diagnose
from maestro_knowledge.diagnosis.model import Cause, Family, Sign
from maestro_knowledge.diagnosis.render import render
from maestro_knowledge.diagnosis.template import read_template
from maestro_knowledge.guides.load import load_guides
from maestro_knowledge.project.load import load_code
from maestro_knowledge.review.engine import review
from maestro_knowledge.review.request import ReviewRequest

FAMILIES = load_families()
HERE = Path(__file__).parent
LIBRARIES = {
    "fastapi", "starlette", "pydantic", "pydantic-settings", "uvicorn", "fastapi-cli", "sqlalchemy", "httpx",
    "pyjwt", "passlib", "python", "browser", "python-multipart", "anyio", "asyncpg",
}  # fmt: skip


def each_family() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)


def signs_of(family: Family) -> Iterator[Sign]:
    yield from family.signs
    for cause in family.causes:
        yield from cause.when


def python_mends() -> list[tuple[str, str]]:
    return [
        (f"{family.name}-{number}", cause.mend)
        for family in FAMILIES
        for number, cause in enumerate(family.causes)
        if cause.mend and cause.language == "python"
    ]


def refs_of(family: Family) -> Iterator[str]:
    yield from family.refs
    for cause in family.causes:
        yield from cause.refs


def test_there_are_more_than_sixty_families():
    assert len(FAMILIES) > 60


def test_names_are_unique():
    names = [family.name for family in FAMILIES]
    assert len(names) == len(set(names))


@each_family()
def test_a_family_is_written_out(family):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", family.name)
    assert family.library in LIBRARIES
    assert family.title
    assert family.what.endswith(".")
    assert family.signs
    assert family.causes
    assert family.refs
    for cause in family.causes:
        assert cause.says.rstrip("`\"')").endswith((".", ":")), cause.says
        assert not cause.only or cause.when, "what is told only where it shows must say how it shows"


@each_family()
def test_signs_are_texts_that_can_be_found_in_linear_time(family):
    for sign in signs_of(family):
        assert sign != Sign()
        assert not sign.text or read_template(sign.text).pieces[0], "a hole at the start matches anywhere"
        assert not sign.code or sign.code in LOOKS
        for item in fields(Sign):
            value = getattr(sign, item.name)
            expected = int if item.name == "status" else tuple if isinstance(value, tuple) else str
            assert isinstance(value, expected), f"{item.name}: {value!r}"


@each_family()
def test_every_family_fits_into_the_budget(family):
    sign = next((sign for sign in family.signs if sign.text), None)
    if sign is None:
        pytest.skip("recognised by structure alone; its own test renders it")
    text = re.sub(r"\{[a-z_]*\}", "something", sign.text)
    name = f"{sign.exceptions[0]}: " if sign.exceptions else ""
    answer = render(diagnose(f"{name}{text}"))
    assert count_tokens(answer) <= 1500


@each_family()
def test_a_test_provokes_the_family(family):
    tests = "".join(path.read_text() for path in sorted(HERE.glob("test_*.py")))
    assert re.search(rf'\(\s*"{family.name}"', tests)


@pytest.mark.parametrize(("name", "mend"), python_mends(), ids=lambda value: value if len(value) < 60 else "")
def test_the_code_that_mends_runs(name, mend, monkeypatch):
    tree = ast.parse(mend)
    wanted = {
        alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {
        node.module.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
    }
    absent = sorted(module for module in wanted if find_spec(module) is None)
    if absent:
        pytest.skip(f"{', '.join(absent)} is not among the test dependencies")
    module = ModuleType("mend")
    monkeypatch.setitem(sys.modules, "mend", module)
    exec(compile(tree, f"{name}.py", "exec"), module.__dict__)


def test_the_code_that_mends_passes_our_own_review():
    told = []
    for name, mend in python_mends():
        # A mend shows the lines that matter: where a client is closed is not among them.
        asked = ReviewRequest(min_severity="warning", ignore="OUT103")
        answer = review(load_code(mend, "mend.py"), asked)
        told += [
            f"{name}: {finding.code} line {finding.line}: {finding.message}" for finding in answer.findings
        ]
    assert told == []


def test_every_look_is_used():
    used = {sign.code for family in FAMILIES for sign in signs_of(family)}
    assert set(LOOKS) - used == set()


def documented_anchors() -> dict[str, set[str]]:
    """The anchors of every page of the documentation in the vault that the environment names."""
    vault = os.environ.get("MAESTRO_EVAL_VAULT", "")
    if not vault:
        pytest.skip("MAESTRO_EVAL_VAULT names no checkout of FastAPI's documentation")
    git = ["git", "-C", vault]
    latest = subprocess.run([*git, "tag", "--sort=-v:refname"], capture_output=True, text=True, check=True)
    tag = latest.stdout.split()[0]
    listed = subprocess.run(
        [*git, "ls-tree", "-r", "--name-only", tag, "docs/en/docs"],
        capture_output=True,
        text=True,
        check=True,
    )
    pages: dict[str, set[str]] = {
        name.removeprefix("docs/en/docs/").removesuffix(".md"): set()
        for name in listed.stdout.split("\n")
        if name.endswith(".md")
    }
    found = subprocess.run(
        [*git, "grep", "-oE", r"\{ #[^}]+ \}", tag, "--", "docs/en/docs"],
        capture_output=True,
        text=True,
        check=True,
    )
    for line in found.stdout.split("\n"):
        if ":docs/en/docs/" in line:
            page, _, anchor = line.partition(":docs/en/docs/")[2].partition(".md:")
            pages[page].add(anchor.strip("{} #"))
    return pages


def test_every_ref_resolves_in_the_documentation():
    pages = documented_anchors()
    wrong = []
    for family in FAMILIES:
        for text in refs_of(family):
            ref = parse_ref(text)
            if ref.kind == "docs" and (
                ref.page not in pages or (ref.anchor and ref.anchor not in pages[ref.page])
            ):
                wrong.append(f"{family.name}: {text}")
    assert wrong == []


def test_every_guide_and_rule_that_is_cited_exists():
    guides = {guide.name for guide in load_guides()}
    folder = files("maestro_knowledge.review") / "rules"
    rules = {path.stem.replace("_", "-") for path in Path(str(folder)).rglob("*.md")}
    for family in FAMILIES:
        for ref in map(parse_ref, refs_of(family)):
            known = {"guide": guides, "rule": rules}.get(ref.kind)
            assert known is None or ref.page in known, f"{family.name}: {ref}"


@each_family()
def test_a_family_has_somewhere_to_read_on_without_the_documentation(family):
    kinds = [parse_ref(ref).kind for ref in family.refs]
    assert kinds[0] == "docs"
    assert "guide" in kinds


def test_unknown_keys_are_refused():
    with pytest.raises(TypeError):
        Cause(says="x", fix="y")
