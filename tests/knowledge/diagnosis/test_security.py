"""Credentials that the real libraries refuse, each with the explanation it must get."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import jwt
import pytest
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPBasic, HTTPBearer, OAuth2PasswordBearer
from knowledge.diagnosis.provoke import explained, response_to, traceback_of, warning_of

KEY = "k" * 64


def token(**claims: object) -> str:
    return jwt.encode(claims, KEY, algorithm="HS256")


def decode(text: object, **options: object) -> str:
    return traceback_of(
        lambda: jwt.decode(text, options.pop("key", KEY), **{"algorithms": ["HS256"], **options})
    )


@pytest.mark.parametrize("scheme", [OAuth2PasswordBearer(tokenUrl="token"), HTTPBearer(), HTTPBasic()])
def test_a_request_without_credentials_is_explained(scheme):
    app = FastAPI()

    @app.get("/me")
    def read_me(credentials: Annotated[object, Depends(scheme)]) -> None: ...

    explained("not-authenticated", response_to(app, "GET", "/me"))


def test_credentials_that_the_own_code_refuses_are_explained():
    app = FastAPI()

    def check() -> None:
        raise HTTPException(401, "Could not validate credentials")

    @app.get("/me", dependencies=[Depends(check)])
    def read_me() -> None: ...

    explained("credentials-not-valid", response_to(app, "GET", "/me"))


def test_times_in_tokens_are_explained():
    past, future = datetime.now(UTC) - timedelta(1), datetime.now(UTC) + timedelta(1)
    explained("token-expired", decode(token(exp=past)))
    assert "clocks" in explained("token-expired", decode(token(nbf=future))).causes[0].says


def test_a_wrong_signature_is_explained():
    explained("token-signature-wrong", decode(token(sub="1"), key="other" * 10))


@pytest.mark.parametrize("text", ["opaque", f"Bearer {token(sub='1')}", None])
def test_a_text_that_is_no_token_is_explained(text):
    explained("token-malformed", decode(text))


def test_algorithms_are_explained():
    explained("token-algorithm", decode(token(sub="1"), algorithms=["HS512"]))
    explained("token-algorithm", decode(token(sub="1"), algorithms=None))
    pem = "-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----"
    diagnosis = explained("token-algorithm", decode(token(sub="1"), key=pem))
    assert "does not fit the algorithm" in diagnosis.causes[0].says


def test_claims_are_explained():
    assert "string" in explained("token-claims", decode(token(sub=42))).causes[0].says
    assert "audience" in explained("token-claims", decode(token(aud="shop"), audience="x")).causes[0].says
    assert "issuer" in explained("token-claims", decode(token(iss="a"), issuer="b")).causes[0].says
    explained("token-claims", decode(token(sub="1"), options={"require": ["exp"]}))


def test_another_package_called_jwt_is_explained():
    explained("wrong-jwt-package", traceback_of(lambda: jwt.encode_token))


def test_a_short_key_is_explained():
    explained("weak-token-key", warning_of(lambda: jwt.encode({"sub": "1"}, "short", algorithm="HS256")))


@pytest.mark.parametrize(
    "text",
    [
        # passlib and bcrypt are not among the test dependencies; this is what passlib 1.7.4 prints with
        # bcrypt 4.1, and raises with bcrypt 5
        (
            "(trapped) error reading bcrypt version\nTraceback (most recent call last):\n"
            '  File "/srv/.venv/lib/python3.11/site-packages/passlib/handlers/bcrypt.py", line 620, in _load_backend\n'
            "    version = _bcrypt.__about__.__version__\n"
            "AttributeError: module 'bcrypt' has no attribute '__about__'"
        ),
        "ValueError: password cannot be longer than 72 bytes, truncate manually if necessary (e.g. my_password[:72])",
    ],
)
def test_passlib_with_a_new_bcrypt_is_explained(text):
    explained("passlib-with-new-bcrypt", text)
