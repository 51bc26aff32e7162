"""A credential is taken from the URL."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.application import Dependency, Operation, Parameter
from maestro_knowledge.review.model import Rule, Severity
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.sec._secrets import words_of
from maestro_knowledge.review.view import View

RULE = Rule(id="SEC615", name="credential-in-url", severity="warning")

_WHOLE = frozenset(
    {
        "token",
        "password",
        "passwd",
        "pwd",
        "secret",
        "apikey",
        "api key",
        "access token",
        "auth token",
        "passphrase",
    }
    | {
        "refresh token",
        "session token",
        "bearer token",
        "id token",
        "secret key",
        "client secret",
        "access key",
    }
    | {
        "jwt",
        "authorization",
        "pin",
        "otp",
        "private key",
        "session id",
        "sessionid",
        "credentials",
        "auth key",
    }
)
_ENDINGS = frozenset({"password", "secret", "passphrase"})
_KEYS = frozenset({"api key", "access token", "secret key", "auth token", "refresh token", "access key"})
_TEXTS = frozenset({"builtins.str", "builtins.bytes", "pydantic.SecretStr", "pydantic.types.SecretStr"})
# A link is followed once and then worth nothing; a ticket opens one connection.
_LINKS = Pattern(
    r"verif|confirm|reset|unsubscribe|invit|activat|download|share|magic|callback|signed|preview|accept|optin|ws\b",
    re.IGNORECASE,
)


def check(fact: Operation | Dependency, view: View) -> Iterator[Report]:
    """Reports query and path parameters that carry a credential."""
    seen = view.once("sec.credential_in_url", set[ast.AST])
    if isinstance(fact, Dependency) and fact.scheme is not None:
        node = fact.scheme.node
        if fact.scheme.name == "APIKeyQuery" and node is not None and fact.scheme.module and node not in seen:
            seen.add(node)
            message = "`APIKeyQuery` reads the key from the URL."
            yield Report(fact.scheme.module, node, message, subject="APIKeyQuery")
        return
    for parameter in fact.parameters:
        if parameter.location not in {"query", "path"} or parameter.node in seen:
            continue
        if not _is_credential(parameter):
            continue
        seen.add(parameter.node)
        where = "the query string" if parameter.location == "query" else "the path"
        message = f"`{parameter.alias}` is a credential in {where}."
        yield Report(
            parameter.module, parameter.node, message, subject=parameter.alias, severity=_severity(fact, view)
        )


def _is_credential(parameter: Parameter) -> bool:
    if parameter.type is not None and parameter.type.name not in _TEXTS:
        return False
    if parameter.type is None and parameter.annotation is not None:
        return False
    words = words_of(parameter.alias or parameter.name)
    words = words[1:] if words[:1] == ["x"] else words
    if " ".join(words) in _WHOLE or " ".join(words[-2:]) in _KEYS:
        return True
    return bool(words) and words[-1] in _ENDINGS


def _severity(fact: Operation | Dependency, view: View) -> Severity | None:
    """Links and tickets that are good for one use are milder."""
    if isinstance(fact, Dependency):
        return "info" if fact.node in view.once("sec.sockets", lambda: _of_sockets(view)) else None
    name = f"{fact.path or ''} {fact.handler}"
    return "info" if fact.kind == "websocket" or _LINKS.search(name) else None


def _of_sockets(view: View) -> frozenset[ast.AST]:
    """The dependencies that only WebSockets have."""
    nodes: dict[bool, set[ast.AST]] = {True: set(), False: set()}
    for operation in view.project.operations:
        waiting = [one.dependency for one in operation.parameters if one.dependency]
        waiting += operation.dependencies
        while waiting:
            one = waiting.pop()
            nodes[operation.kind == "websocket"].add(one.node)
            waiting += [inner.dependency for inner in one.parameters if inner.dependency]
    return frozenset(nodes[True] - nodes[False])
