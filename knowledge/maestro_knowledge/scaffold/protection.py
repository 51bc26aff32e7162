"""How the routes of a resource are protected: who checks callers, what is documented, what tests do."""

from collections.abc import Sequence
from typing import Any

from maestro_knowledge.core.records import dataclass, replace
from maestro_knowledge.scaffold.security import Auth

UNITS = {"jwt": "access_tokens", "api_key": "api_keys", "external_jwt": "external_tokens"}
PACKAGES = {"jwt": ("jwt",), "api_key": (), "external_jwt": ("jwt", "cryptography")}
CALLS = {
    "list": ("GET", "", False),
    "create": ("POST", "", True),
    "get": ("GET", "/{UNKNOWN}", False),
    "update": ("PATCH", "/{UNKNOWN}", True),
    "replace": ("PUT", "/{UNKNOWN}", True),
    "delete": ("DELETE", "/{UNKNOWN}", False),
}
MEANINGS = {401: "The caller is not known.", 403: "The caller may not do this."}

NO_HEADERS = "EventSource of browsers sends no headers: let pages read the stream with fetch, which does."


@dataclass(frozen=True, slots=True)
class Protection:
    """What templates say about callers; `unit` is empty where everyone may call everything."""

    unit: str = ""
    is_whole: bool = False
    protect: tuple[str, ...] = ()
    codes: tuple[int, ...] = ()
    name: str = "get_caller"
    module: str = ""
    """Where the project's own check is; empty where the unit is the check."""

    refusals: tuple[tuple[int, str], ...] = ()
    """What the project's own check answers strangers, in a shape of its own."""


def protect(auth: Auth, operations: Sequence[str]) -> Protection:
    """The protection of these operations."""
    if auth.scheme == "none":
        return Protection()
    is_whole = set(auth.protect) >= set(operations)
    if auth.guard is not None:
        said = tuple((code, MEANINGS[code]) for code in auth.guard.codes)
        return Protection("project", is_whole, auth.protect, (), auth.guard.name, auth.guard.module, said)
    codes = (401, 503) if auth.scheme == "external_jwt" else (401,)
    return Protection(UNITS[auth.scheme], is_whole, auth.protect, codes)


def make_protection_context(auth: Auth, operations: Sequence[str]) -> dict[str, Any]:
    """What the templates of a resource are given about its callers."""
    protection = protect(auth, operations)
    return {
        "auth": auth,
        "protection": protection,
        "refused_calls": [_call(op) for op in operations if op in protection.protect],
        "open_calls": [_call(op) for op in operations if op not in protection.protect],
    }


def guard(auth: Auth) -> Protection:
    """The protection of a feature: all of its operations, or none."""
    return replace(protect(auth, ()), is_whole=True) if auth.scheme != "none" else Protection()


def environment_of(auth: Auth) -> dict[str, str]:
    """The variables that checking callers reads."""
    if auth.guard is not None:
        return {}
    return {
        "jwt": {"ACCESS_TOKEN_KEY": ""},
        "api_key": {"API_KEY_DIGESTS": "{}"},
        "external_jwt": {"IDENTITY_ISSUER": auth.issuer, "IDENTITY_AUDIENCE": auth.audience},
    }.get(auth.scheme, {})


def packages_of(auth: Auth) -> tuple[str, ...]:
    """The importable names that checking callers needs."""
    if auth.scheme == "none" or auth.guard is not None:
        return ()
    return ("pydantic_settings", *PACKAGES[auth.scheme])


def steps_of(auth: Auth) -> tuple[str, ...]:
    """What is left to do before anyone can call."""
    if auth.guard is not None:
        return ()
    if auth.scheme == "jwt":
        return (
            "Set ACCESS_TOKEN_KEY (openssl rand -hex 32).",
            "Tokens are issued by pattern jwt_auth: scaffold it where nothing logs users in yet.",
        )
    if auth.scheme == "api_key":
        return ("Issue keys with issue_key() and put their digests into API_KEY_DIGESTS.",)
    missing = [name for name in ("issuer", "audience") if not getattr(auth, name)]
    return tuple(f"Set IDENTITY_{name.upper()}." for name in missing) if auth.scheme == "external_jwt" else ()


def _call(operation: str) -> str:
    method, path, has_body = CALLS[operation]
    return f'("{method}", {_path(path)}, {"{}" if has_body else "None"})'


def _path(suffix: str) -> str:
    return f'f"{{PATH}}{suffix}"' if suffix else "PATH"
