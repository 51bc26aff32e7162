"""What a rule hands to the engine: a report about a place in the code, or a question about what is absent."""

import ast

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.model import Confidence, Edit, Severity


@dataclass(frozen=True, slots=True, eq=False)
class Hop:
    """A place that a claim rests on besides the one that is reported, and what happens there."""

    module: Module = field(repr=False)
    node: ast.AST = field(repr=False)
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """Evidence of a fault at a node.

    `message` is one sentence that names the objects; it carries no line numbers. `subject` is what the
    fault is about (the blocking function, the field) and keeps two faults of one function apart when lines
    move; without it the message is taken. `hops` are the further places in order, the last one the cause.
    `fix`, `severity` and `confidence` replace what the page and the rule say.
    """

    module: Module = field(repr=False)
    node: ast.AST = field(repr=False)
    message: str
    subject: str = ""
    hops: tuple[Hop, ...] = ()
    edits: tuple[Edit, ...] = ()
    fix: str = ""
    severity: Severity | None = None
    confidence: Confidence | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Ask:
    """A question about something that was not found.

    `looked_in` are the places that were searched, `seen_near` the related evidence as `path:line code`.
    `module` and `node` say where it would belong, where that is known.
    """

    asks: str
    looked_for: str
    looked_in: tuple[str, ...]
    seen_near: tuple[str, ...] = ()
    module: Module | None = field(default=None, repr=False)
    node: ast.AST | None = field(default=None, repr=False)
