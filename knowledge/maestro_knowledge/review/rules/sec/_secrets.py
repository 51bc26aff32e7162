"""Names that mean a secret, and texts that look like one."""

import ast
import math
import re
from collections import Counter

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.view import View

_WORDS = Pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_LAST = frozenset(
    {
        "password",
        "passwd",
        "pwd",
        "passphrase",
        "secret",
        "secrets",
        "token",
        "apikey",
        "credential",
        "credentials",
    }
    | {"signature", "otp", "cvv", "pin", "passcode", "pass"}
)
_LAST_TWO = frozenset(
    f"{first} {last}"
    for last in ("key", "code", "salt", "hash", "id")
    for first in {
        "key": ("secret", "api", "access", "private", "signing", "encryption", "jwt", "auth", "session",
                "master", "partner", "client", "app", "license", "device",
                "internal", "shared", "gateway", "stripe", "openai", "aws",
                "sendgrid", "twilio", "google", "webhook", "hmac", "fernet", "crypto", "service", "admin"),
        "code": ("verification", "reset", "recovery", "auth", "otp", "invite", "confirmation", "security"),
        "salt": ("password",), "hash": (), "id": ("session",),
    }[last]
)  # fmt: skip
# Words of what is public about a secret, or counts it.
_PUBLIC = frozenset(
    {
        "public",
        "page",
        "next",
        "csrf",
        "xsrf",
        "max",
        "min",
        "num",
        "count",
        "fake",
        "dummy",
        "example",
        "sample",
    }
    | {
        "has",
        "is",
        "forgot",
        "change",
        "continuation",
        "cancel",
        "cancellation",
        "cursor",
        "sync",
        "stop",
        "total",
        "hashed",
        "encrypted",
    }
    | {"masked", "redacted", "prompt", "completion", "expected", "invalid", "bad", "wrong", "missing"}
)
_SHAPES = Pattern(
    r"(?<![A-Za-z0-9])(?:(?:sk|rk)_live_[A-Za-z0-9]{10,}|(?:sk|rk)_test_[A-Za-z0-9]{10,}"
    r"|sk-(?=[A-Za-z_-]*\d)(?:proj-|ant-)?[A-Za-z0-9_-]{16,}|whsec_[A-Za-z0-9]{12,}"
    r"|gh[pousr]_[A-Za-z0-9]{16,}|github_pat_\w{20,}|glpat-[\w-]{16,}|(?:AKIA|ASIA)[A-Z0-9]{16}\b"
    r"|xox[abeprs]-[A-Za-z0-9-]{10,}|AIza[\w-]{30,}|SG\.[\w-]{12,}\.[\w-]{12,}|npm_[A-Za-z0-9]{30,}"
    r"|hf_[A-Za-z0-9]{20,}|pypi-[\w-]{20,}|-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----"
    r"|eyJ[\w-]{10,}\.eyJ[\w-]{8,}\.[\w-]{8,})"
)
# No key is shorter, and one of the marks stands in every one of the shapes: quick looks before the slow one.
_SHORTEST = 15
_MARKS = (
    *(
        "_live_",
        "_test_",
        "sk-",
        "whsec_",
        "gh",
        "glpat-",
        "AKIA",
        "ASIA",
        "xox",
        "AIza",
        "SG.",
        "npm_",
        "hf_",
    ),
    *("pypi-", "-----BEGIN", "eyJ"),
)
_DSN = Pattern(
    r"[a-z][a-z0-9+.-]{1,30}://(?P<user>[^\s/:@'\"{}]{0,80}):(?P<value>[^\s/@'\"{}<>]{1,200})@(?P<host>[^\s/:]*)"
)
_PLACEHOLDER = Pattern(
    r"^(?:<.*>|\{.*\}|\$.*|%.*|\*+|x+|\.+|-+|none|null|true|false|string|str|bearer|basic|jwt|password|secret|token"
    r"|api[-_ ]?key|key|required|optional|unset|todo|env|vault|redacted|hidden"
    r"|test[-_](?:token|key|secret|api[-_]key))$"
    r"|your[-_ ]|[-_ ]here\b|placeholder|redacted|xxxx|\*\*\*|(?<![a-z0-9])(?:example|sample)(?![a-z0-9])|^phc_|^pk_(?:live|test)_|fake|dummy|\.\.\.|^file://|^https?://|^env:|^/",
    re.IGNORECASE,
)
# `.models.secret` is a module, `STRIPE_TEST_SECRET_KEY` a variable.
_NAMES = Pattern(r"\.[a-z]\w*(?:\.\w+)*|[A-Z]{2,20}(?:_[A-Z]{2,20}){2,8}")
_TRIVIAL = frozenset(
    {"password", "pass", "user", "postgres", "root", "guest", "admin", "mysql", "secret", "app", "pwd"}
)
_LOCAL = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "::1", "host.docker.internal"})  # noqa: S104 - compared
_HUMAN = Pattern(
    r"secret|passw|change|hunter2|s3cr3t|p4ss|letmein|qwerty|admin|123|swordfish|key|token|do[-_ ]?not",
    re.IGNORECASE,
)


def words_of(name: str) -> list[str]:
    """The words of a name in snake, camel or kebab case, lower."""
    return [word.lower() for word in _WORDS.findall(name)]


def is_secret_name(name: str) -> bool:
    """Whether a thing of that name is a secret itself: `api_key`, `DB_PASSWORD`, but no `token_type`."""
    words = [word for word in words_of(name) if not word.isdigit()]
    if not words or (words[-1] not in _LAST and " ".join(words[-2:]) not in _LAST_TWO):
        return False
    return _PUBLIC.isdisjoint(words)


def name_of(node: ast.AST | None) -> str:
    """The last name of what an expression reads: of a name, an attribute, `x["name"]`, or `x.get("name")`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if (
            node.func.attr in {"get", "getenv", "pop"}
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            return str(node.args[0].value)
        if node.func.attr in {"get_secret_value", "encode", "decode", "strip", "lower"}:
            return name_of(node.func.value)
    return name_of(node.value) if isinstance(node, ast.Await | ast.NamedExpr) else ""


def has_key_shape(text: str) -> bool:
    """Whether the text has the form of a key that some service issues."""
    if len(text) < _SHORTEST or not any(mark in text for mark in _MARKS):
        return False
    return _SHAPES.search(text) is not None and "xxxx" not in text.lower()


def has_dsn_password(text: str) -> bool:
    """Whether the text is an address with a password that is more than a developer's default."""
    match = _DSN.match(text) if "://" in text else None
    if (
        match is None
        or any(one.isspace() for one in text)
        or (_PLACEHOLDER.search(match["value"]) and match["value"].lower() not in _TRIVIAL)
    ):
        return False
    is_trivial = match["value"].lower() in _TRIVIAL
    if match["host"].lower() in _LOCAL:
        return not is_trivial
    return not (is_trivial and match["host"].lower() in {"host", "hostname", "server", "postgresserver"})


def is_name(text: str) -> bool:
    """Whether the text is what a module, a variable, or one of several codes is called."""
    return _NAMES.fullmatch(text) is not None


def is_placeholder(text: str) -> bool:
    """Whether the text says that a secret has to be put there, or is none at all."""
    return len(text) < 4 or any(one.isspace() for one in text) or _PLACEHOLDER.search(text) is not None


def looks_random(text: str) -> bool:
    """Whether the text is long and mixed enough to be a generated secret or a chosen password."""
    if is_placeholder(text) or len(text) < 8:
        return False
    kinds = sum(
        (any(c.islower() for c in text), any(c.isupper() for c in text), any(c.isdigit() for c in text))
    )
    kinds += any(not c.isalnum() and c not in "_-./:" for c in text)
    return entropy(text) >= 2.5 and (
        (kinds >= 2 and any(not c.isalpha() and c not in "_-./:" for c in text)) or len(text) >= 24
    )


def looks_chosen(text: str) -> bool:
    """Whether the text is what people type where a secret goes: `supersecret`, `change-me`."""
    return not is_placeholder(text) and (looks_random(text) or bool(_HUMAN.search(text)))


def entropy(text: str) -> float:
    """Bits per character."""
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())


def constant_text(view: View, module: Module, node: ast.expr | None) -> str:
    """The text of a constant, or of a name that a module gives one; "" if it is none."""
    if isinstance(node, ast.Constant):
        value = node.value.decode("latin-1") if isinstance(node.value, bytes) else node.value
        return value if isinstance(value, str) else ""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "encode":
        return constant_text(view, module, node.func.value)
    if isinstance(node, ast.Name | ast.Attribute):
        target = view.target(module, node)
        if target is not None and target.kind == "value" and isinstance(target.node, ast.Constant):
            return target.node.value if isinstance(target.node.value, str) else ""
    return ""
