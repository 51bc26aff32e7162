"""Fields that hold secrets: passwords are not kept at all, other secrets are never shown again."""

from collections.abc import Iterable

from maestro_knowledge.core.records import replace
from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.names import split_words
from maestro_knowledge.scaffold.refusals import Refusals
from maestro_knowledge.scaffold.shapes import Field

PASSWORDS = frozenset({"password", "passwd", "pwd", "passphrase", "passcode"})
HASHED = frozenset({"hash", "hashed", "digest", "encrypted", "encoded", "crypted"})
SECRETS = frozenset(
    {"hashed_password", "password_hash", "pwd_hash", "encrypted_password", "password_salt", "ssn"}
    | {"social_security_number", "card_number", "credit_card_number", "cvv", "cvc", "totp_secret"}
    | {"otp_secret", "mfa_secret", "api_token", "api_key", "secret", "secret_key", "client_secret"}
    | {"private_key"}
)
"""What a client may send, and nobody is answered with."""


def hide_secrets(fields: tuple[Field, ...], refusals: Refusals, choices: list[Choice]) -> tuple[Field, ...]:
    """The fields with those that hold a secret made write-only; a password is refused."""
    for where, item in _walk(fields, "fields"):
        if _is_text(item) and is_password(item.wire):
            mend = (
                "leave it out: pattern jwt_auth registers accounts and keeps a slow hash of their passwords"
            )
            refusals.add(where, f"{item.wire} would be stored as it was typed", mend)
        elif _is_secret(item) and item not in fields:
            refusals.add(where, f"{item.wire} would be answered", "take it out of the object")
    hidden = [item.wire for item in fields if _is_secret(item) and not item.write_only]
    if hidden:
        why = "their names say so: they can be sent, and are never answered"
        asks = "Which fields are secrets?"
        choices.append(Choice("fields", asks, ", ".join(hidden), why, ("another name",)))
    return tuple(replace(item, write_only=True) if item.wire in hidden else item for item in fields)


def is_password(name: str) -> bool:
    """Whether a value of this name is a password as people type it."""
    words = split_words(name)
    return bool(words) and words[-1] in PASSWORDS and not HASHED & set(words)


def _walk(fields: Iterable[Field], where: str) -> Iterable[tuple[str, Field]]:
    for number, item in enumerate(fields):
        yield f"{where}[{number}]", item
        for shape in item.shape.walk():
            yield from ((f"{where}[{number}].fields[{n}]", inner) for n, inner in enumerate(shape.fields))


def _is_secret(item: Field) -> bool:
    return _is_text(item) and not item.read_only and item.attribute.lower() in SECRETS


def _is_text(item: Field) -> bool:
    return item.shape.type in {"string", "text"}
