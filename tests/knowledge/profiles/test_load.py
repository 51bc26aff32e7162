"""Profiles are data: complete, checked, and what they claim about FastAPI can be read up."""

import os
import subprocess
from pathlib import Path

import pytest

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.core.refs import parse_ref
from maestro_knowledge.profiles.load import load_profiles, read_profile

HANDLES = {
    "fatima",
    "fastapi-backend-expert",
    "fastapi-async-architect",
    "fastapi-backend",
    "fastapi-backend-builder",
}
GOOD = "---\nname: mine\ntitle: My own\ndescription: A profile that a user wrote.\nrole: Tester\n---\nWork.\n"


def test_the_five_are_shipped() -> None:
    assert {profile.name for profile in load_profiles()} == HANDLES


@pytest.mark.parametrize("profile", load_profiles(), ids=lambda profile: profile.name)
def test_a_profile_fits_its_budget_and_names_tools_and_refs(profile) -> None:
    assert len(profile.text) <= 4000
    assert "review_endpoint" in profile.text
    assert len(profile.refs) >= 4
    assert "## The form of your answers" in profile.text


def test_every_place_that_a_profile_names_is_in_the_documentation() -> None:
    vault = os.environ.get("MAESTRO_EVAL_VAULT")
    if not vault:
        pytest.skip("MAESTRO_EVAL_VAULT names no clone of FastAPI's repository to resolve refs in")
    missing = []
    for profile in load_profiles():
        for text in profile.refs:
            ref = parse_ref(text)
            if ref.kind != "docs":
                continue  # ours, and held by tests/server/test_refs_resolve.py
            shown = subprocess.run(
                ["git", "-C", vault, "show", f"HEAD:docs/en/docs/{ref.page}.md"],
                check=False,
                capture_output=True,
                text=True,
            )
            if shown.returncode or (ref.anchor and f"#{ref.anchor} }}" not in shown.stdout):
                missing.append(f"{profile.name}: {text}")
    assert missing == []


def test_a_user_s_profile_reads_like_ours(tmp_path: Path) -> None:
    page = tmp_path / "mine.md"
    page.write_text(GOOD)
    assert read_profile(page).title == "My own"


@pytest.mark.parametrize(
    "text",
    [
        "no front matter",
        "---\nname: x\n",
        GOOD.replace("name: mine", "name: Not A Handle"),
        GOOD.replace("role: Tester", "role: !!python/name:os.system"),
        GOOD.replace("role: Tester", "role: &a [1]\ncolor: *a"),
        GOOD.replace("role: Tester", "unknown: key\nrole: Tester"),
    ],
)
def test_a_broken_profile_is_refused_by_name(text: str, tmp_path: Path) -> None:
    page = tmp_path / "mine.md"
    page.write_text(text)
    with pytest.raises(BadArgument, match=r"mine\.md"):
        read_profile(page)
