"""Quoted code carries no credential out of the file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maestro_knowledge.review.secrets import mask_secrets


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ('SECRET_KEY = "09d25e094faa6ca2"', 'SECRET_KEY = "****"'),
        ('password: str = "hunter22"', 'password: str = "****"'),
        ("jwt.encode(claims, secret='s3cr3t!')", "jwt.encode(claims, secret='****')"),
        ('config["api_key"] = "abcdef"', 'config["api_key"] = "****"'),
        ('{"client_secret": "abcdef"}', '{"client_secret": "****"}'),
        (
            'engine = create_engine("postgresql://app:pw123@db/app")',
            'engine = create_engine("postgresql://app:****@db/app")',
        ),
        (
            'headers = {"Authorization": "Bearer ghp_0123456789abcdefABCDEF"}',
            'headers = {"Authorization": "Bearer ****"}',
        ),
        ('stripe = "sk_live_0123456789abcdef"', 'stripe = "****"'),
        ('x = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc"', 'x = "****"'),
    ],
)
def test_the_value_of_a_credential_is_masked(code: str, shown: str) -> None:
    assert mask_secrets(code) == shown


@pytest.mark.parametrize(
    "code",
    [
        "requests.get(url, timeout=5)",
        'engine = create_engine("sqlite://")',
        "password: SecretStr",
        "token = get_token()",
    ],
)
def test_code_without_credentials_stays_as_it_is(code: str) -> None:
    assert mask_secrets(code) == code


@given(st.text(max_size=2000))
def test_any_text_is_masked_without_failing(text: str) -> None:
    mask_secrets(text)


def test_a_long_line_is_masked_in_no_time() -> None:
    for piece in ("a://", "password=", "x" * 50 + "://u:", "eyJ", "token : ", "-----BEGIN "):
        mask_secrets(piece * 20_000)
