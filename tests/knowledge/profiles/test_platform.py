"""The platform registry answers who runs what, and refuses what it must not hold."""

import pytest

from maestro_knowledge.core.errors import BadArgument, NotFound, TooLarge
from maestro_knowledge.profiles.platform import load_platform, read_platform


@pytest.mark.parametrize(
    ("topic", "service"),
    [
        ("database", "Postgres"),
        ("pg", "Postgres"),
        ("Postgress", "Postgres"),
        ("our redis cache is slow", "Redis"),
        ("LLM gateway", "LiteLLM"),
        ("TLS certificate", "Identity, DNS and TLS"),
        ("integration tests", "Tests"),
    ],
)
def test_a_topic_in_anyone_s_words_leads_to_its_service(topic: str, service: str) -> None:
    assert load_platform("hana-x").contacts(topic).matches[0].service == service


def test_an_unknown_topic_names_the_nearest_instead_of_guessing() -> None:
    found = load_platform("hana-x").contacts("kubernetes")
    assert found.matches == ()
    assert len(found.nearest) == 5


def test_an_escalation_goes_up_to_the_last_owner() -> None:
    path = load_platform("hana-x").contacts("redis").matches[0].escalation
    assert path == ("cache owner", "database owner", "platform architecture")


def test_an_empty_registry_is_fine() -> None:
    assert read_platform("", what="empty.yaml").contacts("anything").matches == ()


@pytest.mark.parametrize(
    "line",
    [
        "password: hunter2",
        "purpose: see postgres://app:hunter2@db/app",
        "purpose: key AKIAABCDEFGHIJKLMNOP",
        "api_key: abc123",
    ],
)
def test_a_credential_is_refused_with_its_line(line: str) -> None:
    text = f"name: x\nservices:\n  - name: db\n    {line}\n"
    with pytest.raises(BadArgument, match="line 4 looks like a credential"):
        read_platform(text, what="x.yaml")


def test_a_place_where_a_credential_is_kept_is_welcome() -> None:
    text = "services:\n  - name: db\n    purpose: 'password: /srv/vault/db'\n"
    assert read_platform(text, what="x.yaml").contacts("db").matches


@pytest.mark.parametrize(
    "text",
    [
        "owners: [{role: a, escalates_to: b}, {role: b, escalates_to: a}]",
        "services: 5",
        "services: [{name: db, criticality: huge}]",
        "services: [{name: db, unknown: 1}]",
        "a: &a [1]\nb: *a",
        "x: !!python/object:os.system {}",
        "[1, 2",
    ],
)
def test_a_registry_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(BadArgument, match=r"x\.yaml"):
        read_platform(text, what="x.yaml")


def test_a_name_that_does_not_exist_lists_the_shipped_ones(tmp_path) -> None:
    with pytest.raises(NotFound, match="hana-x"):
        load_platform(str(tmp_path / "none.yaml"))


def test_a_huge_registry_is_not_read(tmp_path) -> None:
    (tmp_path / "big.yaml").write_text("# x\n" * 50_000)
    with pytest.raises(TooLarge):
        load_platform(str(tmp_path / "big.yaml"))
