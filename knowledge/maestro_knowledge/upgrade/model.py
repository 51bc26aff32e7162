"""The nouns of an upgrade: what the notes say, what code uses, what of it is touched and what to do."""

from collections.abc import Mapping
from typing import Any, Literal

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.vault.model import Symbol

RowKind = Literal["breaking", "deprecated", "added", "fixed"]
UseKind = Literal["import", "call", "attribute", "override", "dependency"]


@dataclass(frozen=True, slots=True)
class Row:
    """One change between two versions; `ref` is where to read on."""

    version: str
    text: str
    pr: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Touch:
    """A place of the user's code that a change touches, and what to do there."""

    file: str
    line: int
    symbol: str
    change: str
    action: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions compared; `notes` say what could not be looked at."""

    from_version: str
    to_version: str
    breaking: tuple[Row, ...] = ()
    deprecated: tuple[Row, ...] = ()
    added: tuple[Row, ...] = ()
    fixed: tuple[Row, ...] = ()
    affects_project: tuple[Touch, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Surface:
    """The public names of one version, each under every path that it has."""

    version: str
    names: Mapping[str, Symbol]


@dataclass(frozen=True, slots=True)
class Use:
    """A place where a project uses a name of the framework.

    `given` are the keywords of a call, `texts` those of them with a text as value, `spread` says that it
    passes `**something` besides, `positional` counts what comes before them; of an override `given` are the
    parameters of the method.
    """

    kind: UseKind
    file: str
    line: int
    symbol: str
    given: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    positional: int = 0
    spread: bool = False
    first_is_text: bool = False


@dataclass(frozen=True, slots=True)
class Where:
    """The uses that a migration speaks of.

    A symbol that ends in `.*` means all below it. Of `keywords` one must be given, or one of `texts` with a
    text as its value; of `without` none may be.
    """

    symbols: tuple[str, ...]
    kinds: tuple[UseKind, ...] = ()
    keywords: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    first_is_text: bool = False
    action: str = ""


@dataclass(frozen=True, slots=True)
class Migration:
    """A known change of FastAPI that signatures alone do not tell, and how code follows it.

    `requires` are the versions of other packages that it asks for, `refuses` the callables that take no
    unknown keywords since then; a project that declares the package `unless` has followed already; `ref` is
    a section of the documentation.
    """

    name: str
    version: str
    kind: RowKind
    text: str
    action: str
    ref: str = ""
    pr: str = ""
    where: tuple[Where, ...] = ()
    requires: Mapping[str, str] = field(default_factory=dict)
    refuses: tuple[str, ...] = ()
    unless: str = ""


def as_fields(comparison: Comparison) -> dict[str, Any]:
    """The comparison under the names that answers have."""
    rows = {
        kind: [
            {"version": row.version, "text": row.text, "pr": row.pr, "ref": row.ref}
            for row in getattr(comparison, kind)
        ]
        for kind in ("breaking", "deprecated", "added", "fixed")
    }
    touches = [
        {
            "file": touch.file,
            "line": touch.line,
            "symbol": touch.symbol,
            "change": touch.change,
            "action": touch.action,
        }
        for touch in comparison.affects_project
    ]
    return {"from": comparison.from_version, "to": comparison.to_version, **rows, "affects_project": touches}
