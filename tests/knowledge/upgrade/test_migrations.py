"""The table of known changes."""

import os
import subprocess

import pytest
from packaging.version import Version

from maestro_knowledge.core.refs import parse_ref
from maestro_knowledge.upgrade.migrations import load_migrations, speaks_of
from maestro_knowledge.upgrade.model import Use, Where

KNOWN = load_migrations()


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.name)
def test_a_known_change_is_written_out(known):
    Version(known.version)
    assert known.kind in ("breaking", "deprecated", "added", "fixed")
    assert known.text.endswith((".", "`."))
    assert known.action.endswith((".", "`.", ")."))
    for where in known.where:
        assert where.symbols
        assert (where.action or known.action).endswith((".", ")."))
    if known.ref:
        assert parse_ref(known.ref).kind == "docs"


def test_names_are_unique():
    names = [known.name for known in KNOWN]
    assert len(names) == len(set(names))


@pytest.mark.skipif(
    not os.environ.get("MAESTRO_EVAL_VAULT"), reason="MAESTRO_EVAL_VAULT names no checkout of FastAPI"
)
def test_every_ref_resolves_in_the_documentation():
    vault = os.environ["MAESTRO_EVAL_VAULT"]
    tags = subprocess.run(
        ["git", "-C", vault, "tag", "--sort=-v:refname"], capture_output=True, text=True, check=True
    )
    newest = tags.stdout.split()[0]
    for ref in (parse_ref(known.ref) for known in KNOWN if known.ref):
        page = subprocess.run(
            ["git", "-C", vault, "show", f"{newest}:docs/en/docs/{ref.page}.md"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert not ref.anchor or f"#{ref.anchor} " in page.stdout, ref


def test_a_place_is_meant_by_name_kind_and_arguments():
    use = Use("call", "a.py", 1, "fastapi.FastAPI", given=("root_path",))
    assert speaks_of(Where(("fastapi.FastAPI",)), use)
    assert speaks_of(Where(("fastapi.*",), kinds=("call",), keywords=("root_path",)), use)
    assert not speaks_of(Where(("fastapi.APIRouter",)), use)
    assert not speaks_of(Where(("fastapi.FastAPI",), kinds=("import",)), use)
    assert not speaks_of(Where(("fastapi.FastAPI",), keywords=("title",)), use)
    assert not speaks_of(Where(("fastapi.FastAPI",), without=("root_path",)), use)
    assert not speaks_of(Where(("fastapi.FastAPI",), first_is_text=True), use)
