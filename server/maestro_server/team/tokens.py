"""Bearer tokens of a team's server: named, hashed at rest, revocable while it runs."""

import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from maestro_indexer.locks import CannotWrite, hold_lock
from maestro_knowledge.core.errors import BadArgument, Conflict, MaestroError, NotFound
from maestro_knowledge.core.files import replace_text
from maestro_knowledge.core.home import Home
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.text import quote
from maestro_server.expert.nearby import nearest

SCOPES = ("docs", "review", "scaffold")
PREFIX = "maestro_"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_BYTES = 32
_MOST = 1024 * 1024
_WAIT = 5.0


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token: everything but the token."""

    name: str
    digest: str
    scopes: tuple[str, ...]
    added_at: str


class TokenFile:
    """The tokens in one file; a change is taken up at the next look, and costs a `stat` until then."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[tuple[int, ...] | None, dict[str, Token]] = (None, {})

    def find(self, secret: str) -> Token | None:
        """The token that this is, if it is one of those taken up last."""
        # A token is 256 random bits: a plain digest of it can neither be guessed nor searched for.
        digest = hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
        return self._seen[1].get(digest)

    def is_changed(self) -> bool:
        """Whether the file is another one than was taken up."""
        return self._mark() != self._seen[0]

    def take_up(self) -> None:
        """Reads the file; an unreadable one lets nobody in."""
        mark = self._mark()
        try:
            self._seen = (mark, {token.digest: token for token in self._read()})
        except MaestroError:
            self._seen = (mark, {})

    def listed(self) -> tuple[Token, ...]:
        """Every token, by name."""
        return tuple(sorted(self._read(), key=lambda token: token.name))

    def add(self, name: str, scopes: Sequence[str]) -> str:
        """Keeps a new token and returns it: the only time that it can be seen."""
        if not _NAME.fullmatch(name):
            raise BadArgument(
                f"{quote(name)} cannot name a token.", "Use up to 64 letters, digits and `. _ @ -`."
            )
        tokens = self._read()
        if any(token.name == name for token in tokens):
            raise Conflict(f"There is a token {name} already.", f"Revoke it first: token revoke {name}.")
        secret = PREFIX + secrets.token_urlsafe(_BYTES)
        digest = hashlib.sha256(secret.encode()).hexdigest()
        at = datetime.now(UTC).isoformat(timespec="seconds")
        self._write([*tokens, Token(name, digest, tuple(scopes) or SCOPES, at)])
        return secret

    def revoke(self, name: str) -> None:
        """Forgets a token; running servers refuse it from their next request on."""
        tokens = self._read()
        left = [token for token in tokens if token.name != name]
        if len(left) == len(tokens):
            near = nearest(name, [token.name for token in tokens])
            raise NotFound(f"There is no token {quote(name)}.", "`token list` names them.", near)
        self._write(left)

    def _mark(self) -> tuple[int, ...] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return (status.st_mtime_ns, status.st_ino, status.st_size)

    def _read(self) -> list[Token]:
        try:
            with self._path.open("rb") as file:
                text = file.read(_MOST + 1)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._broken(str(error.strerror)) from None
        try:
            return [_token(row) for row in json.loads(text)]
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise self._broken(type(error).__name__) from None

    def _broken(self, why: str) -> MaestroError:
        return BadArgument(
            f"{self._path.name} cannot be read ({why}).",
            "Remove it and add the tokens again; nobody gets in.",
        )

    def _write(self, tokens: Iterable[Token]) -> None:
        rows = [asdict(token) for token in tokens]
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_text(self._path, json.dumps(rows, indent=1) + "\n")
            self._path.chmod(0o600)
        except OSError as error:
            raise CannotWrite(self._path.parent, error) from error


def manage(places: Home, action: str, name: str, scopes: Sequence[str]) -> Iterator[str]:
    """Adds, lists or revokes tokens; what a person is told of it."""
    tokens = TokenFile(places.tokens)
    if action == "list":
        rows = [f"{t.name:24} {','.join(t.scopes):24} since {t.added_at}" for t in tokens.listed()]
        yield from rows or ["There is no token. `fastapi-maestro token add NAME` makes one."]
        return
    if not name:
        raise BadArgument("The token needs a name.", f"fastapi-maestro token {action} NAME")
    with hold_lock(places.locks / "tokens", wait=_WAIT):
        if action == "add":
            yield tokens.add(name, scopes)
        else:
            tokens.revoke(name)
            yield f"{name} is revoked."


def _token(row: dict[str, object]) -> Token:
    name, digest, at = row["name"], row["digest"], row["added_at"]
    scopes = row["scopes"]
    if not (isinstance(name, str) and isinstance(digest, str) and isinstance(at, str)):
        raise TypeError("not a token")
    if not isinstance(scopes, list) or not all(scope in SCOPES for scope in scopes):
        raise TypeError("not scopes")
    return Token(name, digest, tuple(scopes), at)
