"""A response model has a field for a secret."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.application import Operation
from maestro_knowledge.project.model import Field, ModelClass
from maestro_knowledge.project.symbols import Class
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.rsp._models import is_filtered, model_node, models_in, response_type
from maestro_knowledge.review.view import View

RULE = Rule(id="RSP405", name="secret-in-response-model", severity="error", umbrella=("API004",))

_ALWAYS = frozenset(
    {"password", "passwd", "hashed_password", "password_hash", "pwd_hash", "encrypted_password"}
    | {"password_salt", "ssn", "social_security_number", "card_number", "credit_card_number", "cvv", "cvc"}
    | {"totp_secret", "otp_secret", "mfa_secret"}
)
# These are shown once, to whoever has just made them.
_AT_CREATION = frozenset({"api_token", "api_key", "secret", "secret_key", "client_secret", "private_key"})
_PAYMENT = Pattern(r"checkout|payment|intent|amount|currency", re.IGNORECASE)
_TEXT = frozenset({"builtins.str", "builtins.bytes", "str", "bytes"})
_KINDS = frozenset({"pydantic", "sqlmodel", "table", "dataclass"})


def check(operation: Operation, view: View) -> Iterator[Report]:
    """Reports the secret fields of the model that an operation answers with."""
    if operation.function is None or is_filtered(operation) or operation.kind != "http":
        return
    names = _ALWAYS if "POST" in operation.methods else _ALWAYS | _AT_CREATION
    node = model_node(operation)
    if node is None:
        return
    module = operation.module if "response_model" in operation.keywords else operation.function.module
    # One field is one fault, however many operations answer with its model.
    seen = view.once("rsp.secret_in_response_model", set[tuple[Class, str]])
    for model in dict.fromkeys(_reached(operation, view)):
        for field in model.fields:
            if (model.cls, field.name) in seen or field.name.lower() not in names:
                continue
            if _goes_out(field, model) and not _is_for_client(field, model):
                seen.add((model.cls, field.name))
                message = f"`{operation.function.name}` answers with `{model.cls.name}.{field.name}`."
                hop = Hop(
                    model.cls.module, model.cls.node, f"`{model.cls.name}` has the field `{field.name}`"
                )
                yield Report(module, node, message, subject=f"{model.cls.name}.{field.name}", hops=(hop,))


def _reached(operation: Operation, view: View) -> list[ModelClass]:
    """The response model, and the models of its fields."""
    found = models_in(response_type(operation, view), view)
    # One level down: what lies deeper is rarely sent as it is.
    return found + [
        below
        for model in found
        if model.kind in _KINDS
        for field in model.fields
        if not _is_excluded(field)
        for below in models_in(field.type, view)
    ]


def _goes_out(field: Field, model: ModelClass) -> bool:
    if model.kind not in _KINDS or _is_excluded(field):
        return False
    # SecretStr is sent as asterisks; `password: bool` says whether there is one.
    if field.type is None or field.type.name not in _TEXT:
        return False
    masks = ("field_serializer", "model_serializer", "serializer")
    return not any(
        one.kind in masks and (not one.fields or field.name in one.fields or "*" in one.fields)
        for one in model.validators
    )


def _is_for_client(field: Field, model: ModelClass) -> bool:
    """Whether it is the secret of one payment, which the browser finishes it with."""
    if field.name != "client_secret" or any(one.name == "client_id" for one in model.fields):
        return False
    return bool(_PAYMENT.search(" ".join([model.cls.name, *(one.name for one in model.fields)])))


def _is_excluded(field: Field) -> bool:
    given = field.keywords.get("exclude")
    return given is not None and not (isinstance(given, ast.Constant) and given.value is False)
