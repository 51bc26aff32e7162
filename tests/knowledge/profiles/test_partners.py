"""A partner is found by anyone's words; one that nobody knows gets everything."""

import pytest

from maestro_knowledge.profiles.load import load_profiles
from maestro_knowledge.profiles.partners import PARTS, find_partner, read_partners


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("test automator", "test-automator"),
        ("Test-Automator", "test-automator"),
        ("QA", "test-automator"),
        ("docker", "docker-container-architect"),
        ("container architect", "docker-container-architect"),
        ("@observability-engineer", "observability-engineer"),
        ("SRE", "observability-engineer"),
        ("type guardian", "python-type-guardian"),
        ("system architect", "system-architect"),
    ],
)
def test_a_partner_is_found_by_name_or_trade(asked: str, name: str) -> None:
    assert find_partner(asked).name == name


@pytest.mark.parametrize("asked", ["payroll clerk", "", "x" * 10_000])
def test_an_unknown_partner_gets_every_part(asked: str) -> None:
    assert find_partner(asked).parts == PARTS


def test_every_profile_names_partners_that_are_known() -> None:
    known = {partner.name for partner in read_partners()}
    assert all(set(profile.partners) <= known for profile in load_profiles())


def test_every_part_travels_to_somebody() -> None:
    assert {part for partner in read_partners() for part in partner.parts} == set(PARTS)
