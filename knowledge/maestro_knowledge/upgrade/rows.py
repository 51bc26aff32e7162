"""Release notes and known changes between two versions, as rows by kind, filtered by topic."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import get_args

from packaging.version import Version

from maestro_knowledge.core.refs import make_ref
from maestro_knowledge.upgrade.model import Migration, Row, RowKind
from maestro_knowledge.vault.model import Release

KINDS: tuple[RowKind, ...] = get_args(RowKind)

_WORD = re.compile(r"[A-Za-z0-9_]{2,60}")
_IDLE = frozenset(
    (
        *(
            "a",
            "about",
            "an",
            "and",
            "any",
            "are",
            "change",
            "changed",
            "changes",
            "did",
            "do",
            "does",
            "for",
        ),
        *(
            "from",
            "how",
            "in",
            "is",
            "it",
            "new",
            "of",
            "on",
            "or",
            "the",
            "to",
            "what",
            "when",
            "which",
            "with",
        ),
    )
)


def find_rows(
    releases: Sequence[Release], migrations: Sequence[Migration], after: Version, until: Version, topic: str
) -> dict[RowKind, tuple[Row, ...]]:
    """The rows of the versions after one and up to another, the oldest first.

    A known change is a row of its own where no release notes tell of its version.
    """
    told = {release.version for release in releases}
    found: dict[RowKind, list[Row]] = {kind: [] for kind in KINDS}
    for version, kind, row in (*_from_notes(releases), *_from_migrations(migrations, told)):
        if after < version <= until and is_about(topic, row.text):
            found[kind].append(row)
    return {kind: tuple(sorted(rows, key=lambda row: Version(row.version))) for kind, rows in found.items()}


def is_about(topic: str, *texts: str) -> bool:
    """Whether every word of the topic that says something stands in the texts."""
    words = [_stem(word) for word in _WORD.findall(topic.lower()) if word not in _IDLE]
    shown = " ".join(texts).lower()
    return all(word in shown for word in words)


def newest_told(releases: Iterable[Release]) -> Version | None:
    """The newest version that the release notes tell of."""
    return max((Version(release.version) for release in releases), default=None)


def _stem(word: str) -> str:
    """The word without an ending that other forms of it do not have."""
    for ending in ("ies", "ing", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def _from_notes(releases: Sequence[Release]) -> Iterator[tuple[Version, RowKind, Row]]:
    for release in releases:
        ref = make_ref("release", release.version)
        for change in release.changes:
            if change.kind != "other":
                yield Version(release.version), change.kind, Row(release.version, change.text, change.pr, ref)


def _from_migrations(
    migrations: Sequence[Migration], told: set[str]
) -> Iterator[tuple[Version, RowKind, Row]]:
    for known in migrations:
        if known.version not in told:
            text = f"{known.text} {known.action}"
            yield Version(known.version), known.kind, Row(known.version, text, known.pr, known.ref)
