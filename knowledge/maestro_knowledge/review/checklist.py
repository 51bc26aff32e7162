"""The self-verification checklist and the quality checks: each point by the rules that can speak about it."""

from collections.abc import Sequence

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.review.findings import Found
from maestro_knowledge.review.model import Check, Question, Verdict
from maestro_knowledge.review.registry import is_meant
from maestro_knowledge.review.selection import Selection
from maestro_knowledge.review.view import View

_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the checklist and the rules (ids, prefixes, umbrellas) that decide it."""

    item: str
    rules: tuple[str, ...]


POINTS = (
    Point("Type hints are complete, returns included", ("OAS504", "VAL306")),
    Point("Every async operation is awaited", ("ASY110", "ASY111", "BGT902")),
    Point(
        "Requests and responses are Pydantic models",
        ("VAL301", "VAL302", "VAL305", "RSP401", "RSP404", "RSP405", "RSP406"),
    ),
    Point(
        "Errors are handled, with fitting status codes",
        ("ERR301", "ERR302", "ERR303", "ERR304", "RSP408", "RSP409", "RSP418", "DIN507", "SEC617"),
    ),
    Point(
        "Dependencies are injected, not built in handlers", ("DIN501", "DIN504", "DIN505", "DIN509", "OUT102")
    ),
    Point("Each unit has a single responsibility", ("STR401", "CFG501", "DIN512")),
    Point("The OpenAPI documentation is clear", ("OAS501", "OAS502", "OAS503")),
    Point("Nothing blocks in an async context", ("API001", "ASY101")),
    Point("Exceptions have specific status codes", ("RSP408", "RSP409", "RSP418", "ERR302", "ERR303")),
    Point("Every model has descriptions and examples", ("OAS503",)),
    Point("Dependency injection is used throughout", ("API002", "DIN508")),
    Point("Middleware is in the right order", ("MID803", "MID805")),
    Point("Background tasks touch nothing request-scoped", ("BGT903",)),
)


def make_checklist(
    view: View, selection: Selection, found: Sequence[Found], questions: Sequence[Question]
) -> tuple[Check, ...]:
    """A verdict on every point: fail by findings, pass by rules that ran, unknown where none could look."""
    return tuple(_check(point, view, selection, found, questions) for point in POINTS)


def _check(
    point: Point, view: View, selection: Selection, found: Sequence[Found], questions: Sequence[Question]
) -> Check:
    ran = [
        loaded.rule.id for loaded in selection.rules if any(is_meant(word, loaded) for word in point.rules)
    ]
    ids = frozenset(ran)
    against = [one for one in found if one.finding.code in ids]
    if against:
        places = [f"{one.finding.path}:{one.finding.line} {one.finding.code}" for one in against]
        return Check(point.item, _against(against), _list(places))
    if not ran:
        return Check(point.item, "unknown", f"No rule about it ran ({', '.join(point.rules)}).")
    if asked := [question.code for question in questions if question.code in ran]:
        return Check(point.item, "unknown", f"Asked, not answered: {', '.join(asked)}.")
    if not view.project.operations:
        return Check(point.item, "unknown", "No path operation was read.")
    return Check(point.item, "pass", f"Nothing found by {', '.join(ran)}.")


def _against(found: Sequence[Found]) -> Verdict:
    """Advice alone does not fail a point, and does not pass it."""
    return "unknown" if all(one.finding.severity == "info" for one in found) else "fail"


def _list(places: Sequence[str]) -> str:
    more = len(places) - _SHOWN
    return "; ".join(places[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")
