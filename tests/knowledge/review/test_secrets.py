"""Quoted code carries no credential out of the file."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maestro_knowledge.review import secrets
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


_PIECES = (
    "sk_live_abcdefgh", "pk_test_12345678", "sk-abcdefghijklmnop", "ghp_abcdefghijklmnop", "npm_" + "a" * 20,
    "github_pat_aaaaaaaaaaaaaaaaaaaa", "glpat-aaaaaaaaaaaaaaaa", "AKIAABCDEFGHIJKL", "ASIA123456789012",
    "xoxb-12345678", "AIza" + "a" * 30, "eyJabcdefgh.abcdefgh", "-----BEGIN RSA KEY-----abc",
    "SG." + "a" * 16 + "." + "b" * 16, "0123456789abcdef" * 2, "PASSWORD", "pa\u017f\u017fword", "pwd", "api_key",
    "To\u212aen", "credent\u0131al", "Credential", "passphrase", " = ", "=", "'abcd'", '"abcdef"', "://", "u:",
    "@", "x", " ", "\n", ": str = ", ")", "]", "'",
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.sampled_from(_PIECES), max_size=7).map("".join))
def test_what_is_looked_for_first_leaves_no_secret_out(code: str) -> None:
    slow = secrets._DSN.sub(lambda match: match["head"] + secrets.MASK, code)
    slow = secrets._NAMED.sub(
        lambda match: f"{match['head']}{match['quote']}{secrets.MASK}{match['quote']}", slow
    )
    assert mask_secrets(code) == secrets._KNOWN.sub(secrets.MASK, slow)
